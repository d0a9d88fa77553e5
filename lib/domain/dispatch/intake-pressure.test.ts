import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { intakePressure } from "./intake-pressure";

describe("the share of the rate while receipts queue", () => {
  it.each([
    [0, 0, 1],
    [2_000, 1_000, 1],
    [11_000, 0, 0.5],
    [0, 10_500, 0.5],
    [20_000, 0, 0.05],
    [0, 20_000, 0.05],
    [600_000, 50_000, 0.05],
  ])("with %i ms of lag and %i waiting is %f", (lagMs, backlog, share) => {
    expect(intakePressure({ lagMs, backlog })).toBeCloseTo(share);
  });

  it("is the least where nobody takes in receipts", () => {
    expect(intakePressure(null)).toBe(0.05);
  });

  it("never rises when receipts are further behind, and never stops sending", () => {
    const amount = fc.nat({ max: 1_000_000 });
    fc.assert(
      fc.property(amount, amount, amount, amount, (lagMs, backlog, moreLag, moreBacklog) => {
        const now = intakePressure({ lagMs, backlog });
        expect(intakePressure({ lagMs: lagMs + moreLag, backlog: backlog + moreBacklog })).toBeLessThanOrEqual(now);
        expect(now).toBeGreaterThanOrEqual(0.05);
        expect(now).toBeLessThanOrEqual(1);
      }),
    );
  });
});
