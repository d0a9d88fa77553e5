import type { Locale } from "@/lib/domain/vocabulary";

/** Each language by its own name, the same in every catalogue: whoever looks for theirs must recognise it. */
export const LANGUAGES = [
  { value: "en", label: "English", lang: "en" },
  { value: "hy", label: "Հայերեն", lang: "hy" },
  { value: "ru", label: "Русский", lang: "ru" },
] as const satisfies readonly { readonly value: Locale; readonly label: string; readonly lang: string }[];
