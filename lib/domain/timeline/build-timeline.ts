import { ROUTES, type Channel } from "../vocabulary";
import type {
  AttemptFact,
  DecisionFact,
  MessageFacts,
  ReceiptFact,
  ReceiptKind,
  SkippedFact,
  TimerFact,
} from "./message-facts";

type Base = {
  /** Milliseconds since the epoch, UTC, by our own clock: the order in which we learnt things. */
  readonly atMs: number;
  /** Unique within the timeline and the same from one look to the next. */
  readonly key: string;
};

export type OutcomeEntry = Base & {
  readonly kind: "outcome";
  readonly channel: Channel;
  readonly outcome: "accepted" | "refused" | "not_sent" | "unknown";
  readonly attempt: AttemptFact;
  /** The connection of the same channel that could not take it before this one was asked; null: the same one, or the first. */
  readonly after: string | null;
};

export type ReceiptEntry = Base & {
  readonly kind: "receipt";
  readonly channel: Channel;
  readonly receipt: ReceiptKind;
  /** Parts of the message that have this evidence by now, and of how many; both 1 for one that is not split. */
  readonly part: number;
  readonly parts: number;
  readonly code: string | null;
  /** By the carrier's clock, which may be off or coarse; null where it sent no time. */
  readonly carrierAtMs: number | null;
  /** From the send to this; never negative. */
  readonly afterMs: number;
  /**
   * - `double_reach`    delivered although a later channel had been used by then: the person got it twice
   * - `after_fallback`  says no after the next channel had been decided on: as expected, nobody was reached twice
   * - `contradiction`   the carrier had said the opposite before
   */
  readonly note: "double_reach" | "after_fallback" | "contradiction" | null;
};

export type DecisionEntry = Base & {
  readonly kind: "decision";
  readonly channel: Channel;
  readonly next: Channel | null;
  readonly decision: DecisionFact;
};

export type TimelineEntry =
  | (Base & { readonly kind: "queued"; readonly channel: null })
  | OutcomeEntry
  | ReceiptEntry
  | DecisionEntry
  | (Base & { readonly kind: "skipped"; readonly channel: Channel; readonly skipped: SkippedFact })
  /** Lies ahead: the wait that runs now. */
  | (Base & {
      readonly kind: "waiting";
      readonly channel: Channel;
      readonly next: Channel | null;
      readonly timer: TimerFact;
    });

/** Of things in the same millisecond, what must have come first. */
const ORDER = { queued: 0, outcome: 1, receipt: 2, decision: 3, skipped: 4, waiting: 5 } as const;

/**
 * Everything that happened to a message, oldest first, from what is stored about it.
 *
 * Evidence is shown at the moment we had it, not at the carrier's own time: clocks of carriers differ, SMPP has minutes only, and
 * what was decided was decided upon what was known. A receipt that beat the answer to the send therefore stands before it.
 */
export function buildTimeline(facts: MessageFacts): readonly TimelineEntry[] {
  const entries: TimelineEntry[] = [{ kind: "queued", channel: null, atMs: facts.queuedAtMs, key: "queued" }];
  for (const attempt of facts.attempts) {
    entries.push(outcomeEntry(attempt, facts.attempts), ...receiptEntries(facts, attempt));
  }
  for (const decision of facts.decisions) {
    entries.push({
      kind: "decision",
      channel: channelOf(facts, decision.step),
      next: nextChannelOf(facts, decision.step),
      decision,
      atMs: decision.decidedAtMs,
      key: `decision.${decision.step}`,
    });
  }
  for (const skipped of facts.skipped) {
    const channel = channelOf(facts, skipped.step);
    entries.push({ kind: "skipped", channel, skipped, atMs: skipped.atMs, key: `skipped.${skipped.step}` });
  }
  entries.push(...waitingEntries(facts));
  return entries.sort((a, b) => a.atMs - b.atMs || ORDER[a.kind] - ORDER[b.kind] || (a.key < b.key ? -1 : 1));
}

function outcomeEntry(attempt: AttemptFact, all: readonly AttemptFact[]): OutcomeEntry {
  return {
    kind: "outcome",
    channel: attempt.channel,
    outcome: outcomeOf(attempt),
    attempt,
    after: connectionBefore(attempt, all),
    atMs: attempt.outcomeAtMs ?? attempt.sentAtMs,
    key: `outcome.${attempt.step}.${attempt.try}`,
  };
}

function connectionBefore(attempt: AttemptFact, all: readonly AttemptFact[]): string | null {
  const before = all
    .filter((other) => other.step === attempt.step && other.try < attempt.try)
    .sort((a, b) => b.try - a.try)[0];
  if (before === undefined || before.connectionName === attempt.connectionName) return null;
  return before.status === "not_sent" || before.status === "refused" ? before.connectionName : null;
}

/** A stored status only rises, so what the send itself came to is read from what the later evidence left standing. */
function outcomeOf(attempt: AttemptFact): OutcomeEntry["outcome"] {
  if (attempt.status === "refused" || attempt.status === "not_sent" || attempt.status === "unknown")
    return attempt.status;
  const lost = attempt.carrierId === null && LOST_CODES.test(attempt.errorCode ?? "");
  return lost ? "unknown" : "accepted";
}

