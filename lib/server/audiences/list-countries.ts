import { getCountries, getCountryCallingCode } from "libphonenumber-js/max";
import type { Locale } from "@/lib/domain/vocabulary";

export type CountryOption = { readonly code: string; readonly name: string; readonly callingCode: string };

/** Countries whose numbers can be read, by name in the reader's language. */
export function listCountries(locale: Locale): readonly CountryOption[] {
  const names = new Intl.DisplayNames([locale, "en"], { type: "region" });
  const order = new Intl.Collator(locale);
  return getCountries()
    .map((code) => ({ code, name: names.of(code) ?? code, callingCode: `+${getCountryCallingCode(code)}` }))
    .toSorted((a, b) => order.compare(a.name, b.name));
}
