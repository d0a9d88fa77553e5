import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePriceMicros } from "./accounts";

describe("parsePriceMicros", () => {
  it("reads back every amount of micros, with a point or a comma", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), fc.constantFrom(".", ","), (micros, mark) => {
        const text = `${Math.floor(micros / 1_000_000)}${mark}${String(micros % 1_000_000).padStart(6, "0")}`;
        expect(parsePriceMicros(text)).toBe(micros);
      }),
    );
  });

  it.each([
    ["1", 1_000_000],
    [" 0.5 ", 500_000],
    ["0,0275", 27_500],
  ])("reads %j", (text, micros) => {
    expect(parsePriceMicros(text)).toBe(micros);
  });

  it.each(["", ".", ".5", "5.", "-1", "+1", "1 000", "1.000.000", "0.0000001", "1e3", "NaN", "0x10", "١"])(
    "refuses %j",
    (text) => {
      expect(parsePriceMicros(text)).toBeNull();
    },
  );
});
