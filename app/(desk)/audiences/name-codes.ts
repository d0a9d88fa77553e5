import type { AudienceDetail } from "@/lib/schemas/audiences";

/** Names of the countries and languages of an audience, by code. Made on the server, so that both sides show the same words. */
export function nameCodes(
  locale: string,
  audience: Pick<AudienceDetail, "byCountry" | "byLanguage">,
): Readonly<Record<string, string>> {
  const regions = new Intl.DisplayNames([locale, "en"], { type: "region" });
  const languages = new Intl.DisplayNames([locale, "en"], { type: "language" });
  return Object.fromEntries([
    ...audience.byCountry.map(({ key }) => [key, nameOf(regions, key)]),
    ...audience.byLanguage.map(({ key }) => [key, nameOf(languages, key)]),
  ]);
}

/** A code that is none (a cell of the file may say anything) stays as it is. */
export function nameOf(names: Intl.DisplayNames, code: string): string {
  try {
    return code === "" ? "" : (names.of(code) ?? code);
  } catch {
    return code;
  }
}
