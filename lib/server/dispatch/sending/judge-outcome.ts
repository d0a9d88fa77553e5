import type { SendOutcome } from "@/lib/carriers/connector";
import { classifyRefusal } from "@/lib/domain/carrier-codes/classify-refusal";
import { afterUnknown, type DispatchPolicy } from "@/lib/domain/dispatch/dispatch-policy";
import { planRetry } from "@/lib/domain/dispatch/plan-retry";
import { foldOutcome } from "@/lib/domain/dispatch/attempt-state";
import { LANE, type FallbackTrigger } from "@/lib/domain/vocabulary";
import { withState, type AttemptRow } from "../attempt-rows";
import type { RenderedItem } from "./load-items";

/** A send that has ended. */
export type EndedSend = RenderedItem & {
  readonly connectionId: string;
  readonly sentAtMs: number;
  readonly endedAtMs: number;
  readonly outcome: SendOutcome;
};

/** What is to be written down for it, and what follows. */
export type Verdict = {
  /** Null: nothing left, so there is nothing to keep; another try follows. */
  readonly attempt: AttemptRow | null;
  readonly carrierIds: readonly string[];
  readonly timer: { readonly trigger: FallbackTrigger; readonly waitS: number; readonly dueAtMs: number } | null;
  /** `heldBy`: the fault that must be mended first; the campaign pauses with it. */
  readonly retry: {
    readonly delayMs: number;
    readonly heldBy: string | null;
    /** Connections that could not take it just now; another is asked first. */
    readonly tried?: readonly string[];
  } | null;
  /** The connection rests: the carrier's code. */
  readonly breaker: string | null;
  readonly slowDownMs: number | null;
  /** The person wants no more: the carrier's code. */
  readonly refusedByPerson: string | null;
};

const NOTHING = {
  carrierIds: [],
  timer: null,
  retry: null,
  breaker: null,
  slowDownMs: null,
  refusedByPerson: null,
} as const;

const MAX_DETAIL_LENGTH = 500;

/** "System error, try again" about this very message, again and again, is a no: half a minute of tries. */
const MAX_TRIES_AFTER_NO = 4;

export function judgeOutcome(ended: EndedSend, policy: Pick<DispatchPolicy, "unknownIsUndelivered">): Verdict {
  const { outcome } = ended;
  switch (outcome.kind) {
    case "accepted":
      return {
        attempt: attemptOf(ended, "accepted", null),
        carrierIds: outcome.carrierIds,
        timer: silence(ended),
        retry: null,
        breaker: null,
        slowDownMs: null,
        refusedByPerson: null,
      };
    case "unknown":
      return unaccounted(ended, outcome.code, outcome.carrierIds, policy);
    case "not_sent":
      return notSent(ended, outcome.code, outcome.retryAfterMs, slowDownFor(ended, outcome));
    case "refused":
      return refused(ended, outcome, policy);
  }
}

function refused(
  ended: EndedSend,
  outcome: Extract<SendOutcome, { kind: "refused" }>,
  policy: Pick<DispatchPolicy, "unknownIsUndelivered">,
): Verdict {
  const { item } = ended;
  const { action } = classifyRefusal(item.channel, outcome.code, "refusal");
  const nothingTaken = outcome.carrierIds.length === 0;
  if (action === "unknown_outcome") return unaccounted(ended, outcome.code, outcome.carrierIds, policy);
  const mayTryAgain = action === "slow_down" || (action === "retry" && item.try < MAX_TRIES_AFTER_NO);
  if (nothingTaken && mayTryAgain) {
    return notSent(ended, outcome.code, null, action === "slow_down" ? 1_000 : null);
  }
  const refusal = {
    ...NOTHING,
    attempt: attemptOf(ended, "refused", outcome.code),
    carrierIds: outcome.carrierIds,
    timer: failure(ended),
    breaker: action === "sender_fault" ? outcome.code : null,
    refusedByPerson: action === "opt_out" || action === "blocked" ? outcome.code : null,
  };
  const fault =
    (action === "sender_fault" && item.category === "marketing") ||
    (action === "template_fault" && item.category !== "authentication");
  if (!fault || item.campaignId === null || !nothingTaken) return refusal;
  return { ...refusal, timer: null, retry: { delayMs: 0, heldBy: outcome.code } };
}

