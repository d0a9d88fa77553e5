import { describe, expect, it } from "vitest";
import { explainMessage, type ExplainedAttempt, type ExplainedDecision } from "./explain-message";

const SENT = 1_000_000;
const viber: ExplainedAttempt = {
  ...{ step: 0, try: 0, channel: "viber", status: "failed", negative: true, doubleReach: false },
  ...{ segments: 0, costMicros: 0, sentAtMs: SENT, deliveredAtMs: null, readAtMs: null },
  ...{ failedAtMs: SENT + 50_000, errorCode: "expired" },
};
const sms: ExplainedAttempt = {
  ...{ step: 1, try: 0, channel: "sms", status: "delivered", negative: false, doubleReach: false },
  ...{ segments: 1, costMicros: 45_000, sentAtMs: SENT + 46_000, deliveredAtMs: SENT + 50_000, readAtMs: null },
  ...{ failedAtMs: null, errorCode: null },
};
const decision: ExplainedDecision = {
  ...{ step: 0, allowed: true, trigger: "silence", denial: null, errorCode: null, policySource: "account" },
  ...{ waitS: 45, decidedAtMs: SENT + 45_000 },
};
const keysOf = (attempts: readonly ExplainedAttempt[], decisions: readonly ExplainedDecision[]) =>
  explainMessage({ route: ["viber", "sms"], attempts, decisions, skipped: [] }).map(({ key }) => key);

describe("explainMessage", () => {
  it("gives silence as the reason where the failure was told only after the decision", () => {
    expect(keysOf([viber, sms], [decision])).toEqual([
      "accepted",
      "silence",
      "fallbackAccount",
      "wentOn",
      "deliveredSms",
    ]);
  });

  it("gives the failure as the reason where it was what decided", () => {
    const failed = { ...decision, trigger: "failure" as const, decidedAtMs: SENT + 50_100 };
    expect(keysOf([viber, sms], [failed])).toEqual(["failed", "fallbackAccount", "wentOn", "deliveredSms"]);
  });

  it("says that a message nobody has touched yet waits", () => {
    expect(keysOf([], [])).toEqual(["queued"]);
  });
});
