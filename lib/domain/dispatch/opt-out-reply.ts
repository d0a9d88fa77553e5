import { LOCALES, type Locale } from "../vocabulary";

/** At most one to a number in this time: an auto-responder that answers it with STOP again is not answered. */
export const REPLY_GAP_MS = 24 * 60 * 60_000;

const LOCALE_OF_COUNTRY: Readonly<Record<string, Locale>> = { AM: "hy", RU: "ru", BY: "ru", KZ: "ru", KG: "ru" };

/** The language to confirm an opt-out in: the contact's own where we speak it, else what most people of the number's country read. */
export function replyLocale(language: string | null, country: string): Locale {
  const own = (language ?? "").toLowerCase().split(/[-_]/)[0];
  return LOCALES.find((locale) => locale === own) ?? LOCALE_OF_COUNTRY[country] ?? "en";
}
