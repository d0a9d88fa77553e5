import fc from "fast-check";
import { getCountries, getExampleNumber, type CountryCode } from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples";
import { describe, expect, it } from "vitest";
import { formatPhone, isPhoneCountry, normalisePhone, PHONE_PROBLEMS, searchDigits } from "./normalise-phone";

const ok = (e164: string, country: string) => ({ ok: true, e164, country });
const no = (reason: string) => ({ ok: false, reason });

/** Armenian mobile numbers of one operator's block. */
const armenian = fc.integer({ min: 0, max: 999_999 }).map((n) => `77${String(n).padStart(6, "0")}`);

const writings: readonly ((nsn: string) => string)[] = [
  (nsn) => `+374${nsn}`,
  (nsn) => `00374${nsn}`,
  (nsn) => `374${nsn}`,
  (nsn) => `0${nsn}`,
  (nsn) => nsn,
  (nsn) => `tel:+374${nsn}`,
  (nsn) => `Հեռ. 0${nsn}`,
  (nsn) => `＋374${nsn}`,
  (nsn) => `+374\u00a0${nsn.slice(0, 2)}\u00a0${nsn.slice(2)}`,
  (nsn) => `\ufeff+374\u200b${nsn}\u200e `,
  (nsn) => `(0${nsn.slice(0, 2)}) ${nsn.slice(2, 5)}-${nsn.slice(5)}`,
  (nsn) => `+374–${nsn.slice(0, 2)}—${nsn.slice(2, 5)}‑${nsn.slice(5)}`,
  (nsn) => `+374 (0)${nsn}`,
  (nsn) => `'0${nsn}`,
  (nsn) => `374${nsn}.0`,
  (nsn) => [...`+374${nsn}`].map((c) => (c === "+" ? c : String.fromCharCode(c.charCodeAt(0) + 0xfee0))).join(""),
  (nsn) => [...`0${nsn}`].map((c) => String.fromCharCode(c.charCodeAt(0) - 0x30 + 0x0660)).join(""),
];

