import { createContext, runInContext } from "node:vm";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { FORMATS } from "@/i18n/formats";
import { bundleIntl } from "@/scripts/build-intl.mjs";

/** The script runs as it is served, in a realm whose Intl was made to answer like Chromium's: Armenian becomes English. */
const FORGET_ARMENIAN = `
  const isArmenian = (tag) => /^hy(-|$)/.test(tag);
  for (const name of ["NumberFormat", "PluralRules", "DateTimeFormat", "RelativeTimeFormat"]) {
    const Native = Intl[name];
    const known = ([locales, ...rest]) => [[].concat(locales ?? []).filter((tag) => !isArmenian(tag)).concat("en-US"), ...rest];
    Intl[name] = new Proxy(Native, {
      construct: (_, args, target) => Reflect.construct(Native, known(args), target),
      apply: (_, self, args) => Reflect.apply(Native, self, known(args)),
      get: (_, key) => key === "supportedLocalesOf"
        ? (locales, options) => Native.supportedLocalesOf(locales, options).filter((tag) => !isArmenian(tag))
        : Reflect.get(Native, key),
    });
  }
`;

type Realm = {
  Intl: typeof Intl;
  Number: typeof Number;
  Date: typeof Date;
  native: typeof Intl & Record<string, unknown>;
};

let bundle: string;
let browser: Realm;

beforeAll(async () => {
  bundle = await bundleIntl();
  browser = realm(FORGET_ARMENIAN);
});

function realm(before: string): Realm {
  const context = createContext({});
  runInContext(`${before}; globalThis.native = { ...Object.getOwnPropertyDescriptors(Intl) };`, context);
  runInContext(bundle, context);
  return runInContext("({ Intl, Number, Date, native })", context) as Realm;
}

const MONEY = ["AMD", "EUR", "USD", "RUB", "GEL", "GBP", "KZT"].flatMap((currency) =>
  [
    {},
    { minimumFractionDigits: 3, maximumFractionDigits: 4 },
    { maximumFractionDigits: 0, minimumFractionDigits: 0 },
  ].map((digits) => ({ style: "currency", currency, currencyDisplay: "narrowSymbol", ...digits }) as const),
);
const NUMBERS: Intl.NumberFormatOptions[] = [
  {},
  FORMATS.number.whole,
  FORMATS.number.percent,
  { style: "percent" },
  { maximumFractionDigits: 1 },
  { maximumFractionDigits: 6 },
  ...MONEY,
];
const DATES: Intl.DateTimeFormatOptions[] = [
  ...Object.values(FORMATS.dateTime),
  {},
  { dateStyle: "long", timeStyle: "short" },
];
const ZONES = ["Asia/Yerevan", "UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"];
const STYLES = ["long", "short", "narrow"] as const;
const UNITS = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"] as const;

