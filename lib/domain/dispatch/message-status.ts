import type { AttemptStatus, CampaignStatus, MessageStatus } from "../vocabulary";
import { isDelivered } from "./attempt-state";

export type MessageFacts = {
  /** Steps of its route. */
  readonly stepCount: number;
  readonly attempts: readonly {
    readonly step: number;
    readonly try: number;
    readonly status: AttemptStatus;
    readonly sentAtMs: number;
  }[];
  readonly decisions: readonly { readonly step: number; readonly allowed: boolean }[];
  readonly skipped: readonly { readonly step: number; readonly reason: string }[];
  /** Null: a message from the API. */
  readonly campaignStatus: CampaignStatus | null;
  /** Its id is in `block.in_flight`: the intent is committed, the outcome is not stored. Unknown to a caller: false. */
  readonly inFlight: boolean;
  readonly nowMs: number;
};

/** After this long an accepted message without any receipt will hardly get one: SMS centres drop messages after three days at most. */
const RECEIPT_HOPE_MS = 72 * 60 * 60_000;

/** What a message amounts to over all its attempts. Derived from facts at hand, never stored, so it cannot go stale. */
export function deriveMessageStatus(facts: MessageFacts): MessageStatus {
  if (facts.attempts.some(({ status }) => status === "read")) return "read";
  if (facts.attempts.some(({ status }) => isDelivered(status))) return "delivered";
  if (facts.inFlight) return "in_flight";
  const step = currentStep(facts);
  const skip = facts.skipped.find((skipped) => skipped.step === step);
  const last = facts.attempts.filter((attempt) => attempt.step === step).sort((a, b) => b.try - a.try)[0];
  if (last === undefined) return statusOfUnsent(facts, step, skip?.reason ?? null);
  return statusOfAttempt(facts, step, last);
}

/** The step after the last allowed decision; without one the first. */
export function currentStep(facts: Pick<MessageFacts, "decisions">): number {
  return facts.decisions.reduce((step, decision) => (decision.allowed ? Math.max(step, decision.step + 1) : step), 0);
}

function statusOfUnsent(facts: MessageFacts, step: number, skipReason: string | null): MessageStatus {
  if (skipReason === "opted_out" || skipReason === "blocked") return "suppressed";
  if (skipReason !== null) return step === 0 ? "cancelled" : statusOfEarlier(facts, step - 1);
  if (facts.campaignStatus === "cancelled") return step === 0 ? "cancelled" : statusOfEarlier(facts, step - 1);
  return "queued";
}

/** The next channel was allowed and then not used (switched off in between): what stands is what the channel before came to. */
function statusOfEarlier(facts: MessageFacts, step: number): MessageStatus {
  const last = facts.attempts.filter((attempt) => attempt.step === step).sort((a, b) => b.try - a.try)[0];
  return last === undefined ? "cancelled" : settledStatus(last, facts.nowMs);
}

function statusOfAttempt(
  facts: MessageFacts,
  step: number,
  attempt: { readonly status: AttemptStatus; readonly sentAtMs: number },
): MessageStatus {
  const isLast = step + 1 >= facts.stepCount;
  const isDecided = facts.decisions.some((decision) => decision.step === step);
  if (isLast || isDecided || facts.campaignStatus === "cancelled") return settledStatus(attempt, facts.nowMs);
  return "waiting";
}

function settledStatus(
  attempt: { readonly status: AttemptStatus; readonly sentAtMs: number },
  nowMs: number,
): MessageStatus {
  switch (attempt.status) {
    case "read":
      return "read";
    case "delivered":
      return "delivered";
    case "refused":
    case "failed":
    case "not_sent":
      return "failed";
    case "unknown":
      return "unknown";
    case "accepted":
    case "sent":
      return nowMs - attempt.sentAtMs > RECEIPT_HOPE_MS ? "unknown" : "waiting";
  }
}
