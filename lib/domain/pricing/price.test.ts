import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHANNELS } from "../vocabulary";
import { costOf, priceFor, toMicros, type PriceRow } from "./price";

const row = (country: string, priceMicros: number, validFrom = 0): PriceRow => ({
  channel: "sms",
  country,
  priceMicros,
  validFrom,
});

const anyRow: fc.Arbitrary<PriceRow> = fc.record({
  channel: fc.constantFrom(...CHANNELS),
  country: fc.constantFrom("AM", "DE", "*"),
  priceMicros: fc.nat(1_000_000),
  validFrom: fc.nat(100),
});

describe("priceFor", () => {
  it("takes the country's own price before the general one, however old", () => {
    expect(priceFor([row("*", 1, 50), row("AM", 2, 10)], "sms", "AM", 99)).toBe(2);
    expect(priceFor([row("*", 1, 50), row("AM", 2, 10)], "sms", "DE", 99)).toBe(1);
  });

  it("changes exactly when the next price begins", () => {
    const rows = [row("AM", 1, 10), row("AM", 2, 20)];
    expect([9, 10, 19, 20].map((at) => priceFor(rows, "sms", "AM", at))).toEqual([null, 1, 1, 2]);
  });

  it("keeps the general price until the country's own begins", () => {
    expect(priceFor([row("*", 1, 0), row("AM", 2, 20)], "sms", "AM", 10)).toBe(1);
  });

  it("knows no price of another channel", () => {
    expect(priceFor([row("*", 1)], "viber", "AM", 10)).toBeNull();
  });

  it("does not depend on the order of rows, and never looks into the future", () => {
    const rows = fc.uniqueArray(anyRow, { selector: (each) => `${each.channel} ${each.country} ${each.validFrom}` });
    fc.assert(
      fc.property(rows, fc.nat(100), (list, at) => {
        const price = priceFor(list, "sms", "AM", at);
        expect(priceFor(list.toReversed(), "sms", "AM", at)).toBe(price);
        expect(
          priceFor(
            list.filter((each) => each.validFrom <= at),
            "sms",
            "AM",
            at,
          ),
        ).toBe(price);
      }),
    );
  });
});

describe("costOf", () => {
  it("bills SMS by segment when accepted, WhatsApp and Viber once when delivered", () => {
    const billed = { segments: 3, priceMicros: 45_000 };
    expect(costOf({ ...billed, channel: "sms", event: "accepted" })).toBe(135_000);
    expect(costOf({ ...billed, channel: "sms", event: "delivered" })).toBe(0);
    for (const channel of ["whatsapp", "viber"] as const) {
      expect(costOf({ ...billed, channel, event: "accepted" })).toBe(0);
      expect(costOf({ ...billed, channel, event: "delivered" })).toBe(45_000);
    }
  });
});

it("toMicros refuses what a number cannot hold exactly", () => {
  expect(toMicros("9007199254740991")).toBe(Number.MAX_SAFE_INTEGER);
  expect(() => toMicros(9007199254740992n)).toThrow(RangeError);
  expect(() => toMicros("1.5")).toThrow(RangeError);
});
