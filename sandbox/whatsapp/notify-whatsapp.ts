import { createHmac } from "node:crypto";
import { acknowledgeReceipt, type Core, type Notifier } from "../core";
import type { LedgerEntry } from "../ledger/ledger-entry";
import { createWebhookQueue, type WebhookQueue, type WebhookRequest } from "../receipts/post-webhooks";

type Job =
  | { readonly kind: "status"; readonly entry: LedgerEntry; readonly index: number }
  | { readonly kind: "message"; readonly from: string; readonly text: string; readonly atMs: number };

const errorTitles: Readonly<Record<string, string>> = {
  "131026": "Message undeliverable",
  "131050": "Recipient has stopped receiving marketing messages from your business",
};

/** Signed webhooks with statuses and inbound messages, one queue for each phone number. */
export function notifyWhatsApp(core: Core): Notifier {
  const queues = new Map<string, WebhookQueue<Job>>();
  const queueOf = (phoneNumberId: string): WebhookQueue<Job> => {
    const known = queues.get(phoneNumberId);
    if (known !== undefined) return known;
    const queue = createWebhookQueue<Job>({
      agent: core.agent,
      maxBatch: core.settings.webhookBatch,
      fillMs: core.settings.webhookFillMs,
      concurrency: core.settings.webhookConnections,
      encode: (jobs) => encode(core, phoneNumberId, jobs),
      acknowledged: (job, toldMs) => job.kind === "status" && acknowledgeReceipt(core, job.entry, job.index, toldMs),
    });
    queues.set(phoneNumberId, queue);
    return queue;
  };
  return {
    notify: (entry, index) => queueOf(entry.connectionId).push({ kind: "status", entry, index }),
    inbound: (id, from, text) => queueOf(id).push({ kind: "message", from, text, atMs: Date.now() }),
    backlog: () => [...queues.values()].reduce((sum, queue) => sum + queue.size(), 0),
    clear: () => queues.forEach((queue) => queue.clear()),
    stop: () => queues.forEach((queue) => queue.stop()),
  };
}

function encode(core: Core, phoneNumberId: string, jobs: readonly Job[]): WebhookRequest | null {
  const subscription = core.subscriptions.whatsapp(phoneNumberId);
  if (!subscription?.webhookUrl) return null;
  const statuses = jobs.flatMap((job) => (job.kind === "status" ? [statusOf(job.entry, job.index)] : []));
  const messages = jobs.flatMap((job) => (job.kind === "message" ? [messageOf(job)] : []));
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "37400000000", phone_number_id: phoneNumberId },
    ...(statuses.length > 0 ? { statuses } : {}),
    ...(messages.length > 0 ? { messages } : {}),
  };
  const entry = [{ id: "100000000000000", changes: [{ field: "messages", value }] }];
  const body = JSON.stringify({ object: "whatsapp_business_account", entry });
  const signature = createHmac("sha256", subscription.appSecret).update(body).digest("hex");
  return {
    url: subscription.webhookUrl,
    headers: { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` },
    body,
  };
}

function statusOf(entry: LedgerEntry, index: number): object {
  const receipt = entry.receipts[index];
  const code = receipt?.code ?? null;
  return {
    id: entry.receiptId,
    status: receipt?.kind ?? "sent",
    timestamp: unixSeconds(receipt?.dueMs ?? entry.atMs),
    recipient_id: entry.to.slice(1),
    ...(entry.reference === null ? {} : { biz_opaque_callback_data: entry.reference }),
    ...(code === null
      ? { pricing: { billable: true, pricing_model: "PMP", category: "marketing", type: "regular" } }
      : { errors: [errorOf(code)] }),
  };
}

function errorOf(code: string): object {
  const title = errorTitles[code] ?? "Message failed to send";
  return {
    code: Number(code),
    title,
    message: title,
    error_data: { details: title },
    href: "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
  };
}

function messageOf(job: Extract<Job, { kind: "message" }>): object {
  // By chance, since one person may write twice in a millisecond; it decides no outcome.
  const id = Buffer.from(`${job.from}.${job.atMs}.${Math.random()}`).toString("base64url");
  const from = job.from.replace(/^\+/, "");
  return { from, id: `wamid.${id}`, timestamp: unixSeconds(job.atMs), type: "text", text: { body: job.text } };
}

function unixSeconds(ms: number): string {
  return String(Math.floor(ms / 1_000));
}
