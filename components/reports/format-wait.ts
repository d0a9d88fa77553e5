import type { useTranslations } from "next-intl";

type Translate = Pick<ReturnType<typeof useTranslations>, never> & ((key: string, values: { n: number }) => string);

/** Seconds in the largest unit that leaves no fraction: "90 s", "5 min", "12 h". `t` is the namespace `reports.duration`. */
export function formatWait(t: Translate, seconds: number): string {
  if (seconds >= 86_400 && seconds % 86_400 === 0) return t("d", { n: seconds / 86_400 });
  if (seconds >= 3_600 && seconds % 3_600 === 0) return t("h", { n: seconds / 3_600 });
  if (seconds >= 120 && seconds % 60 === 0) return t("min", { n: seconds / 60 });
  return t("s", { n: seconds });
}
