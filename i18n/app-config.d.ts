import type { Locale } from "@/lib/domain/vocabulary";
import type { FORMATS } from "./formats";

declare module "next-intl" {
  interface AppConfig {
    Locale: Locale;
    Formats: typeof FORMATS;
  }
}
