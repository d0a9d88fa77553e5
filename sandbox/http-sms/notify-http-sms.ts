import { createHmac } from "node:crypto";
import { acknowledgeReceipt, type Core, type Notifier } from "../core";
import type { LedgerEntry } from "../ledger/ledger-entry";
import { createWebhookQueue, type WebhookQueue, type WebhookRequest } from "../receipts/post-webhooks";

type Job = {
  readonly url: string | null;
  readonly fields: Readonly<Record<string, string>>;
  readonly receipt: { readonly entry: LedgerEntry; readonly index: number } | null;
};

const concurrency = 16;

/** Twilio's numbers for what an SMSC says in its receipts. */
const errorCodes: Readonly<Record<string, string>> = {
  "REJECTD:012": "30004",
  "REJECTD:013": "21610",
  "UNDELIV:045": "30005",
  "EXPIRED:027": "30003",
};

/** One signed form to a status, to the address that the message itself named. */
export function notifyHttpSms(core: Core): Notifier {
  let messagesOfPeople = 0;
  const queues = new Map<string, WebhookQueue<Job>>();
  const queueOf = (accountSid: string): WebhookQueue<Job> => {
    const known = queues.get(accountSid);
    if (known !== undefined) return known;
    const queue = createWebhookQueue<Job>({
      agent: core.agent,
      maxBatch: 1,
      concurrency,
      encode: ([job]) => (job === undefined ? null : encode(core, accountSid, job)),
      acknowledged: ({ receipt }, toldMs) => receipt && acknowledgeReceipt(core, receipt.entry, receipt.index, toldMs),
    });
    queues.set(accountSid, queue);
    return queue;
  };
  return {
    notify: (entry, index) => queueOf(entry.connectionId).push(statusOf(entry, index)),
    inbound(accountSid, from, text) {
      const url = core.subscriptions.httpSms(accountSid)?.webhookUrl ?? null;
      messagesOfPeople += 1;
      const number = BigInt(core.ledger.generation()) * 1_000_000n + BigInt(messagesOfPeople);
      const sid = `SMf${number.toString(16).padStart(31, "0")}`; // the f keeps them apart from messages to people
      const fields = {
        MessageSid: sid,
        SmsStatus: "received",
        From: from,
        To: "+37400000000",
        Body: text,
        NumMedia: "0",
      };
      queueOf(accountSid).push({ url, fields: { ...fields, AccountSid: accountSid }, receipt: null });
    },
    backlog: () => [...queues.values()].reduce((sum, queue) => sum + queue.size(), 0),
    clear: () => queues.forEach((queue) => queue.clear()),
    stop: () => queues.forEach((queue) => queue.stop()),
  };
}

function statusOf(entry: LedgerEntry, index: number): Job {
  const receipt = entry.receipts[index];
  const status = STATUS[receipt?.kind ?? "sent"];
  const code = receipt?.code ?? null;
  const fields = {
    AccountSid: entry.connectionId,
    MessageSid: entry.receiptId,
    SmsSid: entry.receiptId,
    MessageStatus: status,
    SmsStatus: status,
    To: entry.to,
    From: entry.from ?? "",
    ...(code === null ? {} : { ErrorCode: errorCodes[code] ?? "30008" }),
  };
  return { url: entry.callbackUrl ?? null, fields, receipt: { entry, index } };
}

const STATUS = {
  sent: "sent",
  delivered: "delivered",
  read: "delivered",
  failed: "failed",
  expired: "undelivered",
} as const satisfies Record<LedgerEntry["receipts"][number]["kind"], string>;

function encode(core: Core, accountSid: string, job: Job): WebhookRequest | null {
  const subscription = core.subscriptions.httpSms(accountSid);
  if (subscription === null || job.url === null) return null;
  const signed = Object.keys(job.fields)
    .sort()
    .map((name) => name + (job.fields[name] ?? ""))
    .join("");
  const signature = createHmac("sha1", subscription.authToken)
    .update(job.url + signed)
    .digest("base64");
  return {
    url: job.url,
    headers: { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature },
    body: new URLSearchParams(job.fields).toString(),
  };
}
