"use client";

import { useFormatter } from "next-intl";
import type { FORMATS } from "@/i18n/formats";
import { cn } from "./cn";

type LocalTimeProps = {
  /** A date, or milliseconds since the epoch, or an ISO text. */
  readonly at: Date | number | string;
  readonly format?: keyof typeof FORMATS.dateTime;
  readonly className?: string;
};

/** A moment in the account's time zone and the reader's language. */
export function LocalTime({ at, format: name = "minute", className }: LocalTimeProps) {
  const format = useFormatter();
  const date = new Date(at);
  return (
    <time
      dateTime={date.toISOString()}
      title={name === "full" ? undefined : format.dateTime(date, "full")}
      suppressHydrationWarning
      className={cn("tabular whitespace-nowrap", className)}
    >
      {format.dateTime(date, name)}
    </time>
  );
}