/** The carrier is busy or out of reach for everyone. A limit per recipient (131056) or a lease that ran out says nothing of the others. */
function slowDownFor(ended: EndedSend, outcome: Extract<SendOutcome, { kind: "not_sent" }>): number | null {
  if (outcome.code === "aborted") return null;
  const { action } = classifyRefusal(ended.item.channel, outcome.code, "refusal");
  const isOwn = /^[a-z_]+$/.test(outcome.code);
  return action === "slow_down" || isOwn ? (outcome.retryAfterMs ?? 1_000) : null;
}

/** Proof that nothing left: again, as long as there is time; then it counts as failed. */
function notSent(ended: EndedSend, code: string, retryAfterMs: number | null, slowDownMs: number | null): Verdict {
  const { item } = ended;
  const retry = planRetry({
    tryIndex: item.try,
    retryAfterMs,
    category: item.category,
    waitMs: item.waitS * 1_000,
    hasNextStep: item.hasNextStep,
  });
  if (retry !== null) return { ...NOTHING, attempt: null, retry: { ...retry, heldBy: null }, slowDownMs };
  return { ...NOTHING, attempt: attemptOf(ended, "not_sent", code), timer: failure(ended), slowDownMs };
}

function unaccounted(
  ended: EndedSend,
  code: string,
  carrierIds: readonly string[],
  policy: Pick<DispatchPolicy, "unknownIsUndelivered">,
): Verdict {
  const { item } = ended;
  const { waitS } = afterUnknown(item.category, policy, item.waitS);
  const timer = { trigger: "unknown" as const, waitS, dueAtMs: ended.sentAtMs + waitS * 1_000 };
  return { ...NOTHING, attempt: attemptOf(ended, "unknown", code), carrierIds, timer: item.hasNextStep ? timer : null };
}

function silence({ item, sentAtMs }: EndedSend): Verdict["timer"] {
  if (!item.hasNextStep) return null;
  return { trigger: "silence", waitS: item.waitS, dueAtMs: sentAtMs + item.waitS * 1_000 };
}

function failure({ item, endedAtMs }: EndedSend): Verdict["timer"] {
  return item.hasNextStep ? { trigger: "failure", waitS: 0, dueAtMs: endedAtMs } : null;
}

export function attemptOf(
  ended: EndedSend,
  status: "accepted" | "refused" | "unknown" | "not_sent",
  code: string | null,
): AttemptRow {
  const { item, outcome } = ended;
  const isSms = item.channel === "sms";
  const carrierIds = "carrierIds" in outcome ? outcome.carrierIds : [];
  const fixed = {
    shard: item.block.shard,
    messageId: item.messageId,
    step: item.step,
    try: item.try,
    channel: item.channel,
    accountId: item.accountId,
    campaignId: item.campaignId,
    connectionId: ended.connectionId,
    country: item.country,
    category: LANE[item.category],
    segments: isSms ? segmentsBilled(outcome, carrierIds.length) : 0,
    priceMicros: ended.priceMicros,
    sentAtMs: ended.sentAtMs,
    doubleReach: false,
    detail: "detail" in outcome && outcome.detail !== "" ? outcome.detail.slice(0, MAX_DETAIL_LENGTH) : null,
  };
  const parts = isSms ? partsTaken(outcome, ended.parts) : 1;
  const carrierId = carrierIds[0] ?? null;
  return withState(fixed, foldOutcome(null, { status, code, parts, atMs: ended.endedAtMs, carrierId }));
}

/** Each id that the carrier gave has a receipt of its own; its line may have cut the text otherwise than we measured it. */
function partsTaken(outcome: SendOutcome, measured: number): number {
  return outcome.kind === "accepted" ? outcome.carrierIds.length : measured;
}

function segmentsBilled(outcome: SendOutcome, ids: number): number {
  return outcome.kind === "accepted" ? (outcome.segments ?? ids) : ids;
}
