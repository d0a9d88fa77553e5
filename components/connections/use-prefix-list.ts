"use client";

import { useFormatter, useTranslations } from "next-intl";

/** A bank has three, an aggregator has hundreds. */
const SHOWN = 12;

/** Prefixes as a sentence names them. */
export function usePrefixList(): (prefixes: readonly string[]) => string {
  const t = useTranslations("connections.routing");
  const format = useFormatter();
  return (prefixes) => {
    const shown = prefixes.slice(0, SHOWN).map((prefix) => `+${prefix}`);
    const left = prefixes.length - shown.length;
    return format.list(left === 0 ? shown : [...shown, t("more", { count: left })], { type: "disjunction" });
  };
}
