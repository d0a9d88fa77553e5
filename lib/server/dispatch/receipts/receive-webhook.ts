import { parseViberWebhook } from "@/lib/carriers/viber/parse-webhook";
import { verifyViberSignature } from "@/lib/carriers/viber/verify-signature";
import { parseWhatsAppWebhook } from "@/lib/carriers/whatsapp/parse-webhook";
import { verifyWhatsAppSignature } from "@/lib/carriers/whatsapp/verify-signature";
import type { StoredConnection } from "../../connections/load-connections";
import { pool } from "../../db/pool";
import { noteWebhook } from "../../metrics/note-receipts";
import { logger } from "../../logger";
import { receiveInbound, receivePreference } from "../receive-inbound";
import { toIncoming } from "./incoming-receipt";
import { connectionOfToken, countRefusedWebhook, webBatcher } from "./web-intake";

/** What the carrier is answered. Its body is for people who look at logs; carriers read the number. */
export type WebhookAnswer = { readonly status: 200 | 400 | 401 | 404 | 413 | 503; readonly text: string };

export type WebhookKind = "whatsapp" | "viber";

export const MAX_WEBHOOK_BYTES = 3 * 1024 * 1024;

const KIND_OF = { whatsapp: "whatsapp_cloud", viber: "viber_business" } as const;

/**
 * Takes in one webhook. 200 means: all its receipts are committed. Anything that cannot be committed is answered 503, and the carrier
 * sends it again.
 */
export async function receiveWebhook(
  kind: WebhookKind,
  token: string,
  body: Uint8Array,
  signature: string | null,
): Promise<WebhookAnswer> {
  const answer = await answerWebhook(kind, token, body, signature);
  noteWebhook(answer.status);
  return answer;
}

async function answerWebhook(
  kind: WebhookKind,
  token: string,
  body: Uint8Array,
  signature: string | null,
): Promise<WebhookAnswer> {
  try {
    const connection = await connectionOfToken(token);
    if (connection === null || connection.details.kind !== KIND_OF[kind])
      return { status: 404, text: "no such webhook" };
    if (!isSigned(connection, body, signature)) {
      const refused = countRefusedWebhook();
      logger().warn({ connectionId: connection.id, refused }, "a webhook with a wrong signature");
      return { status: 401, text: "wrong signature" };
    }
    const text = new TextDecoder().decode(body);
    if (!isJson(text)) return { status: 400, text: "not JSON" };
    await takeIn(connection, text);
    return { status: 200, text: "ok" };
  } catch (err) {
    logger().error({ err }, "a webhook could not be stored; the carrier is asked to repeat it");
    return { status: 503, text: "try again" };
  }
}

function isSigned(connection: StoredConnection, body: Uint8Array, signature: string | null): boolean {
  const { details } = connection;
  if (details.kind === "whatsapp_cloud") return verifyWhatsAppSignature(body, signature, details.secrets.appSecret);
  if (details.kind !== "viber_business") return false;
  const { signingKey } = details.secrets;
  return signingKey === null || verifyViberSignature(body, signature, signingKey);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function takeIn(connection: StoredConnection, text: string): Promise<void> {
  const now = Date.now();
  if (connection.details.kind === "viber_business") {
    const { receipts, inbound } = parseViberWebhook(text);
    await webBatcher().add(receipts.map((receipt) => toIncoming(connection, receipt, now)));
    return receiveInbound(pool(), connection, inbound);
  }
  const { receipts, inbound, preferences } = parseWhatsAppWebhook(text);
  await webBatcher().add(receipts.map((receipt) => toIncoming(connection, receipt, now)));
  await receiveInbound(pool(), connection, inbound);
  for (const preference of preferences) await receivePreference(pool(), connection, preference);
}

type SubscriptionQuery = {
  readonly mode: string | null;
  readonly verifyToken: string | null;
  readonly challenge: string | null;
};

/** Meta's subscription check: the challenge goes back to who knows the verify token. */
export async function answerSubscription(token: string, query: SubscriptionQuery): Promise<WebhookAnswer> {
  try {
    return await answerChallenge(token, query);
  } catch (err) {
    logger().error({ err }, "a subscription check could not be answered");
    return { status: 503, text: "try again" };
  }
}

async function answerChallenge(token: string, query: SubscriptionQuery): Promise<WebhookAnswer> {
  const connection = await connectionOfToken(token);
  if (connection === null || connection.details.kind !== "whatsapp_cloud")
    return { status: 404, text: "no such webhook" };
  const { mode, verifyToken, challenge } = query;
  if (mode !== "subscribe" || challenge === null || !/^[\w.-]{1,256}$/.test(challenge)) {
    return { status: 400, text: "not a subscription check" };
  }
  if (verifyToken !== connection.details.secrets.verifyToken) {
    countRefusedWebhook();
    return { status: 401, text: "wrong token" };
  }
  return { status: 200, text: challenge };
}
