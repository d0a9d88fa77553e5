import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeSms, type Taken } from "./judge-sms";

const ANI = "+37477000001";
const ARAM = "+37477000002";
const END_MS = 10_000;
const sms = (to: string): Taken => ({ channel: "sms", to, deliveryToldMs: null });
const whatsApp = (to: string, deliveryToldMs: number | null): Taken => ({ channel: "whatsapp", to, deliveryToldMs });
const judge = (ledger: readonly Taken[], waits: Readonly<Record<string, number>> = {}) =>
  judgeSms(ledger, new Set([ARAM]), new Map(Object.entries(waits)));

describe("an SMS to a number that the first channel does not reach", () => {
  it("is what the scenario calls for, once", () => {
    expect(judge([whatsApp(ARAM, null), sms(ARAM)])).toEqual({ beyond: 0, toldTooLate: 0 });
    expect(judge([sms(ARAM), sms(ARAM)])).toEqual({ beyond: 1, toldTooLate: 0 });
  });
});

describe("an SMS to a number that the first channel reaches", () => {
  it("is beyond the scenario if the delivery was posted before or when the wait ended", () => {
    for (const toldMs of [0, END_MS - 1, END_MS]) {
      expect(judge([whatsApp(ANI, toldMs), sms(ANI)], { [ANI]: END_MS })).toEqual({ beyond: 1, toldTooLate: 0 });
    }
  });

  it("is the carrier's silence if the delivery was posted later, or never", () => {
    for (const toldMs of [END_MS + 1, null]) {
      expect(judge([whatsApp(ANI, toldMs), sms(ANI)], { [ANI]: END_MS })).toEqual({ beyond: 0, toldTooLate: 1 });
    }
  });

  it("is beyond the scenario where no wait ended, whatever was told", () => {
    for (const toldMs of [0, END_MS + 1, null]) expect(judge([whatsApp(ANI, toldMs), sms(ANI)]).beyond).toBe(1);
  });

  it("excuses one SMS of a number, never a second", () => {
    expect(judge([sms(ANI), sms(ANI)], { [ANI]: END_MS })).toEqual({ beyond: 1, toldTooLate: 1 });
  });
});

it("every SMS is called for, excused or beyond", () => {
  const number = fc.constantFrom(ANI, ARAM, "+37477000003");
  const taken = fc.record({
    channel: fc.constantFrom("sms", "whatsapp", "viber"),
    to: number,
    deliveryToldMs: fc.option(fc.integer({ min: 0, max: 2 * END_MS })),
  });
  fc.assert(
    fc.property(fc.array(taken), fc.subarray([ANI, ARAM]), (ledger, waiting) => {
      const { beyond, toldTooLate } = judge(ledger, Object.fromEntries(waiting.map((to) => [to, END_MS])));
      const sent = ledger.filter(({ channel }) => channel === "sms");
      const calledFor = sent.some(({ to }) => to === ARAM) ? 1 : 0;
      expect(beyond + toldTooLate + calledFor).toBe(sent.length);
      expect(toldTooLate).toBeLessThanOrEqual(waiting.length);
    }),
  );
});
