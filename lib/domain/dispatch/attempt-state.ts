import { ATTEMPT_STATUS_CODE, type AttemptStatus } from "../vocabulary";

/**
 * All that evidence has said about one attempt. It is a fold: it depends on the set of evidence alone, neither on its order nor on
 * repetition (each field is combined by a maximum, a minimum or a bitwise or).
 */
export type AttemptState = {
  readonly status: AttemptStatus;
  /** Negative evidence was seen, whatever the status says. Positive beats negative in the status. */
  readonly negative: boolean;
  readonly parts: number;
  /** Bit n: part n has that evidence. Parts beyond 31 do not fit and are taken for delivered. */
  readonly partsDelivered: number;
  readonly partsFailed: number;
  readonly outcomeAtMs: number | null;
  /** The latest part's delivery so far; the attempt is delivered once its status says so. */
  readonly deliveredAtMs: number | null;
  readonly readAtMs: number | null;
  readonly failedAtMs: number | null;
  /** Of the earliest negative evidence; of an unknown or unsent one, why. */
  readonly errorCode: string | null;
  readonly carrierId: string | null;
};

export type ReceiptEvidence = {
  readonly kind: "accepted" | "sent" | "delivered" | "read" | "failed" | "expired";
  /** From 0. */
  readonly part: number;
  /** The carrier's time, or ours of receipt where it sent none. Milliseconds since the epoch, UTC. */
  readonly atMs: number;
  readonly code: string | null;
  readonly carrierId: string;
};

/** What the send itself came to. `not_sent` is evidence only when it is final: no further try follows. */
export type OutcomeEvidence = {
  readonly status: "accepted" | "refused" | "unknown" | "not_sent";
  readonly parts: number;
  readonly atMs: number;
  readonly code: string | null;
  readonly carrierId: string | null;
};

/** An attempt of which nothing is known yet: intent committed, no evidence. Its status is below every other but `not_sent`. */
export const BLANK_ATTEMPT: AttemptState = {
  status: "unknown",
  negative: false,
  parts: 1,
  partsDelivered: 0,
  partsFailed: 0,
  outcomeAtMs: null,
  deliveredAtMs: null,
  readAtMs: null,
  failedAtMs: null,
  errorCode: null,
  carrierId: null,
};

export function foldOutcome(before: AttemptState | null, outcome: OutcomeEvidence): AttemptState {
  if (before === null) return firstOutcome(outcome);
  const negative = outcome.status === "refused" || outcome.status === "not_sent";
  const after = copyOf(before);
  after.status = higher(before.status, outcome.status);
  after.negative = before.negative || outcome.status === "refused";
  after.parts = Math.max(before.parts, outcome.parts);
  after.outcomeAtMs = least(before.outcomeAtMs, outcome.atMs);
  after.carrierId = before.carrierId ?? outcome.carrierId;
  keepEarlierFailure(after, negative ? outcome.atMs : null, outcome.code);
  return after;
}

/** Of what may be a whole row: the state alone. Said out because it happens for every receipt, and spreading a row takes 2 µs. */
function copyOf(state: AttemptState): { -readonly [Name in keyof AttemptState]: AttemptState[Name] } {
  return {
    status: state.status,
    negative: state.negative,
    parts: state.parts,
    partsDelivered: state.partsDelivered,
    partsFailed: state.partsFailed,
    outcomeAtMs: state.outcomeAtMs,
    deliveredAtMs: state.deliveredAtMs,
    readAtMs: state.readAtMs,
    failedAtMs: state.failedAtMs,
    errorCode: state.errorCode,
    carrierId: state.carrierId,
  };
}

/** An outcome folded into nothing, said out: it happens for every message, and spreading objects costs more than all else here. */
function firstOutcome({ status, parts, atMs, code, carrierId }: OutcomeEvidence): AttemptState {
  return {
    status,
    negative: status === "refused",
    parts: Math.max(BLANK_ATTEMPT.parts, parts),
    partsDelivered: 0,
    partsFailed: 0,
    outcomeAtMs: atMs,
    deliveredAtMs: null,
    readAtMs: null,
    failedAtMs: status === "refused" || status === "not_sent" ? atMs : null,
    errorCode: code,
    carrierId,
  };
}

