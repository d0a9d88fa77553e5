import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RollupGroup } from "../reports/rates";
import { foldProgress, type BlockCounts } from "./fold-progress";

const NO_BLOCKS: BlockCounts = { notSent: 0, cancelled: 0, queuedForFallback: 0, inFlight: 0 };

function row(kind: RollupGroup["kind"], step: number, n: number, change: Partial<RollupGroup> = {}): RollupGroup {
  const channel = step === 0 ? "viber" : "sms";
  return { kind, step, n, channel, code: "", segments: 0, costMicros: 0, ...change };
}

describe("foldProgress", () => {
  it("follows everyone through both channels", () => {
    const figures = foldProgress(
      ["viber", "sms"],
      [
        row("message", 0, 100),
        row("delivered", 0, 50, { costMicros: 1_200_000 }),
        row("read", 0, 20, { costMicros: 480_000 }),
        row("failed", 0, 10, { code: "9" }),
        row("accepted", 0, 20),
        row("fallback", 0, 10, { code: "failure" }),
        row("fallback", 0, 5, { code: "silence" }),
        row("delivered", 1, 12, { segments: 24, costMicros: 1_080_000 }),
        row("failed", 1, 2, { code: "EXPIRED", segments: 4, costMicros: 180_000 }),
        row("skipped", 1, 1),
      ],
      { ...NO_BLOCKS, notSent: 7 },
    );
    expect(figures).toMatchObject({
      reached: 82,
      read: 20,
      failed: 2,
      unknown: 0,
      suppressed: 1,
      waiting: 15,
      notSent: 7,
    });
    expect(figures).toMatchObject({ fellBack: 15, fallbackShare: 0.15, segments: 28, costMicros: 2_940_000 });
    expect(figures.triggers).toEqual([
      { trigger: "failure", n: 10 },
      { trigger: "silence", n: 5 },
    ]);
    expect(figures.failures[0]).toEqual({ channel: "viber", code: "9", n: 10 });
  });

  it("counts a failure as final where the fallback was denied, and a person once where both channels delivered", () => {
    const off = foldProgress(
      ["whatsapp", "sms"],
      [
        row("refused", 0, 8, { channel: "whatsapp", code: "131026" }),
        row("fallback_denied", 0, 8, { channel: "whatsapp", code: "switch_off" }),
      ],
      NO_BLOCKS,
    );
    expect(off).toMatchObject({ failed: 8, waiting: 0, deniedBySwitch: 8, fallbackShare: 0 });
    const twice = foldProgress(
      ["whatsapp", "sms"],
      [
        row("delivered", 0, 1, { channel: "whatsapp" }),
        row("fallback", 0, 1, { channel: "whatsapp", code: "silence" }),
        row("delivered", 1, 1),
        row("double_reach", 0, 1, { channel: "whatsapp" }),
      ],
      NO_BLOCKS,
    );
    expect(twice).toMatchObject({ reached: 1, doubleReaches: 1, waiting: 0 });
  });

  it("has nothing to say before anything was sent", () => {
    expect(foldProgress(["sms"], [], NO_BLOCKS)).toMatchObject({ fallbackShare: null, reached: 0, failures: [] });
  });

  it("never gives a negative number, whatever the rows", () => {
    const kinds = ["message", "delivered", "read", "failed", "refused", "unknown", "accepted", "sent"] as const;
    const more = ["fallback", "fallback_denied", "double_reach", "skipped"] as const;
    const anyRow = fc.record({
      kind: fc.constantFrom(...kinds, ...more),
      channel: fc.constantFrom("whatsapp", "viber", "sms"),
      step: fc.nat(2),
      code: fc.constantFrom("", "unknown", "policy", "9"),
      n: fc.nat(1_000),
      segments: fc.nat(9),
      costMicros: fc.nat(9),
    });
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 30 }), (rows) => {
        const figures = foldProgress(["whatsapp", "viber", "sms"], rows as RollupGroup[], NO_BLOCKS);
        const numbers = Object.values(figures).filter((value): value is number => typeof value === "number");
        expect(numbers.every((value) => value >= 0)).toBe(true);
      }),
    );
  });
});
