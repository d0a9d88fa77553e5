import type { CarrierReceipt, InboundMessage } from "@/lib/carriers/connector";
import { keepRaw } from "@/lib/carriers/wire/keep-raw";

export type HttpSmsCallback = {
  readonly receipts: readonly CarrierReceipt[];
  readonly inbound: readonly InboundMessage[];
  /** 1: neither a known status nor a message; acknowledged all the same, else it comes back for ever. */
  readonly unreadable: 0 | 1;
};

const receiptKinds: Readonly<Record<string, CarrierReceipt["kind"]>> = {
  accepted: "accepted",
  scheduled: "accepted",
  queued: "accepted",
  sending: "accepted",
  sent: "sent",
  delivered: "delivered",
  undelivered: "failed",
  failed: "failed",
  canceled: "failed",
};

const maxIdLength = 64;
const maxTextLength = 4_096;

/**
 * One callback, a form: a status of a message of ours, or a message of a person's. Never throws.
 *
 * @param reference from the callback's address, where our own send had put it
 */
export function parseHttpSmsCallback(form: URLSearchParams, reference: string | null): HttpSmsCallback {
  const status = (form.get("MessageStatus") ?? form.get("SmsStatus") ?? "").toLowerCase();
  const sid = (form.get("MessageSid") ?? form.get("SmsSid") ?? "").slice(0, maxIdLength);
  const from = form.get("From") ?? "";
  if (sid === "") return { receipts: [], inbound: [], unreadable: 1 };
  if (status === "received" || (status === "" && form.has("Body"))) {
    if (!/^\+?[\w ]{3,20}$/.test(from)) return { receipts: [], inbound: [], unreadable: 1 };
    const text = (form.get("Body") ?? "").replaceAll("\u0000", "").slice(0, maxTextLength);
    return { receipts: [], inbound: [{ from, text, carrierId: sid, carrierTimeMs: null }], unreadable: 0 };
  }
  const kind = Object.hasOwn(receiptKinds, status) ? receiptKinds[status] : undefined;
  if (kind === undefined) return { receipts: [], inbound: [], unreadable: 1 };
  const code = kind === "failed" ? (form.get("ErrorCode") ?? status).slice(0, maxIdLength) : null;
  const raw = keepRaw(form.toString());
  return {
    receipts: [{ reference, carrierId: sid, kind, code, carrierTimeMs: null, raw }],
    inbound: [],
    unreadable: 0,
  };
}
