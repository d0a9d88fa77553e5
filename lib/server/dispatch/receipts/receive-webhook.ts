import { buildWelcome } from "@/lib/carriers/viber-bot/build-message";
import type { StoredConnection } from "../../connections/load-connections";
import { isAllowedCaller } from "../../connections/webhook-caller";
import { noteCarrierCall } from "../../connections/note-carrier-call";
import { pool } from "../../db/pool";
import { noteWebhook } from "../../metrics/note-receipts";
import { logger } from "../../logger";
import { defaultDependencies } from "../../tenant-context";
import { applyTemplateEvents } from "../../templates/apply-template-events";
import { confirmOptOuts, hearInbound } from "../confirm-opt-outs";
import { receivePreference } from "../receive-inbound";
import { receiveBotEvent } from "./receive-bot-event";
import { toIncoming } from "./incoming-receipt";
import { connectionOfToken, countRefusedWebhook, webBatcher } from "./web-intake";
import { WEBHOOK_KIND } from "../../connections/webhook-address";
import { isSigned, readWebhook, type ReadWebhook, type WebhookCall } from "./webhook-kinds";

/** What the carrier is answered. Its body is for people who look at logs; carriers read the number. */
export type WebhookAnswer = {
  readonly status: 200 | 400 | 401 | 403 | 404 | 413 | 503;
  readonly text: string;
  /** The text is read by the carrier, as JSON. */
  readonly isJson?: true;
};

export const MAX_WEBHOOK_BYTES = 3 * 1024 * 1024;

/** No carrier packs what it posts. What is packed is never unpacked here, so a few bytes cannot become gigabytes. */
export function isPlainBody(contentEncoding: string | null | undefined): boolean {
  return ["", "identity"].includes((contentEncoding ?? "").trim().toLowerCase());
}

/**
 * Takes in one webhook. 200 means: all its receipts are committed. Anything that cannot be committed is answered 503, and the carrier
 * sends it again.
 */
export async function receiveWebhook(call: WebhookCall): Promise<WebhookAnswer> {
  const answer = await answerWebhook(call);
  noteWebhook(answer.status);
  return answer;
}

async function answerWebhook(call: WebhookCall): Promise<WebhookAnswer> {
  try {
    const connection = await connectionOfToken(call.token);
    if (connection === null || WEBHOOK_KIND[connection.details.kind] !== call.kind)
      return { status: 404, text: "no such webhook" };
    if (!isAllowedCaller(connection.details, call.address)) return refuse(connection, 403, "not allowed from there");
    if (!isSigned(connection.details, call)) return refuse(connection, 401, "wrong signature");
    const read = readWebhook(connection.details, call);
    if (read === null) return { status: 400, text: "not JSON" };
    const greeting = await takeIn(connection, read);
    noteCarrierCall(pool(), connection, "event");
    return greeting === null ? { status: 200, text: "ok" } : { status: 200, text: greeting, isJson: true };
  } catch (err) {
    logger().error({ err }, "a webhook could not be stored; the carrier is asked to repeat it");
    return { status: 503, text: "try again" };
  }
}

function refuse(connection: StoredConnection, status: 401 | 403, text: string): WebhookAnswer {
  logger().warn({ connectionId: connection.id, refused: countRefusedWebhook() }, `a webhook was refused: ${text}`);
  noteCarrierCall(pool(), connection, "refused");
  return { status, text };
}

/** @returns what the carrier is to tell the person in our name; null: nothing */
async function takeIn(connection: StoredConnection, read: ReadWebhook): Promise<string | null> {
  const { receipts, inbound, preferences, templateEvents, news = null } = read;
  const now = Date.now();
  await webBatcher().add(receipts.map((receipt) => toIncoming(connection, receipt, now)));
  if (inbound.length > 0) await hearInbound(replyDeps(), connection, inbound);
  for (const preference of preferences) await receivePreference(pool(), connection, preference);
  if (templateEvents.length > 0) await applyTemplateEvents(defaultDependencies(), connection, templateEvents);
  if (news === null) return null;
  const { e164, hasStopped, optedOut } = await receiveBotEvent(pool(), connection, news);
  await confirmOptOuts(replyDeps(), connection, optedOut);
  return read.isOpening === true && e164 === null && !hasStopped ? greetingOf(connection.details) : null;
}

function replyDeps(): Parameters<typeof confirmOptOuts>[0] {
  return { ...defaultDependencies(), logger: logger() };
}

/** A Viber bot asks for the number of whoever opens the conversation: without it nothing can be sent to them. */
function greetingOf(details: StoredConnection["details"]): string | null {
  if (details.kind !== "viber_bot") return null;
  const { welcomeText, shareLabel } = details.config;
  if (welcomeText === null || shareLabel === null) return null;
  return JSON.stringify(buildWelcome(details.config, welcomeText, shareLabel));
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
    noteCarrierCall(pool(), connection, "refused");
    return { status: 401, text: "wrong token" };
  }
  noteCarrierCall(pool(), connection, "verified");
  return { status: 200, text: challenge };
}
