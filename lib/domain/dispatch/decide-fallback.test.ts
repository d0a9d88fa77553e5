import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ATTEMPT_STATUSES, CAMPAIGN_STATUSES, CATEGORIES, FALLBACK_MODES, FALLBACK_TRIGGERS } from "../vocabulary";
import { decideFallback, type FallbackQuestion } from "./decide-fallback";

const base: FallbackQuestion = {
  trigger: "silence",
  category: "marketing",
  step: 0,
  stepCount: 2,
  statuses: ["accepted"],
  alreadyDecided: false,
  mode: "inherit",
  policy: { smsFallbackEnabled: true, version: 1, unknownIsUndelivered: false },
  campaignStatus: "running",
  suppression: null,
  failure: null,
};

const question: fc.Arbitrary<FallbackQuestion> = fc.record({
  trigger: fc.constantFrom(...FALLBACK_TRIGGERS),
  category: fc.constantFrom(...CATEGORIES),
  step: fc.integer({ min: 0, max: 2 }),
  stepCount: fc.integer({ min: 1, max: 3 }),
  statuses: fc.array(fc.constantFrom(...ATTEMPT_STATUSES), { maxLength: 3 }),
  alreadyDecided: fc.boolean(),
  mode: fc.constantFrom(...FALLBACK_MODES),
  policy: fc.record({ smsFallbackEnabled: fc.boolean(), version: fc.constant(1), unknownIsUndelivered: fc.boolean() }),
  campaignStatus: fc.constantFrom(...CAMPAIGN_STATUSES, null),
  suppression: fc.constantFrom("opted_out", "blocked", null),
  failure: fc.constantFrom(
    ...([
      "unreachable_here",
      "opted_out",
      "blocked",
      "sender_fault",
      "template_fault",
      "content_fault",
      "bad_number",
    ] as const),
    null,
  ),
});

const allowed = (q: FallbackQuestion): boolean => decideFallback(q).kind === "allowed";

describe("decideFallback", () => {
  it("allows silence with the switch on", () => {
    expect(decideFallback(base)).toEqual({ kind: "allowed", toStep: 1 });
  });

  it("never allows one for a message that was delivered, for a person who said no, beyond the last step, or twice", () => {
    fc.assert(
      fc.property(question, (q) => {
        if (q.statuses.includes("delivered") || q.statuses.includes("read")) expect(allowed(q)).toBe(false);
        if (q.suppression !== null || q.failure === "opted_out" || q.failure === "bad_number")
          expect(allowed(q)).toBe(false);
        if (q.step + 1 >= q.stepCount || q.alreadyDecided) expect(allowed(q)).toBe(false);
        if (q.campaignStatus === "cancelled" || q.campaignStatus === "paused") expect(allowed(q)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it("allows none that inherits a switch that is off, whatever else holds", () => {
    fc.assert(
      fc.property(question, (q) => {
        expect(allowed({ ...q, mode: "inherit", policy: { ...q.policy, smsFallbackEnabled: false } })).toBe(false);
      }),
    );
  });

  it("lets a campaign's own word go before the switch, both ways", () => {
    expect(decideFallback({ ...base, mode: "off" })).toEqual({ kind: "denied", denial: "campaign_off" });
    const off = { ...base.policy, smsFallbackEnabled: false };
    expect(allowed({ ...base, mode: "on", policy: off })).toBe(true);
    expect(decideFallback({ ...base, policy: off })).toEqual({ kind: "denied", denial: "switch_off" });
  });

  it("counts an unknown outcome of marketing as undelivered only by policy", () => {
    const unknown = { ...base, trigger: "unknown", statuses: ["unknown"] } as const;
    expect(decideFallback(unknown)).toEqual({ kind: "denied", denial: "policy" });
    expect(allowed({ ...unknown, policy: { ...base.policy, unknownIsUndelivered: true } })).toBe(true);
    expect(allowed({ ...unknown, category: "utility" })).toBe(true);
    expect(allowed({ ...unknown, category: "authentication" })).toBe(true);
  });

  it("does not spill marketing onto SMS when sender or template is at fault, and still delivers codes", () => {
    const fault = { ...base, trigger: "failure", failure: "sender_fault" } as const;
    expect(decideFallback(fault)).toEqual({ kind: "denied", denial: "sender_fault" });
    expect(allowed({ ...fault, category: "authentication" })).toBe(true);
    expect(decideFallback({ ...fault, failure: "template_fault", category: "utility" }).kind).toBe("denied");
  });

  it("asks again later while the campaign is paused", () => {
    expect(decideFallback({ ...base, campaignStatus: "paused" })).toEqual({ kind: "wait" });
  });
});