const anInstant = fc.date({ min: new Date("1970-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
const anAmount = fc.oneof(
  fc.double({ min: -1e12, max: 1e12, noNaN: true }),
  fc.integer(),
  fc.constantFrom(0, -0, 1e15),
);

describe("Armenian in a browser that lacks it is what Node writes", () => {
  it.each([
    ["grouping", 20_000, {}],
    ["a short number", 1_250_000, FORMATS.number.compact],
    ["a share", 0.1234, FORMATS.number.percent],
    ["money", 831.6, { style: "currency", currency: "EUR", currencyDisplay: "narrowSymbol" }],
    ["not a number", NaN, {}],
    ["more than there is", -Infinity, {}],
  ] as const)("%s", (_, value, options) => {
    const expected = new Intl.NumberFormat("hy", options).format(value);
    expect(new browser.Intl.NumberFormat("hy", options).format(value)).toBe(expected);
    expect(new browser.Number(value).toLocaleString("hy", options)).toBe(expected);
  });

  it("any number in every format", () => {
    fc.assert(
      fc.property(anAmount, fc.constantFrom(...NUMBERS), (value, options) => {
        const [here, there] = [new browser.Intl.NumberFormat("hy", options), new Intl.NumberFormat("hy", options)];
        expect(here.format(value)).toBe(there.format(value));
        expect(plain(here.formatToParts(value))).toEqual(there.formatToParts(value));
      }),
      { numRuns: 500 },
    );
  });

  it("short numbers on the axes of charts: counts and thousandths", () => {
    // Not just any double: see "Consequences" in docs/adr/0006.
    const ticks = fc.oneof(
      fc.integer({ min: -1e15, max: 1e15 }),
      fc.tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: -100, max: 100 })).map(([e, near]) => 10 ** e + near),
      fc.integer({ min: -1e9, max: 1e9 }).map((thousandths) => thousandths / 1_000),
    );
    const [here, there] = [
      new browser.Intl.NumberFormat("hy", FORMATS.number.compact),
      new Intl.NumberFormat("hy", FORMATS.number.compact),
    ];
    fc.assert(
      fc.property(ticks, (value) => {
        expect(here.format(value)).toBe(there.format(value));
      }),
      { numRuns: 500 },
    );
  });

  it("any instant in every format and time zone", () => {
    fc.assert(
      fc.property(anInstant, fc.constantFrom(...DATES), fc.constantFrom(...ZONES), (at, options, timeZone) => {
        const asked = { ...options, timeZone };
        const [here, there] = [new browser.Intl.DateTimeFormat("hy", asked), new Intl.DateTimeFormat("hy", asked)];
        expect(here.format(at)).toBe(there.format(at));
        expect(plain(here.formatToParts(at))).toEqual(there.formatToParts(at));
        expect(here.resolvedOptions().timeZone).toBe(there.resolvedOptions().timeZone);
      }),
      { numRuns: 500 },
    );
  });

  it.each(["2026-03-29T00:59:59.999Z", "2026-03-29T01:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"])(
    "either side of a change of clocks: %s",
    (at) => {
      const asked = { ...FORMATS.dateTime.full, timeZone: "Europe/Berlin" };
      const expected = new Intl.DateTimeFormat("hy", asked).format(new Date(at));
      expect(new browser.Intl.DateTimeFormat("hy", asked).format(new Date(at))).toBe(expected);
    },
  );

  it("relative time in every style and unit", () => {
    const options = fc.record({ style: fc.constantFrom(...STYLES), numeric: fc.constantFrom("auto", "always") });
    const values = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -1e6, max: 1e6 }), fc.constant(-0));
    fc.assert(
      fc.property(values, fc.constantFrom(...UNITS), options, (value, unit, asked) => {
        const expected = new Intl.RelativeTimeFormat("hy", asked).format(value, unit);
        expect(new browser.Intl.RelativeTimeFormat("hy", asked).format(value, unit)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it("plural forms", () => {
    fc.assert(
      fc.property(anAmount, fc.constantFrom("cardinal", "ordinal"), (value, type) => {
        const expected = new Intl.PluralRules("hy", { type }).select(value);
        expect(new browser.Intl.PluralRules("hy", { type }).select(value)).toBe(expected);
      }),
    );
  });

  it("dates by their own methods", () => {
    const at = Date.UTC(2026, 10, 5, 9, 4, 7);
    for (const method of ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"] as const) {
      const options = { timeZone: "Asia/Yerevan" };
      expect(new browser.Date(at)[method]("hy", options)).toBe(new Date(at)[method]("hy", options));
      expect(new browser.Date(NaN)[method]("hy", options)).toBe("Invalid Date");
    }
  });
});

describe("Everything but Armenian stays the browser's own", () => {
  it("writes English, Russian and the default as before", () => {
    const native = realm("");
    fc.assert(
      fc.property(fc.constantFrom("en", "ru", "en-GB", undefined), anAmount, anInstant, (locale, value, at) => {
        const day = { ...FORMATS.dateTime.full, timeZone: "Asia/Yerevan" };
        expect(browser.Intl.NumberFormat(locale).format(value)).toBe(
          Intl.NumberFormat(locale ?? "en-US").format(value),
        );
        expect(new browser.Intl.DateTimeFormat(locale, day).format(at)).toBe(
          new native.Intl.DateTimeFormat(locale ?? "en-US", day).format(at),
        );
        expect(new browser.Number(value).toLocaleString(locale)).toBe(value.toLocaleString(locale));
      }),
    );
  });

  it("answers the first language that is known", () => {
    const resolved = (locales: string[]) => new browser.Intl.NumberFormat(locales).resolvedOptions().locale;
    expect(resolved(["en", "hy"])).toBe("en");
    expect(resolved(["hy-AM", "en"])).toMatch(/^hy/);
    expect(resolved(["tlh", "hy"])).toMatch(/^hy/);
    expect(resolved(["hyw", "ru"])).toBe("ru");
    expect(plain(browser.Intl.NumberFormat.supportedLocalesOf(["ru", "hy", "tlh", "en"]))).toEqual(["ru", "hy", "en"]);
  });

  it("keeps what a constructor promises", () => {
    const made = new browser.Intl.NumberFormat("hy");
    expect(made instanceof browser.Intl.NumberFormat).toBe(true);
    expect(browser.Intl.NumberFormat("hy") instanceof browser.Intl.NumberFormat).toBe(true);
    expect(new browser.Intl.NumberFormat("en") instanceof browser.Intl.NumberFormat).toBe(true);
    expect(Object.prototype.toString.call(made)).toBe("[object Intl.NumberFormat]");
    expect([1_000, 2_000].map(made.format)).toEqual(["1000", "2000"]);
    expect(browser.Intl.NumberFormat.name).toBe("NumberFormat");
  });

  it("leaves names of time zones to the browser, and refuses what Node refuses", () => {
    const options = { timeZone: "Asia/Yerevan", timeZoneName: "short", hour: "2-digit" } as const;
    expect(new browser.Intl.DateTimeFormat("hy", options).format(0)).toContain("GMT+4");
    // Errors are of the other realm, so by name.
    expect(() => new browser.Intl.DateTimeFormat("hy", { timeZone: "Mars/Base" })).toThrow(/time zone/i);
    expect(() => new browser.Intl.NumberFormat("hy", { style: "currency", currency: "EURO" })).toThrow(/currency/i);
    expect(() => new browser.Intl.DateTimeFormat("hy").format(NaN)).toThrow(/invalid|range/i);
    expect(() => new browser.Intl.NumberFormat("h")).toThrow(/locale|language/i);
  });

  it("does nothing where the browser knows Armenian", () => {
    const { Intl: after, native } = realm("");
    for (const name of ["NumberFormat", "PluralRules", "DateTimeFormat", "RelativeTimeFormat"] as const) {
      expect(after[name]).toBe((native[name] as unknown as PropertyDescriptor).value);
    }
  });
});

/** The same values of this realm's own kind. */
function plain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}
