"use client";

import { useLocale } from "next-intl";
import { useEffect, useRef } from "react";

/**
 * A page that changes to Armenian is loaded anew: a script that React adds to a living page never runs. A page that came
 * in Armenian never reloads, whatever became of its script.
 */
export function ReloadForArmenian(): null {
  const locale = useLocale();
  const before = useRef(locale);
  useEffect(() => {
    const isNew = before.current !== locale;
    before.current = locale;
    if (isNew && locale === "hy" && Intl.DateTimeFormat.supportedLocalesOf("hy").length === 0) window.location.reload();
  }, [locale]);
  return null;
}
