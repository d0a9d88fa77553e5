import type { Category } from "../vocabulary";
import { LAST_STEP_PATIENCE_MS } from "./plan-retry";

/**
 * - `closed`     sends go out
 * - `open`       the connection rests; nothing is sent until its time is over
 * - `half_open`  the rest is over and nobody knows yet: one message is sent to see, the others wait for what it finds
 */
export type BreakerState = "closed" | "open" | "half_open";

/** @param untilMs end of the rest; null: there is none */
export function breakerState(untilMs: number | null, nowMs: number): BreakerState {
  if (untilMs === null) return "closed";
  return untilMs > nowMs ? "open" : "half_open";
}

/**
 * - `sender_fault`  the carrier blames the sender (locked, unpaid, token revoked): everyone behind would be refused too
 * - `out_of_reach`  nobody answers there
 */
export type BreakerKind = "sender_fault" | "out_of_reach";

/** Our own codes for "no contact"; every other code is a carrier's, who blames the sender. */
const REACH_CODES: ReadonlySet<string> = new Set([
  ...["connection_refused", "connect_timeout", "dns", "tls", "session_down", "timeout", "reset", "session_lost"],
]);

export function breakerKind(reason: string): BreakerKind {
  return REACH_CODES.has(reason) ? "out_of_reach" : "sender_fault";
}

/** What one send tells about the carrier's being there. */
export function reachOf(outcome: { readonly kind: string; readonly code?: string }): "reached" | "missed" | "silent" {
  if (outcome.kind === "accepted" || outcome.kind === "refused") return "reached";
  const code = outcome.code ?? "";
  if (REACH_CODES.has(code)) return "missed";
  return outcome.kind === "not_sent" && !/^[a-z_]+$/.test(code) ? "reached" : "silent";
}

/** So many sends in a row without contact, and the connection rests. After a rest one is enough. */
export const MISSES_TO_REST = 5;

const REST_MS = {
  sender_fault: { first: 5 * 60_000, most: 30 * 60_000 },
  out_of_reach: { first: 1_000, most: 60_000 },
} as const satisfies Record<BreakerKind, { first: number; most: number }>;

/**
 * Each rest in a row is twice as long as the one before. Half of an unreachable one's is left to chance, so that many workers and
 * connections do not come back in the same instant.
 *
 * @param opens how many in a row, this one included
 * @param chance 0 to 1
 */
export function restMs(kind: BreakerKind, opens: number, chance: number): number {
  const { first, most } = REST_MS[kind];
  const fullMs = Math.min(most, first * 2 ** Math.min(Math.max(0, opens - 1), 16));
  return kind === "sender_fault" ? fullMs : fullMs / 2 + (fullMs / 2) * chance;
}

/**
 * Whether a message goes on without its connection while that rests: by the next channel where there is one, else as failed.
 *
 * Marketing never does: it waits, rather than being poured onto SMS because of our own fault or a carrier's bad hour. For codes and order
 * updates a sender's fault will not mend by itself, so the next channel is asked at once; a carrier that is out of reach may be back in a
 * second, so they wait as long as they would for a delivery. Without a next channel they wait as long as their retries would last.
 *
 * @param restedMs since the first of the rests in a row began
 */
export function goesOnWithout(
  kind: BreakerKind,
  message: { readonly category: Category; readonly hasNextStep: boolean; readonly waitMs: number },
  restedMs: number,
): boolean {
  if (message.category === "marketing") return false;
  if (!message.hasNextStep) return restedMs > LAST_STEP_PATIENCE_MS[message.category];
  return kind === "sender_fault" || restedMs > message.waitMs;
}