/** Our own codes for a send that we could not account for (lib/carriers/connector.ts). */
const LOST_CODES = /^(?:timeout|reset|session_lost|bad_response|lease_lost|http_5\d\d)$/;

/** Receipts as they came; where none is kept, what the attempt itself remembers of them. */
function receiptEntries(facts: MessageFacts, attempt: AttemptFact): ReceiptEntry[] {
  const own = facts.receipts.filter((receipt) => receipt.step === attempt.step && receipt.try === attempt.try);
  const remembered = (
    [
      ["delivered", attempt.deliveredAtMs],
      ["read", attempt.readAtMs],
      ["failed", attempt.failedAtMs],
    ] as const
  )
    .filter(([kind]) => !own.some((receipt) => sameMeaning(receipt.kind, kind)))
    .filter(([kind]) => kind !== "failed" || outcomeOf(attempt) === "accepted")
    .flatMap(([kind, atMs]) => (atMs === null ? [] : [rememberedReceipt(attempt, kind, atMs)]));
  const all = [...own, ...remembered].sort((a, b) => a.receivedAtMs - b.receivedAtMs || a.part - b.part);
  const seen = new Map<ReceiptKind, Set<number>>();
  return all.map((receipt) => {
    const parts = seen.get(receipt.kind) ?? new Set<number>();
    seen.set(receipt.kind, parts.add(receipt.part));
    const isRemembered = remembered.includes(receipt);
    return {
      kind: "receipt",
      channel: attempt.channel,
      receipt: receipt.kind,
      part: isRemembered ? attempt.parts : parts.size,
      parts: attempt.parts,
      code: receipt.code,
      carrierAtMs: receipt.carrierAtMs,
      afterMs: Math.max(0, receipt.receivedAtMs - attempt.sentAtMs),
      note: noteOf(facts, receipt, all),
      atMs: receipt.receivedAtMs,
      key: ["receipt", receipt.step, receipt.try, receipt.kind, receipt.part, receipt.receivedAtMs].join("."),
    };
  });
}

function rememberedReceipt(attempt: AttemptFact, kind: ReceiptKind, atMs: number): ReceiptFact {
  const code = kind === "failed" ? attempt.errorCode : null;
  const { step } = attempt;
  return { step, try: attempt.try, kind, part: 0, carrierAtMs: null, receivedAtMs: atMs, code, raw: null };
}

function isPositive(kind: ReceiptKind): boolean {
  return kind === "delivered" || kind === "read";
}

function isNegative(kind: ReceiptKind): boolean {
  return kind === "failed" || kind === "expired";
}

function sameMeaning(a: ReceiptKind, b: ReceiptKind): boolean {
  return a === b || (isNegative(a) && isNegative(b));
}

function noteOf(facts: MessageFacts, receipt: ReceiptFact, all: readonly ReceiptFact[]): ReceiptEntry["note"] {
  const left = facts.decisions.find(
    (decision) => decision.allowed && decision.step === receipt.step && decision.decidedAtMs <= receipt.receivedAtMs,
  );
  if (isPositive(receipt.kind)) {
    const attempt = facts.attempts.find((one) => one.step === receipt.step && one.try === receipt.try);
    if (left !== undefined || attempt?.doubleReach === true)
      return receipt.kind === "delivered" ? "double_reach" : null;
  }
  const opposite = isPositive(receipt.kind) ? isNegative : isNegative(receipt.kind) ? isPositive : null;
  const contradicts =
    opposite !== null && all.some((one) => opposite(one.kind) && one.part === receipt.part && isBefore(one, receipt));
  if (contradicts) return "contradiction";
  return left !== undefined && isNegative(receipt.kind) ? "after_fallback" : null;
}

function isBefore(a: ReceiptFact, b: ReceiptFact): boolean {
  return a.receivedAtMs < b.receivedAtMs;
}

/** A wait is over once its question is answered, whatever rows a crash has left. */
function waitingEntries(facts: MessageFacts): TimelineEntry[] {
  return facts.timers
    .filter((timer) => !facts.decisions.some((decision) => decision.step === timer.step))
    .filter(() => !facts.attempts.some(isReached))
    .map((timer) => ({
      kind: "waiting" as const,
      channel: channelOf(facts, timer.step),
      next: nextChannelOf(facts, timer.step),
      timer,
      atMs: timer.dueAtMs,
      key: `waiting.${timer.step}.${timer.trigger}`,
    }));
}

export function isReached(attempt: Pick<AttemptFact, "status">): boolean {
  return attempt.status === "delivered" || attempt.status === "read";
}

/** The channel that reached the person first, or null. */
export function deliveredBy(attempts: readonly AttemptFact[]): Channel | null {
  const reached = attempts.filter(isReached);
  const first = reached.sort((a, b) => momentOf(a) - momentOf(b) || a.step - b.step)[0];
  return first?.channel ?? null;
}

function momentOf(attempt: AttemptFact): number {
  return attempt.deliveredAtMs ?? attempt.readAtMs ?? Number.POSITIVE_INFINITY;
}

function channelOf(facts: MessageFacts, step: number): Channel {
  const route: readonly Channel[] = ROUTES[facts.route];
  return route[step] ?? route[route.length - 1] ?? "sms";
}

function nextChannelOf(facts: MessageFacts, step: number): Channel | null {
  const route: readonly Channel[] = ROUTES[facts.route];
  return route[step + 1] ?? null;
}