describe("normalisePhone", () => {
  it("reads one number from every way people write it", () => {
    fc.assert(
      fc.property(armenian, fc.constantFrom(...writings), (nsn, write) => {
        expect(normalisePhone(write(nsn), "AM")).toEqual(ok(`+374${nsn}`, "AM"));
      }),
      { numRuns: 500 },
    );
  });

  it("keeps a normalised number as it is, whatever the default country", () => {
    fc.assert(
      fc.property(armenian, fc.constantFrom<CountryCode>(...getCountries()), (nsn, country) => {
        expect(normalisePhone(`+374${nsn}`, country)).toEqual(ok(`+374${nsn}`, "AM"));
      }),
    );
  });

  it("accepts a mobile number of every country, with a plus", () => {
    for (const country of getCountries()) {
      const example = getExampleNumber(country, examples);
      if (example?.isValid() !== true) continue;
      const type = example.getType();
      if (type !== "MOBILE" && type !== "FIXED_LINE_OR_MOBILE") continue;
      expect(normalisePhone(example.formatInternational(), "AM")).toMatchObject({ ok: true, e164: example.number });
    }
  });

  it.each([
    ["447400167162", ok("+447400167162", "GB")],
    ["37061220287", ok("+37061220287", "LT")],
    ["+1 201 555 2232", ok("+12015552232", "US")],
    ["+44 (0)7400 175229", ok("+447400175229", "GB")],
    ["++37477149155", ok("+37477149155", "AM")],
    ["+00374 77 149155", ok("+37477149155", "AM")],
    ["", no("empty")],
    [" \u00a0\u200b", no("empty")],
    ["-", no("empty")],
    ["n/a", no("text")],
    ["tel", no("text")],
    ["tel:", no("text")],
    ["call after 6", no("text")],
    ["091 234567 Աննա", no("text")],
    ["12345", no("too_short")],
    ["+374", no("too_short")],
    ["+1555", no("too_short")],
    ["+3749912345678901", no("too_long")],
    ["077149155, 077149156", no("invalid")],
    ["077149155/077149156", no("too_long")],
    ["0000000000", no("invalid")],
    ["+99912345678", no("invalid")],
    ["+37410543210", no("landline")],
    ["010 543210", no("landline")],
    ["+4930123456", no("landline")],
    ["+1 800 555 0199", no("invalid")],
    ["3.7491E+10", no("spreadsheet_damage")],
    ["3,7491e10", no("spreadsheet_damage")],
    ["########", no("spreadsheet_damage")],
    ["#N/A", no("spreadsheet_damage")],
    ['=HYPERLINK("http://x","091")', no("formula")],
    ["+SUM(A1)", no("formula")],
    ["@A1", no("formula")],
  ])("answers %j", (input, expected) => {
    expect(normalisePhone(input, "AM")).toEqual(expected);
  });

  it("reads national numbers by the default country", () => {
    expect(normalisePhone("8 912 343-42-60", "RU")).toEqual(ok("+79123434260", "RU"));
    expect(normalisePhone("(201) 555-2232", "US")).toEqual(ok("+12015552232", "US"));
    expect(normalisePhone("077 149155", "RU").ok).toBe(false);
  });

  it("answers anything with a number or one of the known reasons", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200, size: "max" }),
      fc.string({ unit: fc.constantFrom(..."+0123456789 -().eE=;,/ext#"), maxLength: 60 }),
    );
    fc.assert(
      fc.property(hostile, (input) => {
        const answer = normalisePhone(input, "AM");
        if (answer.ok) expect(answer.e164).toMatch(/^\+[1-9]\d{6,14}$/);
        else expect(PHONE_PROBLEMS).toContain(answer.reason);
      }),
    );
  });

  it("looks at no more than the beginning of a huge input", () => {
    const mega = 1_000_000;
    expect(normalisePhone("7".repeat(mega), "AM")).toEqual(no("too_long"));
    expect(normalisePhone("a".repeat(mega), "AM")).toEqual(no("text"));
    expect(normalisePhone(" ".repeat(mega), "AM")).toEqual(no("empty"));
    expect(normalisePhone(`+37477149155${" ".repeat(mega)}x`, "AM").ok).toBe(false);
    expect(normalisePhone(`${" ".repeat(mega)}+37477149155`, "AM")).toEqual(ok("+37477149155", "AM"));
  });
});

describe("searchDigits", () => {
  it("finds a whole number by every way it is written", () => {
    fc.assert(
      fc.property(armenian, fc.constantFrom(...writings), (nsn, write) => {
        expect(searchDigits(write(nsn), "AM")).toBe(`374${nsn}`);
      }),
    );
  });

  it.each([
    ["4915", "4915"],
    ["49-155", "49155"],
    ["…9155", "9155"],
    ["915", null],
    ["010 543210", "37410543210"],
    ["Anna", null],
    ["=1+1", null],
    ["1".repeat(40), null],
  ])("turns %j into %j", (input, expected) => {
    expect(searchDigits(input, "AM")).toBe(expected);
  });
});

describe("formatPhone", () => {
  it("groups the digits, and leaves what is no number", () => {
    expect(formatPhone("+37477149155", "hy")).toBe("+374 77 149155");
    expect(formatPhone("+12015552232")).toBe("+1 201 555 2232");
    expect(formatPhone("secret")).toBe("secret");
  });

  it("shows a form that reads back to the same number", () => {
    fc.assert(
      fc.property(armenian, (nsn) => {
        expect(normalisePhone(formatPhone(`+374${nsn}`), "GB")).toEqual(ok(`+374${nsn}`, "AM"));
      }),
    );
  });
});

it("knows which countries can be an account's default", () => {
  expect(isPhoneCountry("AM")).toBe(true);
  expect(isPhoneCountry("XX")).toBe(false);
});
