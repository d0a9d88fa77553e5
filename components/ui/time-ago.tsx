"use client";

import { useFormatter } from "next-intl";
import { cn } from "./cn";
import { useTickingNow } from "./use-ticking-now";

type TimeAgoProps = {
  /** A date, or milliseconds since the epoch, or an ISO text. */
  readonly at: Date | number | string;
  readonly className?: string;
};

const NEAR_FUTURE_MS = 5_000;

/** "3 minutes ago", kept up to date; the exact time in the account's zone is its title. */
export function TimeAgo({ at, className }: TimeAgoProps) {
  const format = useFormatter();
  const now = useTickingNow();
  const date = new Date(at);
  // Clocks differ by a little, and the page's own clock ticks in steps: "in 3 seconds" would be nonsense.
  const ahead = date.getTime() - now.getTime();
  const shown = ahead > 0 && ahead < NEAR_FUTURE_MS * 3 ? now : date;
  return (
    <time
      dateTime={date.toISOString()}
      title={format.dateTime(date, "full")}
      suppressHydrationWarning
      className={cn("whitespace-nowrap", className)}
    >
      {format.relativeTime(shown, now)}
    </time>
  );
}
