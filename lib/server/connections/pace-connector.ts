import type { Connector } from "@/lib/carriers/connector";
import { atMostParts } from "@/lib/domain/dispatch/at-most-parts";
import { LANE } from "@/lib/domain/vocabulary";
import type { RateLimiter } from "./rate-limiter";

/**
 * Holds each send until it has a slot of the shared rate and a place on the wire: after the intent's commit and before the connector's
 * own check whether the time is over, so that a message which waited too long is not sent.
 */
export function paceConnector(connector: Connector, limiter: RateLimiter): Connector {
  return {
    capabilities: connector.capabilities,
    async send(request, canStillSend) {
      const turn = limiter.pass(LANE[request.category]);
      if (turn !== null) await turn;
      if (request.content.channel === "sms") limiter.charge(atMostParts(request.content.text) - 1);
      try {
        return await connector.send(request, canStillSend);
      } finally {
        limiter.leave();
      }
    },
    close: (graceMs) => connector.close(graceMs),
  };
}
