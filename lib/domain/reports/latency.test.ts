import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LATENCY_BUCKETS } from "../dispatch/latency-bucket";
import { lateShare, percentileBucket } from "./latency";

describe("percentileBucket", () => {
  it("finds the bucket that holds the middle one", () => {
    const counts = new Map([
      ["1", 10],
      ["5", 30],
      ["more", 60],
    ]);
    expect(percentileBucket(counts, 0.1)).toBe("1");
    expect(percentileBucket(counts, 0.4)).toBe("5");
    expect(percentileBucket(counts, 0.41)).toBe("more");
    expect(percentileBucket(new Map(), 0.5)).toBeNull();
  });

  it("never falls as the share grows", () => {
    const codes = LATENCY_BUCKETS.map(({ code }) => code);
    const counts = fc.array(fc.nat({ max: 1_000 }), { minLength: codes.length, maxLength: codes.length });
    fc.assert(
      fc.property(
        counts,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (n, a, b) => {
          const map = new Map<string, number>(codes.map((code, i) => [code, n[i] ?? 0]));
          const at = (share: number) => codes.findIndex((code) => code === percentileBucket(map, share));
          expect(at(Math.min(a, b))).toBeLessThanOrEqual(at(Math.max(a, b)));
        },
      ),
    );
  });
});

describe("lateShare", () => {
  it("counts what came after the wait, and a bucket that it cuts", () => {
    const buckets = [
      { maxS: 60, n: 90 },
      { maxS: 120, n: 6 },
      { maxS: null, n: 4 },
    ];
    expect(lateShare(buckets, 60)).toBeCloseTo(0.1);
    expect(lateShare(buckets, 90)).toBeCloseTo(0.1);
    expect(lateShare(buckets, 120)).toBeCloseTo(0.04);
    expect(lateShare([], 90)).toBeNull();
  });
});