/**
 * Adds one receipt. Status and flags never go back: a status is the maximum of what was said, and `delivered` is said only when
 * every part is. A part both failed and delivered is delivered.
 */
export function foldReceipt(before: AttemptState | null, receipt: ReceiptEvidence): AttemptState {
  const state = before ?? BLANK_ATTEMPT;
  const after = copyOf(state);
  after.carrierId = state.carrierId ?? receipt.carrierId;
  switch (receipt.kind) {
    case "accepted":
    case "sent":
      after.status = higher(state.status, receipt.kind);
      return after;
    case "delivered":
    case "read":
      after.partsDelivered = state.partsDelivered | bit(receipt.part);
      after.status = higher(state.status, statusOfDelivered(after, receipt.kind));
      after.deliveredAtMs = (state.parts > 1 ? greatest : least)(state.deliveredAtMs, receipt.atMs);
      if (receipt.kind === "read") after.readAtMs = least(state.readAtMs, receipt.atMs);
      return after;
    case "failed":
    case "expired":
      after.status = higher(state.status, "failed");
      after.negative = true;
      after.partsFailed = state.partsFailed | bit(receipt.part);
      keepEarlierFailure(after, receipt.atMs, receipt.code ?? receipt.kind);
      return after;
  }
}

function statusOfDelivered(
  { partsDelivered, parts, readAtMs }: AttemptState,
  kind: "delivered" | "read",
): AttemptStatus {
  if (!isWhole(partsDelivered, parts)) return "sent";
  return kind === "read" || readAtMs !== null ? "read" : "delivered";
}

export function isDelivered(status: AttemptStatus): boolean {
  return ATTEMPT_STATUS_CODE[status] >= ATTEMPT_STATUS_CODE.delivered;
}

/** The carrier said both that it failed and that it arrived. Counted, and shown to support. */
export function isContradiction(state: Pick<AttemptState, "negative" | "status">): boolean {
  return state.negative && isDelivered(state.status);
}

const STATUS_BY_CODE = new Map<number, AttemptStatus>(
  Object.entries(ATTEMPT_STATUS_CODE).map(([status, code]) => [code, status as AttemptStatus]),
);

/** @throws Error for a number that no status has */
export function attemptStatusOf(code: number): AttemptStatus {
  const status = STATUS_BY_CODE.get(code);
  if (status === undefined) throw new Error(`No attempt status has the number ${code}.`);
  return status;
}

function higher(a: AttemptStatus, b: AttemptStatus): AttemptStatus {
  return ATTEMPT_STATUS_CODE[a] >= ATTEMPT_STATUS_CODE[b] ? a : b;
}

const MAX_PART_BITS = 31;

function bit(part: number): number {
  return part < MAX_PART_BITS ? 1 << part : 0;
}

function isWhole(bits: number, parts: number): boolean {
  const all = parts >= MAX_PART_BITS ? 0x7fffffff : (1 << parts) - 1;
  return (bits & all) === all;
}

/** Earliest failure wins, then the smaller code, so that order does not matter. A code without a time gives way to one with. */
function keepEarlierFailure(
  state: { failedAtMs: number | null; errorCode: string | null },
  failedAtMs: number | null,
  errorCode: string | null,
): void {
  const a = state.failedAtMs ?? Number.POSITIVE_INFINITY;
  const b = failedAtMs ?? Number.POSITIVE_INFINITY;
  const codes = a === b ? [state.errorCode, errorCode] : [a < b ? state.errorCode : errorCode];
  state.errorCode = codes.filter((code) => code !== null).sort()[0] ?? null;
  state.failedAtMs = least(state.failedAtMs, failedAtMs);
}

function least(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}

function greatest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}
