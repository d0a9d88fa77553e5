import { createHmac } from "node:crypto";
import { acknowledgeReceipt, viberToken, type Core, type Notifier } from "../core";
import type { LedgerEntry } from "../ledger/ledger-entry";
import { createWebhookQueue, type WebhookQueue, type WebhookRequest } from "../receipts/post-webhooks";

/** The body as it goes out, and what it acknowledges. */
type Job = { readonly body: string; readonly receipt: { readonly entry: LedgerEntry; readonly index: number } | null };

/** Callbacks as vendors pass them on: one to a request, with Viber's token and without our reference. */
export function notifyViber(core: Core): Notifier {
  const queues = new Map<string, WebhookQueue<Job>>();
  const queueOf = (serviceId: string): WebhookQueue<Job> => {
    const known = queues.get(serviceId);
    if (known !== undefined) return known;
    const queue = createWebhookQueue<Job>({
      agent: core.agent,
      maxBatch: 1,
      concurrency: core.settings.webhookConnections,
      encode: ([job]) => (job === undefined ? null : encode(core, serviceId, job)),
      acknowledged: ({ receipt }, toldMs) => receipt && acknowledgeReceipt(core, receipt.entry, receipt.index, toldMs),
    });
    queues.set(serviceId, queue);
    return queue;
  };
  return {
    notify: (entry, index) =>
      queueOf(entry.connectionId).push({ body: callbackOf(entry, index), receipt: { entry, index } }),
    inbound: (id, from, text) => queueOf(id).push({ body: inboundOf(core, id, from, text), receipt: null }),
    backlog: () => [...queues.values()].reduce((sum, queue) => sum + queue.size(), 0),
    clear: () => queues.forEach((queue) => queue.clear()),
    stop: () => queues.forEach((queue) => queue.stop()),
  };
}

function encode(core: Core, serviceId: string, job: Job): WebhookRequest | null {
  const subscription = core.subscriptions.viber(serviceId);
  if (!subscription?.webhookUrl) return null;
  const signature: Record<string, string> = subscription.signingKey
    ? { "x-viber-content-signature": createHmac("sha256", subscription.signingKey).update(job.body).digest("hex") }
    : {};
  return {
    url: subscription.webhookUrl,
    headers: { "content-type": "application/json", ...signature },
    body: job.body,
  };
}

/** `message_time` is in seconds for every other message and in milliseconds for the rest, as it comes in life. */
function callbackOf(entry: LedgerEntry, index: number): string {
  const receipt = entry.receipts[index];
  const dueMs = receipt?.dueMs ?? entry.atMs;
  const rest = JSON.stringify({
    message_status: receipt?.kind === "read" ? "seen" : (receipt?.kind ?? "delivered"),
    message_time: entry.seq % 2 === 0 ? dueMs : Math.floor(dueMs / 1_000),
    phone_number: entry.to.slice(1),
    service_type: "dlr",
  });
  return `{"message_token":${entry.receiptId},${rest.slice(1)}`;
}

function inboundOf(core: Core, serviceId: string, from: string, text: string): string {
  const rest = JSON.stringify({
    service_id: Number(serviceId),
    phone_number: from.replace(/^\+/, ""),
    time: Date.now(),
    message: { text },
  });
  return `{"message_token":${viberToken(core)},${rest.slice(1)}`;
}
