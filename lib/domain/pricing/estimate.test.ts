import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ROUTES } from "../vocabulary";
import { estimateCampaign, type CampaignEstimateInput } from "./estimate";

const prices = [
  { channel: "whatsapp", country: "*", priceMicros: 60_000, validFrom: 0 },
  { channel: "viber", country: "*", priceMicros: 24_000, validFrom: 0 },
  { channel: "sms", country: "*", priceMicros: 45_000, validFrom: 0 },
] as const;

const sample: CampaignEstimateInput = {
  route: ROUTES["viber-sms"],
  recipientsByCountryAndSegments: [{ country: "AM", segments: 2, recipients: 4620 }],
  prices,
  fallbackRate: { low: 0.02, expected: 282 / 4620, high: 0.17 },
  fallbackOn: true,
};

const share = fc.double({ min: 0, max: 1, noNaN: true });
const anyInput: fc.Arbitrary<CampaignEstimateInput> = fc.record({
  route: fc.constantFrom(...Object.values(ROUTES)),
  recipientsByCountryAndSegments: fc.array(
    fc.record({
      country: fc.constantFrom("AM", "DE", "US"),
      segments: fc.integer({ min: 1, max: 10 }),
      recipients: fc.nat(100_000),
    }),
    { maxLength: 6 },
  ),
  prices: fc.array(
    fc.record({
      channel: fc.constantFrom("whatsapp", "viber", "sms"),
      country: fc.constantFrom("AM", "DE", "*"),
      priceMicros: fc.nat(500_000),
      validFrom: fc.constant(0),
    }),
    { maxLength: 8 },
  ),
  fallbackRate: fc.tuple(share, share, share).map((list) => {
    const [low = 0, expected = 0, high = 0] = list.toSorted((a, b) => a - b);
    return { low, expected, high };
  }),
  fallbackOn: fc.boolean(),
});

describe("estimateCampaign", () => {
  it("adds up to what the launch page shows", () => {
    expect(estimateCampaign(sample)).toEqual({
      recipients: 4620,
      expectedMicros: 129_492_000, // 4,338 by Viber and 282 by SMS in 2 segments
      likelyMicros: { from: Math.round(4620 * (0.98 * 24_000 + 0.02 * 90_000)), to: 162_716_400 },
      minMicros: 110_880_000,
      maxMicros: 415_800_000,
      expectedSegments: 564,
      worstSegments: 9240,
      withoutFallbackMicros: 104_112_000,
      unreachedWithoutFallback: 282,
      unpriced: [],
    });
  });

  it("expects nothing without history, but still bounds the cost", () => {
    expect(estimateCampaign({ ...sample, fallbackRate: null })).toMatchObject({
      expectedMicros: null,
      likelyMicros: null,
      expectedSegments: null,
      unreachedWithoutFallback: null,
      minMicros: 110_880_000,
      maxMicros: 415_800_000,
      worstSegments: 9240,
      withoutFallbackMicros: 110_880_000,
    });
  });

  it("plans no SMS while fallback is off", () => {
    expect(estimateCampaign({ ...sample, fallbackOn: false })).toMatchObject({
      expectedMicros: 104_112_000,
      maxMicros: 110_880_000,
      expectedSegments: 0,
      worstSegments: 0,
      withoutFallbackMicros: 104_112_000,
    });
  });

  it("counts a late WhatsApp delivery and the SMS together at worst", () => {
    const estimate = estimateCampaign({ ...sample, route: ROUTES["whatsapp-viber-sms"] });
    expect(estimate.maxMicros).toBe(4620 * (60_000 + 90_000));
  });

  it("is certain for SMS alone, history or not", () => {
    const whole = 4620 * 90_000;
    expect(estimateCampaign({ ...sample, route: ROUTES.sms, fallbackRate: null })).toMatchObject({
      expectedMicros: whole,
      minMicros: whole,
      maxMicros: whole,
      withoutFallbackMicros: whole,
      expectedSegments: 9240,
      worstSegments: 9240,
      unreachedWithoutFallback: 0,
    });
  });

  it("names where a price is missing instead of calling it free", () => {
    const groups = [
      { country: "AM", segments: 1, recipients: 10 },
      { country: "DE", segments: 1, recipients: 2 },
      { country: "DE", segments: 2, recipients: 3 },
    ];
    const onlyArmenia = prices.map((price) => ({ ...price, country: price.channel === "sms" ? "AM" : "*" }));
    const estimate = estimateCampaign({ ...sample, recipientsByCountryAndSegments: groups, prices: onlyArmenia });
    expect(estimate.unpriced).toEqual([{ country: "DE", channel: "sms", recipients: 5 }]);
  });

  it("never promises less than min or more than max", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { expectedMicros, likelyMicros, minMicros, maxMicros, withoutFallbackMicros } = estimateCampaign(input);
        expect(minMicros).toBeLessThanOrEqual(maxMicros);
        expect(expectedMicros).toBeGreaterThanOrEqual(minMicros);
        for (const micros of [expectedMicros, likelyMicros?.from, likelyMicros?.to, withoutFallbackMicros]) {
          expect(micros).toSatisfy(Number.isSafeInteger);
          expect(micros).toBeLessThanOrEqual(maxMicros + 1);
        }
      }),
    );
  });

  it("grows with every recipient added", () => {
    fc.assert(
      fc.property(anyInput, fc.nat(1000), (input, recipients) => {
        const more = [...input.recipientsByCountryAndSegments, { country: "AM", segments: 2, recipients }];
        const before = estimateCampaign(input);
        const after = estimateCampaign({ ...input, recipientsByCountryAndSegments: more });
        expect(after.maxMicros).toBeGreaterThanOrEqual(before.maxMicros);
        expect(after.worstSegments).toBeGreaterThanOrEqual(before.worstSegments);
        expect(after.recipients).toBe(before.recipients + recipients);
      }),
    );
  });
});
