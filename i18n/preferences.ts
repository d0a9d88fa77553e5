import { LOCALES, type Locale } from "@/lib/domain/vocabulary";

export const LOCALE_COOKIE = "kamurj_locale";
export const THEME_COOKIE = "kamurj_theme";
export const PREFERENCE_MAX_AGE_S = 400 * 24 * 60 * 60;

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export function isLocale(value: unknown): value is Locale {
  return LOCALES.some((locale) => locale === value);
}

export function isTheme(value: unknown): value is Theme {
  return THEMES.some((theme) => theme === value);
}

/** The first of our languages in an Accept-Language header, by its weights; English when none is ours. */
export function localeFromHeader(header: string | null): Locale {
  const wanted = (header ?? "")
    .slice(0, 500)
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
      const weight = parameters.map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1]).find(Boolean);
      return { language: tag.split("-")[0], weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter((choice) => choice.weight > 0)
    .sort((a, b) => b.weight - a.weight);
  return wanted.map((choice) => choice.language).find(isLocale) ?? "en";
}
