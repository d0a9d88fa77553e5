"use client";

import { useFormatter } from "next-intl";
import type { ReportBucket, ReportSpan } from "@/lib/schemas/reports";

/** How many columns lie between two labels of the axis. */
const EVERY = { today: 3, "7d": 4, "30d": 4, "90d": 14 } as const;

/** Labels of a time axis in the account's zone: hours for a day, dates for more. */
export function useBucketAxis(span: ReportSpan, buckets: readonly ReportBucket[]) {
  const format = useFormatter();
  const full = (at: string): string => {
    const date = new Date(at);
    return span.unit === "day" ? format.dateTime(date, "day") : format.dateTime(date, "minute");
  };
  const short = (at: string): string => format.dateTime(new Date(at), span.unit === "hour" ? "time" : "dayMonth");
  const ticks = buckets.filter((_, index) => index % EVERY[span.range] === 0).map((bucket) => bucket.at);
  return { full, short, ticks };
}
