import type { ConnectionKind } from "@/lib/schemas/connection";

/** The part of a webhook's address that says what will be posted there; null: receipts come over the connection's own session. */
export const WEBHOOK_KIND = {
  whatsapp_cloud: "whatsapp",
  viber_business: "viber",
  viber_bot: "viber",
  http_sms: "sms",
  smpp: null,
} as const satisfies Record<ConnectionKind, string | null>;

export type WebhookKind = NonNullable<(typeof WEBHOOK_KIND)[ConnectionKind]>;

/** Where each carrier puts its signature. */
export const WEBHOOK_SIGNATURE_HEADER = {
  whatsapp: "x-hub-signature-256",
  viber: "x-viber-content-signature",
  sms: "x-twilio-signature",
} as const satisfies Record<WebhookKind, string>;

/**
 * Where a carrier posts receipts and messages. The token is the secret part.
 *
 * @param webUrl the address people open
 */
export function webhookAddress(kind: ConnectionKind, token: string, webUrl: string): string | null {
  const part = WEBHOOK_KIND[kind];
  return part === null ? null : webhookUrlOf(part, token, webUrl);
}

export function webhookUrlOf(part: WebhookKind, token: string, webUrl: string): string {
  return `${webUrl.replace(/\/+$/, "")}/api/webhooks/${part}/${token}`;
}
