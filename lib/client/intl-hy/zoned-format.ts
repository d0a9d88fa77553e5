import { DateTimeFormat } from "@formatjs/intl-datetimeformat";
import { methodsOf, type Methods } from "./serve-armenian";

/** Western digits and the Gregorian calendar in every field that can make up an instant. */
const FIELDS = {
  calendar: "gregory",
  numberingSystem: "latn",
  hourCycle: "h23",
  era: "short",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
  fractionalSecondDigits: 3,
} as const satisfies Intl.DateTimeFormatOptions;

/**
 * Dates in Armenian in any time zone, without time zone data of our own.
 *
 * The browser's native formatter reads what the clock on the wall says in the zone; formatjs then writes that clock as
 * if it were UTC. Names of zones are the one thing this cannot write: null, so that the native formatter answers.
 */
export function zonedFormat(Native: typeof Intl.DateTimeFormat, tag: string, asked: unknown): Methods | null {
  const options: Intl.DateTimeFormatOptions = { ...(asked as Intl.DateTimeFormatOptions | undefined) };
  if (options.timeZoneName !== undefined || options.timeStyle === "full" || options.timeStyle === "long") return null;
  const clock = new Native("en-US", { ...FIELDS, timeZone: options.timeZone });
  const { timeZone } = clock.resolvedOptions();
  const written = new DateTimeFormat(tag, { ...options, timeZone: "UTC" });
  const onWall = (at?: Date | number): number => wallClock(clock, at);
  return {
    ...methodsOf(written),
    format: (at?: Date | number) => written.format(onWall(at)),
    formatToParts: (at?: Date | number) => written.formatToParts(onWall(at)),
    formatRange: (from: Date | number, to: Date | number) => written.formatRange(onWall(from), onWall(to)),
    formatRangeToParts: (from: Date | number, to: Date | number) =>
      written.formatRangeToParts(onWall(from), onWall(to)),
    resolvedOptions: () => ({ ...written.resolvedOptions(), timeZone }),
  };
}

/** Milliseconds since the epoch at which a clock in UTC shows what `clock` shows at `at`; without `at`, now. */
function wallClock(clock: Intl.DateTimeFormat, at: Date | number | undefined): number {
  const shown = new Map(clock.formatToParts(at).map((part) => [part.type, part.value]));
  const field = (type: Intl.DateTimeFormatPartTypes): number => Number(shown.get(type));
  const year = shown.get("era")?.startsWith("B") ? 1 - field("year") : field("year");
  const wall = new Date(0);
  // setUTCFullYear, because Date.UTC takes the year 99 for 1999.
  wall.setUTCFullYear(year, field("month") - 1, field("day"));
  return wall.setUTCHours(field("hour"), field("minute"), field("second"), field("fractionalSecond"));
}
