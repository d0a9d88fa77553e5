import type { CarrierReceipt, InboundMessage } from "@/lib/carriers/connector";
import { REFERENCE_PARAMETER } from "@/lib/carriers/http-sms/build-message";
import { parseHttpSmsCallback } from "@/lib/carriers/http-sms/parse-callback";
import { verifyHttpSmsSignature } from "@/lib/carriers/http-sms/verify-signature";
import { parseViberBotEvent, type SubscriberNews } from "@/lib/carriers/viber-bot/parse-event";
import { parseViberWebhook } from "@/lib/carriers/viber/parse-webhook";
import { verifyViberSignature } from "@/lib/carriers/viber/verify-signature";
import { readWhatsAppWebhook, type WhatsAppWebhook } from "@/lib/carriers/whatsapp/parse-webhook";
import { verifyWhatsAppSignature } from "@/lib/carriers/whatsapp/verify-signature";
import type { ConnectionDetails } from "@/lib/schemas/connection";
import type { WebhookKind } from "../../connections/webhook-address";

const utf8 = new TextDecoder();

/** One request of a carrier, as it came. */
export type WebhookCall = {
  readonly kind: WebhookKind;
  readonly token: string;
  readonly body: Uint8Array;
  readonly signature: string | null;
  /** The caller's, as a trusted proxy or the socket has it; null: nobody can vouch for it. */
  readonly address: string | null;
  /** The address as the carrier was given it, with the query it was called with. */
  readonly url: string;
};

export type ReadWebhook = {
  readonly receipts: readonly CarrierReceipt[];
  readonly inbound: readonly InboundMessage[];
  readonly preferences: WhatsAppWebhook["preferences"];
  readonly templateEvents: WhatsAppWebhook["templateEvents"];
  /** Of a Viber bot: what it is told of one person, and whether they may be greeted in the answer. */
  readonly news?: SubscriberNews | null;
  readonly isOpening?: boolean;
};

const NOT_THERE = { preferences: [], templateEvents: [] } as const;

/** Whether the carrier itself sent it, over the raw bytes. False as well for a connection of another kind. */
export function isSigned(details: ConnectionDetails, call: WebhookCall): boolean {
  switch (details.kind) {
    case "whatsapp_cloud":
      return verifyWhatsAppSignature(call.body, call.signature, details.secrets.appSecret);
    case "viber_business": {
      const { signingKey } = details.secrets;
      return signingKey === null || verifyViberSignature(call.body, call.signature, signingKey);
    }
    case "viber_bot":
      return verifyViberSignature(call.body, call.signature, details.secrets.botToken);
    case "http_sms":
      return verifyHttpSmsSignature(call.url, formOf(call), call.signature, details.secrets.authToken);
    case "smpp":
      return false;
  }
}

/** Null: not what this carrier writes. What is readable and means nothing to us is simply left out. */
export function readWebhook({ kind }: ConnectionDetails, call: WebhookCall): ReadWebhook | null {
  if (kind === "http_sms") {
    const reference = new URL(call.url).searchParams.get(REFERENCE_PARAMETER);
    return { ...NOT_THERE, ...parseHttpSmsCallback(formOf(call), reference) };
  }
  const text = utf8.decode(call.body);
  const json = parseJson(text);
  if (json === undefined) return null;
  if (kind === "viber_bot") {
    const { receipt, news, isOpening } = parseViberBotEvent(text);
    return { receipts: receipt === null ? [] : [receipt], inbound: [], ...NOT_THERE, news, isOpening };
  }
  // Viber's tokens are longer than a number holds: it reads the text itself.
  return kind === "viber_business" ? { ...NOT_THERE, ...parseViberWebhook(text) } : readWhatsAppWebhook(json);
}

function formOf(call: WebhookCall): URLSearchParams {
  return new URLSearchParams(utf8.decode(call.body));
}

/** Undefined: not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
