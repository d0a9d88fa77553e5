import type { Connector } from "@/lib/carriers/connector";
import { createHttpPoster } from "@/lib/carriers/wire/post-once";
import { buildWhatsAppMessage } from "./build-message";
import { readWhatsAppAnswer } from "./read-answer";

export type WhatsAppConnectorOptions = {
  /** "https://graph.facebook.com", or the sandbox's address. */
  readonly baseUrl: string;
  readonly phoneNumberId: string;
  readonly accessToken: string;
  readonly wireTimeoutMs: number;
  readonly connections: number;
};

export function createWhatsAppConnector(options: WhatsAppConnectorOptions): Connector {
  const poster = createHttpPoster(options);
  const path = `/v25.0/${encodeURIComponent(options.phoneNumberId)}/messages`;
  const headers = { "content-type": "application/json", authorization: `Bearer ${options.accessToken}` };
  return {
    capabilities: { channel: "whatsapp", dedupe: "none", correlate: true, query: false },
    async send(request, canStillSend) {
      if (request.content.channel !== "whatsapp") throw new Error(`not a WhatsApp message: ${request.content.channel}`);
      const body = JSON.stringify(buildWhatsAppMessage(request, request.content));
      return readWhatsAppAnswer(await poster.post(path, headers, body, canStillSend));
    },
    close: (graceMs) => poster.close(graceMs),
  };
}
