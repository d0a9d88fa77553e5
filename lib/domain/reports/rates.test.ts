import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHANNELS } from "../vocabulary";
import {
  deliveryRate,
  fallbackRate,
  reached,
  segmentsPerSms,
  smsCostMicros,
  summarise,
  total,
  type RollupGroup,
  type RollupKind,
} from "./rates";

function group(
  kind: RollupKind,
  channel: RollupGroup["channel"],
  n: number,
  more: Partial<RollupGroup> = {},
): RollupGroup {
  return { kind, channel, n, step: 0, code: "", segments: 0, costMicros: 0, ...more };
}

/** 100 people by WhatsApp then SMS: 70 delivered, 30 fell back, of whom 25 got the SMS and 2 then got WhatsApp after all. */
const STORY = [
  group("message", "whatsapp", 120),
  group("read", "whatsapp", 40),
  group("delivered", "whatsapp", 32),
  group("accepted", "whatsapp", 20),
  group("refused", "whatsapp", 8, { code: "131026" }),
  group("not_sent", "whatsapp", 5),
  group("fallback", "whatsapp", 30, { code: "silence" }),
  group("double_reach", "whatsapp", 2),
  group("delivered", "sms", 25, { step: 1, segments: 50, costMicros: 2_500_000 }),
  group("failed", "sms", 5, { step: 1, segments: 10, costMicros: 500_000 }),
];

describe("summarise", () => {
  it("tells the story of a campaign", () => {
    const figures = summarise(STORY);
    expect(figures).toMatchObject({
      queued: 120,
      recipients: 100,
      withFallback: 100,
      fellBack: 30,
      rescued: 25,
      fallbackSms: 30,
    });
    expect(figures.attempts).toEqual({ whatsapp: 100, viber: 0, sms: 30 });
    expect(reached(figures)).toBe(95);
    expect(deliveryRate(figures)).toBe(0.95);
    expect(fallbackRate(figures)).toBe(0.3);
    expect(segmentsPerSms(figures)).toBe(2);
    expect(figures.fallbackCostMicros).toBe(3_000_000);
  });

  it("counts a message of three steps once in the fallback rate", () => {
    const figures = summarise([
      group("accepted", "whatsapp", 10),
      group("fallback", "whatsapp", 4),
      group("fallback", "viber", 3, { step: 1 }),
    ]);
    expect(fallbackRate(figures)).toBe(0.4);
  });

  it("takes the attempts of a channel as the whole when narrowed to it", () => {
    const viber = [group("delivered", "viber", 6, { step: 1 }), group("failed", "viber", 2, { step: 1 })];
    const figures = summarise([...viber, group("fallback", "viber", 2, { step: 1 })], "viber");
    expect(figures.recipients).toBe(8);
    expect(deliveryRate(figures)).toBe(0.75);
    expect(fallbackRate(figures)).toBe(0.25);
  });

  it("leaves messages that begin with SMS out of the fallback rate", () => {
    const figures = summarise([
      group("accepted", "sms", 50),
      group("accepted", "viber", 50),
      group("fallback", "viber", 5),
    ]);
    expect(fallbackRate(figures)).toBe(0.1);
  });

  it("has no rate where there was nobody", () => {
    const figures = summarise([]);
    expect([deliveryRate(figures), fallbackRate(figures), segmentsPerSms(figures)]).toEqual([null, null, null]);
  });
});

const anyGroup: fc.Arbitrary<RollupGroup> = fc.record({
  channel: fc.constantFrom(...CHANNELS, null),
  step: fc.integer({ min: 0, max: 2 }),
  kind: fc.constantFrom<RollupKind>(
    "message",
    "delivered",
    "read",
    "failed",
    "refused",
    "fallback",
    "double_reach",
    "not_sent",
  ),
  code: fc.constantFrom("", "silence", "switch_off"),
  n: fc.integer({ min: 0, max: 1_000_000 }),
  segments: fc.integer({ min: 0, max: 1_000 }),
  costMicros: fc.integer({ min: 0, max: 1_000_000 }),
});

describe("rates, whatever the rows", () => {
  it("stay between 0 and 1, and reached never exceeds recipients", () => {
    fc.assert(
      fc.property(fc.array(anyGroup), fc.constantFrom(...CHANNELS, null), (groups, only) => {
        const figures = summarise(groups, only);
        for (const rate of [deliveryRate(figures), fallbackRate(figures)]) {
          if (rate !== null) expect(rate >= 0 && rate <= 1).toBe(true);
        }
        expect(reached(figures)).toBeLessThanOrEqual(figures.recipients);
        expect(total(figures.delivered)).toBeLessThanOrEqual(total(figures.attempts));
      }),
    );
  });

  it("do not depend on how the rows are split", () => {
    fc.assert(
      fc.property(fc.array(anyGroup), (groups) => {
        const split = groups.flatMap((one) => [
          { ...one, n: one.n - 1, segments: 0, costMicros: 0 },
          { ...one, n: 1 },
        ]);
        expect(summarise(split)).toEqual(summarise(groups));
      }),
    );
  });
});

describe("smsCostMicros", () => {
  it("multiplies each country by its own price", () => {
    const volumes = [
      { country: "AM", n: 10, priceMicros: 20_000 },
      { country: "GE", n: 5, priceMicros: 40_000 },
    ];
    expect(smsCostMicros(volumes, 1.5)).toBe(600_000);
  });

  it("refuses to leave a country without a price out of the sum", () => {
    expect(smsCostMicros([{ country: "AM", n: 1, priceMicros: null }], 1)).toBeNull();
    expect(smsCostMicros([{ country: "AM", n: 0, priceMicros: null }], 1)).toBe(0);
  });
});
