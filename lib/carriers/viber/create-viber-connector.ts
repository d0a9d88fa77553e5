import type { Connector } from "@/lib/carriers/connector";
import { createHttpPoster } from "@/lib/carriers/wire/post-once";
import { buildViberMessage } from "./build-message";
import { readViberAnswer } from "./read-answer";

export type ViberConnectorOptions = {
  /** "https://services.viber.com", or the sandbox's address. Viber knows senders by their IP, not by a token. */
  readonly baseUrl: string;
  readonly serviceId: number;
  readonly wireTimeoutMs: number;
  readonly connections: number;
};

const maxSeq = 0x7fffffff;

/**
 * Receipts name Viber's token only, so they are matched by it; some resellers echo `#tracking_data`, and the
 * parser takes it where it is there.
 */
export function createViberConnector(options: ViberConnectorOptions): Connector {
  const poster = createHttpPoster(options);
  const headers = { "content-type": "application/json" };
  let seq = 0;
  return {
    capabilities: { channel: "viber", dedupe: "none", correlate: false, query: false },
    async send(request, canStillSend) {
      if (request.content.channel !== "viber") throw new Error(`not a Viber message: ${request.content.channel}`);
      seq = seq >= maxSeq ? 1 : seq + 1;
      const body = JSON.stringify(buildViberMessage(request, request.content, options.serviceId, seq));
      return readViberAnswer(await poster.post("/vibersrvc/1/send_message", headers, body, canStillSend));
    },
    close: (graceMs) => poster.close(graceMs),
  };
}
