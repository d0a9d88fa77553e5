import { isAboutCountry } from "../reachability/unreachable-memory";
import { OUTSIDE_WINDOW_CODE } from "./service-window";
import type { AttemptStatus, Channel, FallbackDenial, FallbackTrigger } from "../vocabulary";
import { isDelivered } from "./attempt-state";

export type ExplainedAttempt = {
  readonly step: number;
  readonly try: number;
  readonly channel: Channel;
  readonly status: AttemptStatus;
  readonly negative: boolean;
  readonly doubleReach: boolean;
  readonly segments: number;
  readonly costMicros: number;
  readonly sentAtMs: number;
  readonly deliveredAtMs: number | null;
  readonly readAtMs: number | null;
  readonly failedAtMs: number | null;
  readonly errorCode: string | null;
};

export type ExplainedDecision = {
  readonly step: number;
  readonly allowed: boolean;
  readonly trigger: FallbackTrigger;
  readonly denial: FallbackDenial | null;
  readonly errorCode: string | null;
  readonly policySource: "account" | "campaign" | "message";
  readonly waitS: number | null;
  readonly decidedAtMs: number;
  readonly evidenceAtMs?: number | null;
};

export type ExplainedMessage = {
  readonly route: readonly Channel[];
  readonly attempts: readonly ExplainedAttempt[];
  readonly decisions: readonly ExplainedDecision[];
  readonly skipped: readonly { readonly step: number; readonly reason: string; readonly atMs: number }[];
};

/**
 * One sentence of the explanation: `key` names a text of the catalogue `why`, `values` fill it. Times are milliseconds since the
 * epoch for ICU `{at, time, timeSeconds}`, channels are for ICU `select`. A text that speaks of money has `{cost}`, to be filled by the
 * caller with `costMicros` in the account's currency.
 */
export type WhySentence = {
  readonly key: WhyKey;
  readonly values: Readonly<Record<string, string | number>>;
  readonly costMicros: number | null;
};

export const WHY_KEYS = [
  "queued",
  "accepted",
  "delivered",
  "deliveredSms",
  "read",
  "refused",
  "failed",
  "failedBilled",
  "unknown",
  "notSent",
  "outsideWindow",
  "smsAccepted",
  "silence",
  "remembered",
  "rememberedCountry",
  "fallbackAccount",
  "fallbackCampaign",
  "fallbackMessage",
  "wentOn",
  "denied",
  "skipped",
  "doubleReach",
  "contradiction",
] as const;
export type WhyKey = (typeof WHY_KEYS)[number];

/** Why a message went the way it went, in the order in which it happened. */
export function explainMessage(message: ExplainedMessage): readonly WhySentence[] {
  const sentences: WhySentence[] = [];
  for (const [step, channel] of message.route.entries()) {
    const attempts = message.attempts.filter((attempt) => attempt.step === step).sort((a, b) => a.try - b.try);
    const decision = message.decisions.find((one) => one.step === step);
    const skip = message.skipped.find((one) => one.step === step);
    if (skip !== undefined) sentences.push(say("skipped", { channel, reason: skip.reason, at: skip.atMs }));
    for (const attempt of attempts) sentences.push(...explainAttempt(asDecided(attempt, decision)));
    if (decision !== undefined) sentences.push(...explainDecision(decision, channel, message.route[step + 1] ?? null));
  }
  return sentences.length > 0 ? sentences : [say("queued", { channel: message.route[0] ?? "sms" })];
}

/**
 * A failure that was told only after silence had decided explains nothing: the attempt as it stood at the decision does. (Viber's
 * "expired" comes some seconds after the wait, by design.) The timeline has it all the same.
 */
function asDecided(attempt: ExplainedAttempt, decision: ExplainedDecision | undefined): ExplainedAttempt {
  const isLate =
    decision?.trigger === "silence" &&
    attempt.status === "failed" &&
    attempt.failedAtMs !== null &&
    attempt.failedAtMs > decision.decidedAtMs;
  return isLate ? { ...attempt, status: "accepted" } : attempt;
}

function explainAttempt(attempt: ExplainedAttempt): WhySentence[] {
  const { channel } = attempt;
  const sentences = [explainOutcome(attempt)];
  if (attempt.negative && isDelivered(attempt.status)) sentences.push(say("contradiction", { channel }));
  if (attempt.doubleReach)
    sentences.push(say("doubleReach", { channel, at: attempt.deliveredAtMs ?? attempt.sentAtMs }));
  return sentences;
}

function explainOutcome(attempt: ExplainedAttempt): WhySentence {
  const { channel, segments, costMicros } = attempt;
  const sent = attempt.sentAtMs;
  const code = attempt.errorCode ?? "-";
  const failed = attempt.failedAtMs ?? sent;
  switch (attempt.status) {
    case "read":
      return say("read", { channel, sent, at: attempt.readAtMs ?? sent }, costMicros);
    case "delivered":
      return channel === "sms"
        ? say("deliveredSms", { sent, segments, at: attempt.deliveredAtMs ?? sent }, costMicros)
        : say("delivered", { channel, sent, at: attempt.deliveredAtMs ?? sent }, costMicros);
    case "failed":
      return costMicros > 0
        ? say("failedBilled", { channel, code, sent, at: failed }, costMicros)
        : say("failed", { channel, code, sent, at: failed });
    case "refused":
      return say("refused", { channel, code, at: failed });
    case "not_sent":
      return code === OUTSIDE_WINDOW_CODE
        ? say("outsideWindow", { channel, at: failed })
        : say("notSent", { channel, code, at: failed });
    case "unknown":
      return say("unknown", { channel, code, at: sent });
    case "accepted":
    case "sent":
      return channel === "sms"
        ? say("smsAccepted", { at: sent, segments }, costMicros)
        : say("accepted", { channel, at: sent });
  }
}

const PERMISSION_KEY = {
  account: "fallbackAccount",
  campaign: "fallbackCampaign",
  message: "fallbackMessage",
} as const satisfies Record<ExplainedDecision["policySource"], WhyKey>;

function explainDecision(decision: ExplainedDecision, from: Channel, to: Channel | null): WhySentence[] {
  const at = decision.decidedAtMs;
  const opening = openingOf(decision, from);
  if (!decision.allowed) return [...opening, say("denied", { reason: decision.denial ?? "policy", at })];
  return [
    ...opening,
    say(PERMISSION_KEY[decision.policySource], {}),
    ...(to === null ? [] : [say("wentOn", { channel: to, trigger: decision.trigger, at })]),
  ];
}

function openingOf(decision: ExplainedDecision, channel: Channel): WhySentence[] {
  if (decision.trigger === "silence") return [say("silence", { channel, wait: decision.waitS ?? 0 })];
  if (decision.trigger !== "memory") return [];
  const key = isAboutCountry(channel, decision.errorCode) ? "rememberedCountry" : "remembered";
  return [say(key, { channel, at: decision.evidenceAtMs ?? decision.decidedAtMs })];
}

function say(key: WhyKey, values: WhySentence["values"], costMicros: number | null = null): WhySentence {
  return { key, values, costMicros };
}
