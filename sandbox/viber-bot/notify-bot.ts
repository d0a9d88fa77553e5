import { createHmac } from "node:crypto";
import { acknowledgeReceipt, viberToken, type Core, type Notifier } from "../core";
import type { LedgerEntry } from "../ledger/ledger-entry";
import { createWebhookQueue, type WebhookQueue, type WebhookRequest } from "../receipts/post-webhooks";
import type { ViberBotSubscription } from "../subscriptions";
import { botState } from "./bot-state";
import { userIdOf } from "./bot-users";

type Job = { readonly body: string; readonly receipt: { readonly entry: LedgerEntry; readonly index: number } | null };

/** Events of one person come in their order. */
const concurrency = 1;
/** The tracking data of the bot's last message come back with a person's answer; a greeting's, since the sandbox shows none. */
const shareTracking = "kamurj:share-phone";

/** Events of the bot API, one to a request, signed with the bot's token. */
export function notifyViberBot(core: Core): Notifier {
  const queues = new Map<string, WebhookQueue<Job>>();
  const queueOf = (botId: string): WebhookQueue<Job> => {
    const known = queues.get(botId);
    if (known !== undefined) return known;
    const queue = createWebhookQueue<Job>({
      agent: core.agent,
      maxBatch: 1,
      concurrency,
      encode: ([job]) => (job === undefined ? null : encode(core, botId, job)),
      acknowledged: ({ receipt }, toldMs) => receipt && acknowledgeReceipt(core, receipt.entry, receipt.index, toldMs),
    });
    queues.set(botId, queue);
    return queue;
  };
  return {
    notify: (entry, index) =>
      queueOf(entry.connectionId).push({ body: receiptOf(entry, index), receipt: { entry, index } }),
    inbound(botId, from, text) {
      for (const body of eventsOf(core, botId, from, text)) queueOf(botId).push({ body, receipt: null });
    },
    backlog: () => [...queues.values()].reduce((sum, queue) => sum + queue.size(), 0),
    clear: () => queues.forEach((queue) => queue.clear()),
    stop: () => queues.forEach((queue) => queue.stop()),
  };
}

export function botSignature(bot: ViberBotSubscription, body: string): Record<string, string> {
  return { "x-viber-content-signature": createHmac("sha256", bot.authToken).update(body).digest("hex") };
}

function encode(core: Core, botId: string, job: Job): WebhookRequest | null {
  const bot = core.subscriptions.viberBot(botId);
  const url = bot === null ? null : botState(core).webhookOf(bot);
  if (bot === null || url === null) return null;
  return { url, headers: { "content-type": "application/json", ...botSignature(bot, job.body) }, body: job.body };
}

const EVENT = { sent: "delivered", delivered: "delivered", read: "seen", failed: "failed", expired: "failed" } as const;

function receiptOf(entry: LedgerEntry, index: number): string {
  const receipt = entry.receipts[index];
  const event = EVENT[receipt?.kind ?? "delivered"];
  const fields = { event, timestamp: receipt?.dueMs ?? entry.atMs, user_id: userIdOf(entry.to) };
  const rest = JSON.stringify({ ...fields, ...(event === "failed" && { desc: "failed to deliver" }) });
  return `{"message_token":${entry.receiptId},${rest.slice(1)}`;
}

/**
 * What one person does, by what they write: "/open" opens the conversation, "/join" subscribes, "/share" shares the number by our button,
 * "/leave" unsubscribes; anything else is a message.
 */
function eventsOf(core: Core, botId: string, from: string, text: string): readonly string[] {
  const bot = core.subscriptions.viberBot(botId);
  if (bot === null) return [];
  const user = { id: userIdOf(from), name: `Person ${from}`, language: "hy", country: "AM", api_version: 10 };
  const timestamp = Date.now();
  const write = (fields: object): string =>
    `{"message_token":${viberToken(core)},${JSON.stringify({ timestamp, ...fields }).slice(1)}`;
  if (text === "/leave") {
    botState(core).leave(bot, user.id);
    return [write({ event: "unsubscribed", user_id: user.id })];
  }
  if (text === "/open") return [write({ event: "conversation_started", type: "open", user, subscribed: false })];
  botState(core).join(bot, user.id);
  if (text === "/join") return [write({ event: "subscribed", user })];
  const contact = { name: user.name, phone_number: from.slice(1) };
  const message =
    text === "/share" ? { type: "contact", contact, tracking_data: shareTracking } : { type: "text", text };
  return [write({ event: "message", sender: user, message })];
}
