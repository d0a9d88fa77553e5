"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import type { TemplateContent } from "@/lib/domain/template-content";
import { findMetaHints } from "@/lib/domain/template/meta-limits";
import { useLanguageName } from "./language-select";

type MetaHintsProps = {
  readonly content: TemplateContent;
  readonly onLanguage: (code: string) => void;
};

/** What WhatsApp would not approve, and what to do: the text itself is right on every other channel. */
export function MetaHints({ content, onLanguage }: MetaHintsProps) {
  const t = useTranslations("templates.meta");
  const nameOf = useLanguageName();
  return findMetaHints(content).map((hint) =>
    hint.kind === "language" ? (
      <Callout
        key="language"
        tone="warn"
        title={t("language", { language: nameOf(hint.language) })}
        actions={
          <Button size="sm" onClick={() => onLanguage("en")}>
            {t("useEnglish")}
          </Button>
        }
      >
        {t("languageText")}
      </Callout>
    ) : (
      <Callout key="variables" tone="warn" title={t("variables", { names: hint.names.join(", ") })}>
        {t("variablesText")}
      </Callout>
    ),
  );
}
