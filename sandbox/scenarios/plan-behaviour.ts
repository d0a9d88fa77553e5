import type { Channel } from "@/lib/domain/vocabulary";
import type { Choice, Scenario } from "./vocabulary";

export type ReceiptKind = "sent" | "delivered" | "read" | "failed" | "expired";

export type PlannedReceipt = {
  readonly kind: ReceiptKind;
  /** The carrier's code of a negative receipt, as that carrier writes it. */
  readonly code: string | null;
  /** After the message was taken, before the sandbox's speed. */
  readonly afterMs: number;
};

export type Answer =
  | { readonly kind: "take" }
  /** The answer is held for `waitMs`; null: until the first receipt has been taken in (or a bound is over). */
  | { readonly kind: "take_later"; readonly waitMs: number | null }
  /** The carrier is away: nothing is taken. */
  | { readonly kind: "down" }
  /** An explicit no; the code is Viber's status. */
  | { readonly kind: "refuse"; readonly code: number }
  | { readonly kind: "throttle"; readonly tries: number }
  /** A server error; `taken` says whether the message goes out all the same. */
  | { readonly kind: "error"; readonly taken: boolean }
  | { readonly kind: "hang"; readonly taken: boolean };

export type Behaviour = {
  readonly scenario: Scenario;
  readonly answer: Answer;
  /** How the SMSC writes the id: in its own way, or hex and hex, or hex and then decimal. */
  readonly ids: "own" | "hex" | "decimal";
  readonly receipts: readonly PlannedReceipt[];
  /** The timed faults that this message met. */
  readonly faults: readonly string[];
};

const noFaults: readonly string[] = [];

const defaultTries = 2;
const lateMs = { from: 90_000, to: 300_000 };

/** What the carrier does with a message. Pure: the same draws give the same behaviour. */
export function planBehaviour(choice: Choice, channel: Channel, draw: () => number): Behaviour {
  const taken = draw() < 0.5;
  const times = { sentMs: between(draw, 30, 250), deliveredMs: 0, readMs: 0 };
  times.deliveredMs = times.sentMs + between(draw, 200, 3_000);
  times.readMs = times.deliveredMs + between(draw, 1_000, 20_000);
  const lateDelayMs = choice.delayMs ?? between(draw, lateMs.from, lateMs.to);
  return {
    scenario: choice.scenario,
    answer: answerOf(choice, channel, taken),
    ids: choice.scenario === "ids_hex" ? "hex" : choice.scenario === "ids_decimal" ? "decimal" : "own",
    receipts: receiptsOf(choice.scenario, channel, times, lateDelayMs),
    faults: noFaults,
  };
}

function between(draw: () => number, from: number, to: number): number {
  return Math.round(from + draw() * (to - from));
}

/** Viber's statuses for what it knows at once; the other two tell it later. */
const viberRefusals: Readonly<Partial<Record<Scenario, number>>> = {
  not_on_viber: 9,
  undeliverable: 10,
  blocked: 8,
  opted_out: 8,
};

function answerOf(choice: Choice, channel: Channel, taken: boolean): Answer {
  const refusal = channel === "viber" ? viberRefusals[choice.scenario] : undefined;
  if (refusal !== undefined) return { kind: "refuse", code: refusal };
  switch (choice.scenario) {
    case "throttled":
      return { kind: "throttle", tries: choice.tries ?? defaultTries };
    case "error_500":
      // An SMSC that answers ESME_RSYSERR has taken nothing; of a 500 nobody can know.
      return { kind: "error", taken: channel === "sms" ? false : taken };
    case "timeout":
      return { kind: "hang", taken };
    case "receipt_before_response":
      return { kind: "take_later", waitMs: null };
    default:
      return { kind: "take" };
  }
}

type Times = { readonly sentMs: number; readonly deliveredMs: number; readonly readMs: number };

function receiptsOf(scenario: Scenario, channel: Channel, times: Times, lateMs: number): readonly PlannedReceipt[] {
  const sent = channel === "whatsapp" ? [receipt("sent", times.sentMs)] : [];
  const delivered = receipt("delivered", times.deliveredMs);
  const read = channel === "sms" ? [] : [receipt("read", times.readMs)];
  switch (scenario) {
    case "delivered_read":
      return [...sent, delivered, ...read];
    case "delivered_only":
      return [delivered];
    case "delivered_late":
      return [...sent, receipt("delivered", lateMs)];
    case "never":
      return channel === "sms" ? [] : sent;
    case "receipt_twice":
      return [...sent, delivered, receipt("delivered", times.deliveredMs), ...read];
    case "receipts_out_of_order":
      return outOfOrder(channel, times);
    case "receipt_before_response":
      return [receipt("delivered", 0), ...read];
    case "not_on_whatsapp":
      return channel === "whatsapp" ? [receipt("failed", times.sentMs, "131026")] : [...sent, delivered];
    case "blocked":
      return channel === "sms" ? [receipt("failed", times.sentMs, "REJECTD:012")] : sent;
    case "opted_out":
      return [receipt("failed", times.sentMs, channel === "sms" ? "REJECTD:013" : "131050")];
    case "undeliverable":
      return [receipt("failed", times.deliveredMs, channel === "sms" ? "UNDELIV:045" : "131026")];
    case "expired":
      return channel === "whatsapp" ? sent : [receipt("expired", lateMs / 3, channel === "sms" ? "EXPIRED:027" : null)];
    default:
      return [...sent, delivered];
  }
}

/** The best news first, as when a carrier's queue runs backwards. */
function outOfOrder(channel: Channel, { sentMs, deliveredMs }: Times): readonly PlannedReceipt[] {
  if (channel === "sms") return [receipt("delivered", sentMs), receipt("sent", deliveredMs)];
  const late = receipt("delivered", deliveredMs);
  const first = receipt("read", sentMs);
  return channel === "whatsapp" ? [first, late, receipt("sent", deliveredMs + 100)] : [first, late];
}

function receipt(kind: ReceiptKind, afterMs: number, code: string | null = null): PlannedReceipt {
  return { kind, code, afterMs: Math.round(afterMs) };
}
