import { classifyRefusal, type CarrierAction } from "../carrier-codes/classify-refusal";
import type { Channel } from "../vocabulary";

/**
 * - `link`    the carrier, the sender or what we sent is at fault: someone has to look
 * - `person`  this person cannot be reached here, or does not want to be: every sender has those, and no setting mends it
 */
export type FaultSide = "link" | "person";

const SIDE = {
  fallback: "person",
  fallback_if_allowed: "person",
  opt_out: "person",
  blocked: "person",
  bad_number: "person",
  retry: "link",
  slow_down: "link",
  sender_fault: "link",
  template_fault: "link",
  content_fault: "link",
  unknown_outcome: "link",
} as const satisfies Record<CarrierAction, FaultSide>;

/**
 * Whose fault a failed send was. Without a code: a receipt that says no more than "not delivered" is about the person, a send without
 * an answer about the link.
 *
 * @param kind a receipt's failure, or that of the send itself
 */
export function faultSide(channel: Channel, code: string | null, kind: "refusal" | "receipt"): FaultSide {
  if (code === null) return kind === "receipt" ? "person" : "link";
  // Asked as a refusal in both cases: what a receipt leads to hides that the carrier itself had failed.
  return SIDE[classifyRefusal(channel, code, "refusal").action];
}
