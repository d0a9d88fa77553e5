import type { Channel } from "@/lib/domain/vocabulary";
import type { Answer, Behaviour } from "../scenarios/plan-behaviour";
import { isAbout, type LiveFault } from "./fault-store";
import type { Fault } from "./vocabulary";

/**
 * What becomes of a message while faults are in force. Of the faults that change the answer the first one decides, in the
 * order in which they were set; what they do to receipts adds up. Counts in each fault what it met.
 */
export function applyFaults(
  active: readonly LiveFault[],
  message: { readonly channel: Channel; readonly connectionId: string; readonly to: string },
  behaviour: Behaviour,
  nowMs: number,
): Behaviour {
  let result = behaviour;
  for (const live of active) {
    const { fault } = live;
    if (!isAbout(fault, message.channel, message.connectionId) || !live.meets(message.to)) continue;
    const next = applyOne(live, result, result.answer !== behaviour.answer, nowMs);
    if (next === null) continue;
    live.hits += 1;
    result = { ...next, faults: [...result.faults, fault.id] };
  }
  return result;
}

/** Null when the fault lets this message pass. */
function applyOne(live: LiveFault, behaviour: Behaviour, isAnswered: boolean, nowMs: number): Behaviour | null {
  const { fault } = live;
  switch (fault.kind) {
    case "receipts_late":
      return { ...behaviour, receipts: later(behaviour, fault.params.delayMs) };
    case "receipts_lost":
      return { ...behaviour, receipts: [] };
    case "ids":
      return { ...behaviour, ids: fault.params.format };
    default: {
      const answer = isAnswered ? null : answerOf(live, fault, nowMs);
      return answer === null ? null : { ...behaviour, answer };
    }
  }
}

function later(behaviour: Behaviour, delayMs: number): Behaviour["receipts"] {
  return behaviour.receipts.map((receipt) => ({ ...receipt, afterMs: receipt.afterMs + delayMs }));
}

function answerOf(live: LiveFault, fault: Fault, nowMs: number): Answer | null {
  switch (fault.kind) {
    case "outage":
      return { kind: "down" };
    case "throttle":
      return takeToken(live, fault.params.perSecond, nowMs) ? null : { kind: "throttle", tries: Infinity };
    case "answer_errors":
      live.answers += 1;
      return live.answers % fault.params.every === 0 ? { kind: "error", taken: false } : null;
    case "slow_answers":
      return { kind: "take_later", waitMs: fault.params.delayMs };
    default:
      return null;
  }
}

/** A bucket that holds what a quarter of a second lets through, and one at least. */
function takeToken(live: LiveFault, perSecond: number, nowMs: number): boolean {
  const room = Math.max(1, perSecond / 4);
  live.tokens = Math.min(room, live.tokens + ((nowMs - live.filledAtMs) / 1_000) * perSecond);
  live.filledAtMs = nowMs;
  if (live.tokens < 1) return false;
  live.tokens -= 1;
  return true;
}

function meetsAs(
  kind: Fault["kind"],
  channel: Channel,
  connectionId: string,
  to: string,
): (live: LiveFault) => boolean {
  return (live) => live.fault.kind === kind && isAbout(live.fault, channel, connectionId) && live.meets(to);
}

/** The last scenario set for this number for a while, if any; it takes the place of rule, magic number and mix. */
export function scenarioInForce(
  active: readonly LiveFault[],
  channel: Channel,
  connectionId: string,
  to: string,
): LiveFault | null {
  return active.findLast(meetsAs("scenario", channel, connectionId, to)) ?? null;
}

/** Whether the carrier is away for this link as a whole: nobody can sign in, no session stands. */
export function isDown(active: readonly LiveFault[], channel: Channel, connectionId: string): boolean {
  return active.some(
    ({ fault }) =>
      fault.kind === "outage" &&
      fault.share >= 1 &&
      fault.numbers === undefined &&
      isAbout(fault, channel, connectionId),
  );
}

/** The fault that keeps this receipt back, if any. */
export function holderOf(
  active: readonly LiveFault[],
  channel: Channel,
  connectionId: string,
  to: string,
): LiveFault | null {
  return active.find(meetsAs("webhooks_held", channel, connectionId, to)) ?? null;
}
