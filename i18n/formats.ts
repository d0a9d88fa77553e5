import type { Formats } from "next-intl";

/** Named once, so that a date looks the same wherever it stands. The order of parts follows the language. */
export const FORMATS = {
  dateTime: {
    day: { day: "numeric", month: "short", year: "numeric" },
    dayMonth: { day: "numeric", month: "short" },
    dayLong: { weekday: "long", day: "numeric", month: "long" },
    minute: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    full: {
      day: "numeric",
      month: "short",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    },
    time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    timeSeconds: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
    timeTenths: { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 1, hourCycle: "h23" },
  },
  number: {
    whole: { maximumFractionDigits: 0 },
    compact: { notation: "compact", maximumFractionDigits: 1 },
    percent: { style: "percent", maximumFractionDigits: 1 },
  },
} as const satisfies Formats;
