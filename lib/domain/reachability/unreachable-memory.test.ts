import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHANNELS } from "../vocabulary";
import {
  confidenceAfter,
  expiryOf,
  HALF_LIFE_MS,
  initialConfidence,
  isAboutCountry,
  isHopeless,
  WORTH_ACTING_ON,
} from "./unreachable-memory";

const DAY_MS = 86_400_000;
const T0 = Date.UTC(2026, 10, 3);
const channel = fc.constantFrom(...CHANNELS);
const code = fc.constantFrom("131026", "130497", "9", "10", "131049", "8", "constructor", "EXPIRED");
const age = fc.integer({ min: 0, max: 400 * DAY_MS });

describe("the memory of who cannot be reached on a channel", () => {
  it("fades, and never grows by itself", () => {
    fc.assert(
      fc.property(channel, code, age, age, (on, said, a, b) => {
        const initial = initialConfidence(on, said);
        const [sooner, later] = [Math.min(a, b), Math.max(a, b)];
        expect(confidenceAfter(initial, later)).toBeLessThanOrEqual(confidenceAfter(initial, sooner));
        expect(confidenceAfter(initial, sooner + HALF_LIFE_MS)).toBeCloseTo(confidenceAfter(initial, sooner) / 2);
      }),
    );
  });

  it("once it is over stays over", () => {
    fc.assert(
      fc.property(channel, code, age, age, (on, said, a, b) => {
        const evidence = { channel: on, unreachable: { code: said, atMs: T0 }, deliveredAtMs: null };
        const [sooner, later] = [T0 + Math.min(a, b), T0 + Math.max(a, b)];
        if (!isHopeless(evidence, sooner)) expect(isHopeless(evidence, later)).toBe(false);
      }),
    );
  });

  it("acts exactly as long as its confidence is worth it", () => {
    fc.assert(
      fc.property(channel, code, age, (on, said, ageMs) => {
        const end = expiryOf(on, said, T0);
        fc.pre(Math.abs(T0 + ageMs - end) > 1_000);
        const worth = confidenceAfter(initialConfidence(on, said), ageMs) > WORTH_ACTING_ON;
        const evidence = { channel: on, unreachable: { code: said, atMs: T0 }, deliveredAtMs: null };
        expect(isHopeless(evidence, T0 + ageMs)).toBe(worth);
      }),
    );
  });

  it("yields to any delivery that is not older, at any moment", () => {
    fc.assert(
      fc.property(channel, code, age, age, (on, said, delivered, nowAge) => {
        const evidence = { channel: on, unreachable: { code: said, atMs: T0 }, deliveredAtMs: T0 + delivered };
        expect(isHopeless(evidence, T0 + nowAge)).toBe(false);
      }),
    );
  });

  it("lasts 30 days for a number that WhatsApp or Viber does not know, 15 for a phone that cannot show it", () => {
    expect(expiryOf("whatsapp", "131026", T0) - T0).toBe(30 * DAY_MS);
    expect(expiryOf("viber", "9", T0) - T0).toBe(30 * DAY_MS);
    expect(expiryOf("viber", "10", T0) - T0).toBe(15 * DAY_MS);
  });

  it("lasts about a week for a country that WhatsApp has closed to the sender, and only that is about a country", () => {
    expect((expiryOf("whatsapp", "130497", T0) - T0) / DAY_MS).toBeCloseTo(7.3, 1);
    expect(isAboutCountry("whatsapp", "130497")).toBe(true);
    for (const said of ["131026", "131049", null]) expect(isAboutCountry("whatsapp", said)).toBe(false);
    expect(isAboutCountry("viber", "130497")).toBe(false);
  });

  it("is not made by what a carrier says of the moment, of us, or of another channel's codes", () => {
    for (const said of ["131049", "130472", "failed", "expired", "timeout", "9"]) {
      expect(initialConfidence("whatsapp", said)).toBe(0);
    }
    expect(initialConfidence("viber", "131026")).toBe(0);
    expect(initialConfidence("viber", null)).toBe(0);
  });

  it("is not shaken by an older delivery", () => {
    const unreachable = { code: "9", atMs: T0 };
    expect(isHopeless({ channel: "viber", unreachable, deliveredAtMs: T0 - 1 }, T0 + DAY_MS)).toBe(true);
  });
});
