import { z } from "zod";
import type { CarrierReceipt, InboundMessage } from "@/lib/carriers/connector";
import { parseUnixTime } from "@/lib/carriers/wire/carrier-time";
import { keepRawJson } from "@/lib/carriers/wire/keep-raw";
import { parseViberJson } from "./parse-json";

export type ViberWebhook = {
  readonly receipts: readonly CarrierReceipt[];
  readonly inbound: readonly InboundMessage[];
  /** Items that could not be read; acknowledged all the same, else they come back for ever. */
  readonly unreadable: number;
};

const token = z.union([z.string().min(1).max(64), z.number()]).transform(String);
const trackingSchema = z.string().min(1).max(512).optional().catch(undefined);
const receiptSchema = z.object({
  message_token: token,
  message_status: z.string(),
  message_time: z.unknown().optional(),
  tracking_data: trackingSchema,
  "#tracking_data": trackingSchema,
  error_code: z.union([z.string(), z.number()]).optional().catch(undefined),
});
const inboundSchema = z.object({
  message_token: token,
  phone_number: z.string().regex(/^\+?\d{5,20}$/),
  time: z.unknown().optional(),
  message_time: z.unknown().optional(),
  message: z.object({ text: z.string().catch("") }),
});
const eventSchema = z.object({ event: z.enum(["webhook", "subscribed", "unsubscribed", "conversation_started"]) });

const receiptKinds: Readonly<Record<string, CarrierReceipt["kind"]>> = {
  accepted: "accepted",
  submitted: "accepted",
  sent: "sent",
  delivered: "delivered",
  seen: "read",
  read: "read",
  failed: "failed",
  undelivered: "failed",
  rejected: "failed",
  expired: "expired",
};

/** Takes one callback or a list of them; never throws. */
export function parseViberWebhook(body: string): ViberWebhook {
  const receipts: CarrierReceipt[] = [];
  const inbound: InboundMessage[] = [];
  let unreadable = 0;
  const parsed = parseViberJson(body);
  for (const raw of Array.isArray(parsed) ? parsed : [parsed]) {
    const receipt = readReceipt(raw);
    const message = receipt === null ? readInbound(raw) : null;
    if (receipt !== null) receipts.push(receipt);
    else if (message !== null) inbound.push(message);
    else if (!eventSchema.safeParse(raw).success) unreadable += 1;
  }
  return { receipts, inbound, unreadable };
}

function readReceipt(raw: unknown): CarrierReceipt | null {
  const parsed = receiptSchema.safeParse(raw);
  if (!parsed.success) return null;
  const status = parsed.data.message_status.toLowerCase();
  const kind = Object.hasOwn(receiptKinds, status) ? receiptKinds[status] : undefined;
  if (kind === undefined) return null;
  const negative = kind === "failed" || kind === "expired";
  return {
    reference: parsed.data.tracking_data ?? parsed.data["#tracking_data"] ?? null,
    carrierId: parsed.data.message_token,
    kind,
    code: negative ? String(parsed.data.error_code ?? kind).slice(0, 64) : null,
    carrierTimeMs: parseUnixTime(parsed.data.message_time),
    raw: keepRawJson(raw),
  };
}

function readInbound(raw: unknown): InboundMessage | null {
  const parsed = inboundSchema.safeParse(raw);
  if (!parsed.success) return null;
  const { phone_number: from, message_token: carrierId, message, time, message_time: messageTime } = parsed.data;
  return {
    from: from.startsWith("+") ? from : `+${from}`,
    text: message.text,
    carrierId,
    carrierTimeMs: parseUnixTime(time ?? messageTime),
  };
}
