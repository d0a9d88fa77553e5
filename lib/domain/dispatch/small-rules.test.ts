import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CATEGORIES } from "../vocabulary";
import {
  formatReference,
  fromPublicMessageId,
  messageIdFloor,
  parseReference,
  queuedAtMs,
  shardOfMessage,
  toPublicMessageId,
} from "./attempt-reference";
import { afterUnknown } from "./dispatch-policy";
import { LATENCY_BUCKETS, latencyBucket } from "./latency-bucket";
import { planRetry } from "./plan-retry";

const key = fc
  .record({
    ms: fc.integer({ min: 1, max: 2 ** 40 }),
    shard: fc.integer({ min: 0, max: 63 }),
    low: fc.integer({ min: 0, max: 2 ** 16 - 1 }),
    step: fc.integer({ min: 0, max: 2 }),
    try: fc.integer({ min: 0, max: 400 }),
  })
  .map(({ ms, shard, low, ...rest }) => ({
    ...rest,
    shard,
    messageId: ((BigInt(ms) << 22n) | (BigInt(shard) << 16n) | BigInt(low)).toString(),
  }));

describe("references and ids", () => {
  it("come back as they went out", () => {
    fc.assert(
      fc.property(key, (one) => {
        expect(parseReference(formatReference(one))).toEqual(one);
        expect(shardOfMessage(one.messageId)).toBe(one.shard);
        expect(fromPublicMessageId(toPublicMessageId(one.messageId))).toBe(one.messageId);
      }),
    );
  });

  it("are null for whatever else comes back from outside", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseReference(text)).toBeNull();
      }),
    );
    for (const text of [null, "", "1.2.3", "64.1.0.0", "1.99999999999999999999.0.0", "5.1.0.0", "msg_1"]) {
      expect(parseReference(text)).toBeNull();
    }
  });

  it("order by time", () => {
    const at = Date.UTC(2026, 10, 22);
    expect(queuedAtMs(messageIdFloor(at))).toBe(at);
  });
});

describe("planRetry", () => {
  it("never tries beyond the wait before fallback, where there is a next channel", () => {
    fc.assert(
      fc.property(fc.constantFrom(...CATEGORIES), fc.integer({ min: 5, max: 3_600 }), (category, waitS) => {
        let spentMs = 0;
        for (let tryIndex = 0; tryIndex < 10_000; tryIndex += 1) {
          const retry = planRetry({ tryIndex, retryAfterMs: null, category, waitMs: waitS * 1_000, hasNextStep: true });
          if (retry === null) break;
          spentMs += retry.delayMs;
          expect(spentMs).toBeLessThanOrEqual(waitS * 1_000);
        }
      }),
    );
  });
  it("ends also where there is none", () => {
    const wish = { retryAfterMs: null, category: "marketing", waitMs: 1_000, hasNextStep: false } as const;
    expect(planRetry({ ...wish, tryIndex: 0 })).toEqual({ delayMs: 1_000 });
    expect(planRetry({ ...wish, tryIndex: 1_000 })).toBeNull();
  });
  it.each([true, false])(
    "says no at once to a try whose number means 'no more' (further channel: %s)",
    (hasNextStep) => {
      for (const category of CATEGORIES) {
        const wish = { retryAfterMs: null, category, waitMs: 604_800_000, hasNextStep };
        expect(planRetry({ ...wish, tryIndex: Number.MAX_SAFE_INTEGER })).toBeNull();
      }
    },
  );
  it("waits as long as the carrier asks", () => {
    const wish = { tryIndex: 0, category: "utility", waitMs: 60_000, hasNextStep: true } as const;
    expect(planRetry({ ...wish, retryAfterMs: 7_000 })).toEqual({ delayMs: 7_000 });
  });
});

describe("afterUnknown", () => {
  it("waits 15 to 30 seconds for a code, whatever the account's wait", () => {
    const policy = { unknownIsUndelivered: false };
    expect(afterUnknown("authentication", policy, 600)).toEqual({ waitS: 30, countsAsUndelivered: true });
    expect(afterUnknown("authentication", policy, 5)).toEqual({ waitS: 15, countsAsUndelivered: true });
  });
});

describe("latencyBucket", () => {
  it("puts every delivery into one bucket, also when clocks disagree", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e12 }), (ms) => {
        expect(LATENCY_BUCKETS.map(({ code }) => code)).toContain(latencyBucket(0, ms));
      }),
    );
    expect(latencyBucket(0, -5)).toBe("1");
    expect(latencyBucket(0, 90_000_000)).toBe("more");
  });
});
