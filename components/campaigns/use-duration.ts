"use client";

import { useTranslations } from "next-intl";

/** "90 seconds", "2 hours", "30 days": in the largest unit that says it exactly. */
export function useDuration(): (seconds: number) => string {
  const t = useTranslations("common.count");
  return (seconds) => {
    if (seconds >= 86_400 && seconds % 86_400 === 0) return t("days", { count: seconds / 86_400 });
    if (seconds >= 3_600 && seconds % 3_600 === 0) return t("hours", { count: seconds / 3_600 });
    if (seconds >= 120 && seconds % 60 === 0) return t("minutes", { count: seconds / 60 });
    return t("seconds", { count: seconds });
  };
}
