import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balanceShares, toPercent } from "./balance-shares";
import { SCENARIOS } from "./vocabulary";

const sumOf = (shares: object): number => (Object.values(shares) as number[]).reduce((sum, share) => sum + share, 0);
const shares = fc.dictionary(fc.constantFrom(...SCENARIOS), fc.double({ min: 0, max: 1e6, noNaN: true }));

describe("the sliders of a mix", () => {
  it("are 100 together wherever one is moved, and the one moved stands where it was put", () => {
    fc.assert(
      fc.property(
        shares,
        fc.constantFrom(...SCENARIOS),
        fc.double({ min: -10, max: 120, noNaN: true }),
        (given, moved, percent) => {
          const balanced = balanceShares(given, moved, percent);
          expect(sumOf(balanced)).toBeCloseTo(100, 6);
          for (const share of Object.values(balanced)) expect(share).toBeGreaterThanOrEqual(0);
          const others = Object.entries(given).filter(([scenario]) => scenario !== moved);
          if (moved !== "delivered" || others.some(([, share]) => share > 0)) {
            expect(balanced[moved]).toBeCloseTo(Math.min(100, Math.max(0, percent)), 0);
          }
        },
      ),
    );
  });

  it("show any shares as percent", () => {
    fc.assert(
      fc.property(shares, (given) => {
        expect(sumOf(toPercent(given))).toBeCloseTo(100, 6);
      }),
    );
    expect(toPercent({ delivered: 2, never: 1 })).toEqual({ delivered: 66.7, never: 33.3 });
  });

  it("leave the weights of the others as they were", () => {
    expect(balanceShares({ delivered: 60, never: 30, blocked: 10 }, "blocked", 55)).toEqual({
      ...{ delivered: 30, never: 15, blocked: 55 },
    });
    expect(balanceShares({ never: 100 }, "never", 40)).toEqual({ never: 40, delivered: 60 });
    expect(balanceShares({ delivered: 100 }, "delivered", 40)).toEqual({ delivered: 100 });
  });
});
