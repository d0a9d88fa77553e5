"use client";

import { useTranslations } from "next-intl";
import { Select } from "@/components/ui/select";

/** In the order of likelihood for a business in Armenia; any other code that a template has is kept. */
const LANGUAGES = ["hy", "ru", "en", "ka", "fr", "de", "es", "uk", "fa", "ar"] as const;
type Known = (typeof LANGUAGES)[number];

export function useLanguageName(): (code: string) => string {
  const t = useTranslations("templates.languages");
  return (code) => (isKnown(code) ? t(code) : code);
}

export function LanguageSelect({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (code: string) => void;
}) {
  const nameOf = useLanguageName();
  return (
    <Select value={value} onChange={(event) => onChange(event.target.value)}>
      {(isKnown(value) ? LANGUAGES : [value, ...LANGUAGES]).map((code) => (
        <option key={code} value={code}>
          {nameOf(code)}
        </option>
      ))}
    </Select>
  );
}

function isKnown(code: string): code is Known {
  return (LANGUAGES as readonly string[]).includes(code);
}
