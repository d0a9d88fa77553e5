import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { takeToken, type TokenBuckets } from "./take-token";

const limit = { perSecond: 5, burst: 10 };

describe("the rate limit of a key", () => {
  it("never lets more through than the burst and what has grown back since", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }), (pausesMs) => {
        const buckets: TokenBuckets = new Map();
        let nowMs = 0;
        let passed = 0;
        for (const pauseMs of pausesMs) {
          nowMs += pauseMs;
          if (takeToken(buckets, "a", nowMs, limit).ok) passed += 1;
        }
        expect(passed).toBeLessThanOrEqual(limit.burst + Math.ceil((nowMs / 1000) * limit.perSecond));
      }),
    );
  });

  it("says when the next request passes, and then it does", () => {
    const buckets: TokenBuckets = new Map();
    for (let n = 0; n < limit.burst; n += 1) expect(takeToken(buckets, "a", 0, limit).ok).toBe(true);
    const refused = takeToken(buckets, "a", 0, limit);
    expect(refused).toEqual({ ok: false, retryAfterS: 1 });
    expect(takeToken(buckets, "a", 1_000, limit).ok).toBe(true);
  });

  it("counts each key for itself and survives a clock that goes back", () => {
    const buckets: TokenBuckets = new Map();
    for (let n = 0; n < 20; n += 1) takeToken(buckets, "a", 1_000, limit);
    expect(takeToken(buckets, "a", 0, limit).ok).toBe(false);
    expect(takeToken(buckets, "b", 0, limit).ok).toBe(true);
  });
});
