import { define } from "./serve-armenian";

const DATE = { year: "numeric", month: "numeric", day: "numeric" } as const;
const TIME = { hour: "numeric", minute: "numeric", second: "numeric" } as const;
const DATE_FIELDS = ["weekday", "year", "month", "day", "dateStyle"] as const;
const TIME_FIELDS = ["dayPeriod", "hour", "minute", "second", "fractionalSecondDigits", "timeStyle"] as const;
const FIELDS = [...DATE_FIELDS, ...TIME_FIELDS];

/** Native `toLocaleString` and its kin do not look at `Intl`: they are told to, for requests in Armenian alone. */
export function routeToLocaleString(): void {
  for (const prototype of [Number.prototype, BigInt.prototype]) {
    route(prototype, "toLocaleString", (value: number | bigint, locales, options) =>
      new Intl.NumberFormat(locales, options as Intl.NumberFormatOptions).format(value.valueOf()),
    );
  }
  routeDate("toLocaleString", { ...DATE, ...TIME }, FIELDS);
  routeDate("toLocaleDateString", DATE, DATE_FIELDS);
  routeDate("toLocaleTimeString", TIME, TIME_FIELDS);
}

/** Fields of a kind that nobody asked for are all shown (ECMA-402, ToDateTimeOptions). */
function routeDate(
  name: "toLocaleString" | "toLocaleDateString" | "toLocaleTimeString",
  unlessAsked: Intl.DateTimeFormatOptions,
  asking: readonly (keyof Intl.DateTimeFormatOptions)[],
): void {
  route(Date.prototype, name, (value: Date, locales, asked) => {
    if (Number.isNaN(value.getTime())) return "Invalid Date";
    const options: Intl.DateTimeFormatOptions = { ...(asked as Intl.DateTimeFormatOptions | undefined) };
    const isAsked = asking.some((field) => options[field] !== undefined);
    return new Intl.DateTimeFormat(locales, isAsked ? options : { ...options, ...unlessAsked }).format(value);
  });
}

function route<Value>(
  prototype: object,
  name: string,
  armenian: (value: Value, locales: string | string[], options: unknown) => string,
): void {
  const native = Reflect.get(prototype, name) as (this: Value, locales?: unknown, options?: unknown) => string;
  define(prototype, name, function (this: Value, locales?: string | string[], options?: unknown): string {
    const [first] = locales === undefined ? [] : Intl.getCanonicalLocales(locales);
    const isArmenian = first !== undefined && /^hy(-|$)/.test(first);
    return isArmenian ? armenian(this, [first], options) : native.call(this, locales, options);
  });
}
