import type { ComboboxOption } from "@/components/ui/combobox";

/**
 * Codes with their names in a language, sorted by name. Made on the server and handed to the form as texts: names differ a little
 * between Node's and the browser's data, and the page must say the same in both.
 */
export function nameOptions(locale: string, type: "region" | "currency", codes: readonly string[]): ComboboxOption[] {
  const names = new Intl.DisplayNames([locale, "en"], { type });
  const collator = new Intl.Collator(locale);
  return codes
    .map((code) => ({ value: code, label: `${names.of(code) ?? code} (${code})`, keywords: [code] }))
    .sort((a, b) => collator.compare(a.label, b.label));
}

export function timeZoneOptions(): ComboboxOption[] {
  return Intl.supportedValuesOf("timeZone").map((zone) => ({
    value: zone,
    label: zone.replaceAll("_", " "),
    keywords: zone.split(/[/_]/),
  }));
}
