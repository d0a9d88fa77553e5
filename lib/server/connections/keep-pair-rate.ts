import type { Connector } from "@/lib/carriers/connector";
import { createPairWindow, PAIR_GAP_MS } from "@/lib/domain/dispatch/pair-rate";

/**
 * Spares a person's second message within six seconds the carrier's refusal (131056), whatever campaign or run it comes from: it is not
 * sent, and tried again when the time is over. What other workers send is not known here; for single messages `reserve_pair_turns` knows.
 *
 * @param now a monotonic clock, milliseconds
 */
export function keepPairRate(connector: Connector, now: () => number): Connector {
  if (connector.capabilities.channel !== "whatsapp") return connector;
  const pairs = createPairWindow(PAIR_GAP_MS);
  return {
    ...connector,
    async send(request, canStillSend) {
      const waitMs = pairs.waitMs(request.to, now());
      if (waitMs > 0) {
        const detail = "one message in six seconds to a person";
        return { kind: "not_sent", code: "131056", detail, retryAfterMs: Math.ceil(waitMs), raw: "" };
      }
      pairs.note(request.to, now());
      const outcome = await connector.send(request, canStillSend);
      if (outcome.kind === "not_sent" || outcome.kind === "refused") pairs.forget(request.to);
      return outcome;
    },
  };
}
