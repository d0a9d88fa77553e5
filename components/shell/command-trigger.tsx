"use client";

import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { useSyncExternalStore } from "react";
import { IconButton } from "@/components/ui/icon-button";
import { Kbd } from "@/components/ui/kbd";
import { openCommandPalette } from "./command-palette";

const MODIFIER = { mac: "⌘K", other: "Ctrl K" } as const;

function subscribeToNothing(): () => void {
  return () => undefined;
}

function modifier(): string {
  return /Mac|iPhone|iPad/.test(navigator.userAgent) ? MODIFIER.mac : MODIFIER.other;
}

export function CommandTrigger({ compact = false }: { readonly compact?: boolean }) {
  const t = useTranslations("nav");
  const shortcut = useSyncExternalStore(subscribeToNothing, modifier, () => MODIFIER.other);
  if (compact) return <IconButton label={t("search")} icon={<Search aria-hidden />} onClick={openCommandPalette} />;
  return (
    <button
      type="button"
      onClick={openCommandPalette}
      aria-keyshortcuts="Control+K Meta+K"
      className="border-line bg-bg text-text-3 hover:border-line-strong flex h-8 w-full items-center gap-2 rounded-lg border px-2.5 text-left text-sm transition-colors duration-100"
    >
      <Search aria-hidden className="size-3.5 shrink-0" />
      <span className="min-w-0 flex-1 truncate">{t("search")}</span>
      <Kbd>{shortcut}</Kbd>
    </button>
  );
}
