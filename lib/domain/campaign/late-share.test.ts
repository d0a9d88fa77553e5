import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lateShare } from "./late-share";

const buckets = [
  { maxS: 10, n: 80 },
  { maxS: 60, n: 10 },
  { maxS: 120, n: 6 },
  { maxS: null, n: 4 },
];

describe("lateShare", () => {
  it.each([
    [0, 1],
    [10, 0.2],
    [60, 0.1],
    [90, 0.07],
    [120, 0.04],
    [604_800, 0.04],
  ])("a wait of %i s leaves a share of %f", (waitS, share) => {
    expect(lateShare(buckets, waitS)).toBeCloseTo(share, 10);
  });

  it("knows nothing without history", () => {
    expect(lateShare([], 90)).toBeNull();
    expect(lateShare([{ maxS: 1, n: 0 }], 90)).toBeNull();
  });

  it("never grows with the wait", () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), (a, b) => {
        const [short, long] = a < b ? [a, b] : [b, a];
        expect(lateShare(buckets, long)).toBeLessThanOrEqual(lateShare(buckets, short) ?? 0);
      }),
    );
  });
});
