import type { Connector, SendOutcome } from "@/lib/carriers/connector";
import { createHttpPoster } from "@/lib/carriers/wire/post-once";
import { buildBotMessage, type BotSender } from "./build-message";
import { readViberBotAnswer } from "./read-answer";

export type ViberBotConnectorOptions = BotSender & {
  /** "https://chatapi.viber.com", or the sandbox's address. */
  readonly baseUrl: string;
  readonly botToken: string;
  /** Viber's id of the one subscriber who has shown this number to be theirs; null: there is none. A rejection: nobody could look. */
  readonly findReceiver: (e164: string) => Promise<string | null>;
  readonly wireTimeoutMs: number;
  readonly connections: number;
};

/**
 * Service conversations: a bot writes to people who have written to it, never to numbers. Whoever is no subscriber is refused before
 * anything leaves, so that the next channel goes on at once. Receipts name Viber's token only.
 *
 * A shared contact is a claim that Viber does not confirm, so verification codes, which prove a number, do not go by it.
 */
export function createViberBotConnector(options: ViberBotConnectorOptions): Connector {
  const poster = createHttpPoster(options);
  const headers = botHeaders(options.botToken);
  return {
    capabilities: { channel: "viber", dedupe: "none", correlate: false, query: false },
    async send(request, canStillSend) {
      if (request.content.channel !== "viber") throw new Error(`not a Viber message: ${request.content.channel}`);
      if (request.category === "authentication") return refused("not_for_codes", "a bot sends no verification codes");
      let userId: string | null;
      try {
        userId = await options.findReceiver(request.to);
      } catch (error) {
        const detail = error instanceof Error ? error.message : "the subscribers could not be read";
        return { kind: "not_sent", code: "aborted", detail, retryAfterMs: null, raw: "" };
      }
      if (userId === null) return refused("not_subscribed", "no subscriber of the bot has shared this number");
      const body = JSON.stringify(buildBotMessage(request, request.content, options, userId));
      return readViberBotAnswer(await poster.post("/pa/send_message", headers, body, canStillSend));
    },
    close: (graceMs) => poster.close(graceMs),
  };
}

export function botHeaders(botToken: string): Readonly<Record<string, string>> {
  return { "content-type": "application/json", "x-viber-auth-token": botToken };
}

function refused(code: string, detail: string): SendOutcome {
  return { kind: "refused", code, detail, carrierIds: [], raw: "" };
}
