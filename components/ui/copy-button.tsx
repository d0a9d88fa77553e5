"use client";

import { Check, Copy } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { toast } from "sonner";
import { Button } from "./button";
import { IconButton } from "./icon-button";

type CopyButtonProps = {
  readonly text: string;
  /** What is copied, for the icon's name: "API key". */
  readonly what?: string;
  /** Shows the word beside the icon. */
  readonly withText?: boolean;
  readonly size?: "sm" | "md";
};

const SHOWN_MS = 2_000;

export function CopyButton({ text, what, withText = false, size = "sm" }: CopyButtonProps) {
  const t = useTranslations("common");
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // No clipboard over plain http on another host; the text stays selectable.
      toast.error(t("copyFailed"));
    }
  }

  const label = copied ? t("copied") : what === undefined ? t("copy") : t("copyWhat", { what });
  const icon = copied ? <Check aria-hidden className="text-ok" /> : <Copy aria-hidden />;
  return (
    <>
      {withText ? (
        <Button size={size} icon={icon} onClick={() => void copy()}>
          {label}
        </Button>
      ) : (
        <IconButton size={size} icon={icon} label={label} onClick={() => void copy()} />
      )}
      <span role="status" className="sr-only">
        {copied ? t("copied") : ""}
      </span>
    </>
  );
}
