import { classifyRefusal } from "../carrier-codes/classify-refusal";
import { reachOf } from "../dispatch/breaker";
import type { Channel } from "../vocabulary";

/** What a send came to, as far as this rule asks. */
type Outcome = {
  readonly kind: "accepted" | "refused" | "not_sent" | "unknown";
  readonly code?: string;
  readonly carrierIds?: readonly string[];
};

/**
 * Whether a message may go by another connection of its channel, because this one surely has not taken it and is itself the reason:
 * nobody answers there, it stays too busy, or its carrier blames the sender or the line. A busy moment is waited out first, for the other
 * line may cost more. SMS alone: on WhatsApp and Viber another connection is another sender, whom the person does not know.
 *
 * Never after `unknown`: the message may be on its way.
 *
 * @param isFinal no further try by this connection is planned
 */
export function mayFailOver(channel: Channel, outcome: Outcome, isFinal: boolean): boolean {
  if (channel !== "sms") return false;
  if (outcome.kind === "not_sent") return outcome.code !== "aborted" && (isFinal || reachOf(outcome) === "missed");
  if (outcome.kind !== "refused" || (outcome.carrierIds ?? []).length > 0) return false;
  const { action } = classifyRefusal(channel, outcome.code ?? "", "refusal");
  return action === "sender_fault" || (isFinal && (action === "retry" || action === "slow_down"));
}
