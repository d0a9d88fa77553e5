"use client";

import { useLocale, useTranslations } from "next-intl";
import { useTransition } from "react";
import { cn } from "@/components/ui/cn";
import { LANGUAGES } from "@/components/shell/languages";
import type { Locale } from "@/lib/domain/vocabulary";

type LanguageChoiceProps = { readonly setLocale: (locale: Locale) => Promise<void> };

export function LanguageChoice({ setLocale }: LanguageChoiceProps) {
  const t = useTranslations("auth");
  const locale = useLocale();
  const [pending, startTransition] = useTransition();
  return (
    <div role="group" aria-label={t("language")} aria-busy={pending || undefined} className="flex gap-0.5">
      {LANGUAGES.map((language) => (
        <button
          key={language.value}
          type="button"
          lang={language.lang}
          aria-pressed={language.value === locale}
          onClick={() => startTransition(() => setLocale(language.value))}
          className={cn(
            "rounded-md px-2 py-1 text-sm font-[550] pointer-coarse:min-h-10",
            language.value === locale ? "bg-surface-2 text-text" : "text-text-2 hover:text-text",
          )}
        >
          {language.label}
        </button>
      ))}
    </div>
  );
}
