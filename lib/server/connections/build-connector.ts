import type { CarrierReceipt, Connector, InboundMessage } from "@/lib/carriers/connector";
import { createHttpSmsConnector } from "@/lib/carriers/http-sms/create-http-sms-connector";
import { createSmppConnector } from "@/lib/carriers/smpp/create-smpp-connector";
import { createViberBotConnector } from "@/lib/carriers/viber-bot/create-viber-bot-connector";
import { createViberConnector } from "@/lib/carriers/viber/create-viber-connector";
import { createWhatsAppConnector } from "@/lib/carriers/whatsapp/create-whatsapp-connector";
import type { ConnectionDetails } from "@/lib/schemas/connection";

export type ConnectorHooks = {
  readonly wireTimeoutMs: number;
  /** Where the carrier is to post receipts, for those that are told with each message; null: nowhere. */
  readonly callbackUrl: string | null;
  /** Viber's id of the bot's subscriber with that number; null: nobody. Asked by Viber's bots alone. */
  readonly findViberReceiver: (e164: string) => Promise<string | null>;
  readonly onReceipt: (receipt: CarrierReceipt) => Promise<void>;
  readonly onInbound: (message: InboundMessage) => Promise<void>;
};

/**
 * Sockets to one carrier over HTTP, and so sends on the wire at once. A carrier on another continent answers after a quarter of a second:
 * with 64, one worker made 247 messages a second there, with these 712 (Meta's highest tier takes 1,000). As many as one run has without
 * an outcome at most (MAX_IN_FLIGHT of send-run.ts).
 */
const HTTP_SOCKETS = 240;

/**
 * `isUp` tells whether receipts can come in over the connector's own session; null where they come by webhook. `places`: how many sends
 * may be on the wire at once; further ones wait before they are paced, so that none of them waits behind the pace and leaves in a bunch.
 */
export type BuiltConnector = {
  readonly connector: Connector;
  readonly isUp: (() => boolean) | null;
  readonly places?: number;
};
export type BuildConnector = (
  details: ConnectionDetails,
  ratePerSecond: number,
  hooks: ConnectorHooks,
) => BuiltConnector;

export const buildConnector: BuildConnector = (details, ratePerSecond, hooks) => {
  const { wireTimeoutMs } = hooks;
  switch (details.kind) {
    case "whatsapp_cloud": {
      const { baseUrl, phoneNumberId } = details.config;
      const { accessToken } = details.secrets;
      const options = { baseUrl, phoneNumberId, accessToken, wireTimeoutMs, connections: HTTP_SOCKETS };
      return { connector: createWhatsAppConnector(options), isUp: null, places: HTTP_SOCKETS };
    }
    case "viber_business": {
      const { baseUrl, serviceId } = details.config;
      const options = { baseUrl, serviceId, wireTimeoutMs, connections: HTTP_SOCKETS };
      return { connector: createViberConnector(options), isUp: null, places: HTTP_SOCKETS };
    }
    case "viber_bot": {
      const options = { ...details.config, botToken: details.secrets.botToken, findReceiver: hooks.findViberReceiver };
      const connector = createViberBotConnector({ ...options, wireTimeoutMs, connections: HTTP_SOCKETS });
      return { connector, isUp: null, places: HTTP_SOCKETS };
    }
    case "http_sms": {
      const options = { ...details.config, authToken: details.secrets.authToken, statusCallbackUrl: hooks.callbackUrl };
      return {
        connector: createHttpSmsConnector({ ...options, wireTimeoutMs, connections: HTTP_SOCKETS }),
        isUp: null,
      };
    }
    case "smpp": {
      const { tls, tlsServername, tlsCa, enquireLinkS, ...config } = details.config;
      const connector = createSmppConnector({
        ...{ ...config, ...hooks, password: details.secrets.password, ratePerSecond },
        tls: tls ? { servername: tlsServername, ca: tlsCa } : null,
        enquireLinkMs: enquireLinkS * 1_000,
      });
      return { connector, isUp: connector.isListening, places: config.window * config.sessions };
    }
  }
};
