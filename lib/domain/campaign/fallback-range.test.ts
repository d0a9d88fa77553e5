import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fallbackRange } from "./fallback-range";

describe("fallbackRange", () => {
  it("knows nothing without history", () => {
    expect(fallbackRange({ tried: 0, left: 0 }, 4_620)).toBeNull();
  });

  it("is wide after a few messages and narrow after many", () => {
    const few = fallbackRange({ tried: 10, left: 1 }, 4_620);
    const many = fallbackRange({ tried: 100_000, left: 10_000 }, 4_620);
    expect(few?.expected).toBe(0.1);
    expect((few?.high ?? 0) - (few?.low ?? 0)).toBeGreaterThan(0.2);
    expect(many?.low).toBeCloseTo(0.0924, 3);
    expect(many?.high).toBeCloseTo(0.1076, 3);
  });

  it("orders low, expected and high within 0 and 1, also for impossible histories", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: -5, max: 2e6 }),
        fc.nat(1e6),
        (tried, left, n) => {
          const range = fallbackRange({ tried, left }, n);
          if (range === null) throw new Error("there was history");
          expect(range.low).toBeGreaterThanOrEqual(0);
          expect(range.expected).toBeGreaterThanOrEqual(range.low);
          expect(range.high).toBeGreaterThanOrEqual(range.expected);
          expect(range.high).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
