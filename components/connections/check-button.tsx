"use client";

import { PlugZap } from "lucide-react";
import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { Button } from "@/components/ui/button";
import type { LinkCheck } from "./use-check";

type CheckButtonProps = { readonly connectionId: string; readonly name: string; readonly check: LinkCheck };

/** Tries the link as it is stored. */
export function CheckButton({ connectionId, name, check }: CheckButtonProps) {
  const t = useTranslations("connections.check");
  async function run() {
    const problem = await check.run({ connectionId, details: null });
    if (problem !== null) toast.error(problem.message);
  }
  return (
    <Button
      size="sm"
      icon={<PlugZap aria-hidden />}
      pending={check.isPending}
      aria-label={t("label", { name })}
      onClick={() => void run()}
    >
      {t("action")}
    </Button>
  );
}
