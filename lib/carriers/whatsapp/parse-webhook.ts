import { z } from "zod";
import type { CarrierReceipt, InboundMessage } from "@/lib/carriers/connector";
import { parseUnixTime } from "@/lib/carriers/wire/carrier-time";
import { keepRawJson } from "@/lib/carriers/wire/keep-raw";

/** The sender's number a webhook entry is about; one app's webhook serves many numbers. */
type OfPhoneNumber = { readonly phoneNumberId: string | null };

export type WhatsAppReceipt = CarrierReceipt & OfPhoneNumber;
export type WhatsAppInbound = InboundMessage & OfPhoneNumber;

/** "Stop"/"resume" pressed in WhatsApp's own menu for marketing messages. */
export type WhatsAppPreference = OfPhoneNumber & {
  readonly from: string;
  readonly wantsMarketing: boolean;
  readonly carrierTimeMs: number | null;
};

export type WhatsAppTemplateEvent = {
  readonly businessAccountId: string | null;
  readonly templateName: string;
  readonly language: string | null;
  /** "APPROVED", "REJECTED", "PAUSED", "DISABLED" or whatever Meta adds; null: the status is as it was. */
  readonly event: string | null;
  readonly reason: string | null;
  /** Of `template_category_update`, else null. */
  readonly category: string | null;
  /** Of `message_template_quality_update`: GREEN, YELLOW, RED, UNKNOWN; else null. */
  readonly quality: string | null;
  /** When Meta wrote it, milliseconds since the epoch, UTC. */
  readonly carrierTimeMs: number | null;
};

export type WhatsAppWebhook = {
  readonly receipts: readonly WhatsAppReceipt[];
  readonly inbound: readonly WhatsAppInbound[];
  readonly preferences: readonly WhatsAppPreference[];
  readonly templateEvents: readonly WhatsAppTemplateEvent[];
  /** Entries that looked like ours and could not be read; they are acknowledged, else Meta repeats them for days. */
  readonly unreadable: number;
};

const text = z.string().min(1).max(512);
const list = z.array(z.unknown()).optional();
const envelopeSchema = z.object({ entry: z.array(z.unknown()) });
const entrySchema = z.object({
  id: z.string().optional().catch(undefined),
  time: z.unknown().optional(),
  changes: z.array(z.unknown()),
});
const changeSchema = z.object({ field: z.string(), value: z.record(z.string(), z.unknown()) });
const messagesValueSchema = z.object({
  metadata: z.object({ phone_number_id: text }).optional().catch(undefined),
  statuses: list,
  messages: list,
  user_preferences: list,
});
const statusSchema = z.object({
  id: text,
  status: z.string(),
  timestamp: z.unknown().optional(),
  biz_opaque_callback_data: text.optional().catch(undefined),
  errors: z
    .array(z.object({ code: z.coerce.number().int() }))
    .optional()
    .catch(undefined),
});
const inboundSchema = z.object({
  from: z.string().regex(/^\+?\d{5,20}$/),
  id: text,
  timestamp: z.unknown().optional(),
  text: z.object({ body: z.string() }).optional().catch(undefined),
  button: z
    .object({ text: z.string(), payload: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  interactive: z
    .object({ button_reply: z.object({ title: z.string(), id: z.string().optional().catch(undefined) }) })
    .optional()
    .catch(undefined),
});
const preferenceSchema = z.object({
  wa_id: z.string().regex(/^\+?\d{5,20}$/),
  value: z.enum(["stop", "resume"]),
  timestamp: z.unknown().optional(),
});
const templateEventSchema = z.object({
  event: text.optional().catch(undefined),
  message_template_name: text,
  message_template_language: text.optional().catch(undefined),
  reason: z.string().nullable().optional().catch(undefined),
  new_category: text.optional().catch(undefined),
  new_quality_score: text.optional().catch(undefined),
});
const TEMPLATE_FIELDS: ReadonlySet<string> = new Set([
  "message_template_status_update",
  "template_category_update",
  "message_template_quality_update",
]);

/** `played` (a voice note was heard) says no less than read. */
const receiptKinds: Readonly<Record<string, CarrierReceipt["kind"]>> = {
  sent: "sent",
  delivered: "delivered",
  read: "read",
  played: "read",
  failed: "failed",
};

type Collected = {
  receipts: WhatsAppReceipt[];
  inbound: WhatsAppInbound[];
  preferences: WhatsAppPreference[];
  templateEvents: WhatsAppTemplateEvent[];
  unreadable: number;
};

/** Reads what it knows, skips fields it does not know, counts what it could not read, and never throws. */
export function parseWhatsAppWebhook(body: string): WhatsAppWebhook {
  const into: Collected = { receipts: [], inbound: [], preferences: [], templateEvents: [], unreadable: 0 };
  const envelope = envelopeSchema.safeParse(parseJson(body));
  if (!envelope.success) return { ...into, unreadable: 1 };
  for (const rawEntry of envelope.data.entry) {
    const entry = entrySchema.safeParse(rawEntry);
    if (!entry.success) {
      into.unreadable += 1;
      continue;
    }
    const { id, time, changes } = entry.data;
    const of = { businessAccountId: id ?? null, carrierTimeMs: parseUnixTime(time) };
    for (const change of changes) readChange(change, of, into);
  }
  return into;
}

type OfEntry = Pick<WhatsAppTemplateEvent, "businessAccountId" | "carrierTimeMs">;

function readChange(raw: unknown, of: OfEntry, into: Collected): void {
  const change = changeSchema.safeParse(raw);
  if (!change.success) {
    into.unreadable += 1;
  } else if (change.data.field === "messages" || change.data.field === "user_preferences") {
    readMessages(change.data.value, into);
  } else if (TEMPLATE_FIELDS.has(change.data.field)) {
    push(into, into.templateEvents, readTemplateEvent(change.data.value, change.data.field, of));
  }
}

function readTemplateEvent(raw: unknown, field: string, of: OfEntry): WhatsAppTemplateEvent | null {
  const event = templateEventSchema.safeParse(raw);
  if (!event.success) return null;
  const { data } = event;
  const isStatus = field === "message_template_status_update";
  if (isStatus && data.event === undefined) return null;
  return {
    ...of,
    templateName: data.message_template_name,
    language: data.message_template_language ?? null,
    event: isStatus ? (data.event ?? null) : null,
    reason: data.reason && data.reason !== "NONE" ? data.reason : null,
    category: data.new_category ?? null,
    quality: data.new_quality_score ?? null,
  };
}

function readMessages(raw: unknown, into: Collected): void {
  const value = messagesValueSchema.safeParse(raw);
  if (!value.success) {
    into.unreadable += 1;
    return;
  }
  const phoneNumberId = value.data.metadata?.phone_number_id ?? null;
  for (const status of value.data.statuses ?? []) push(into, into.receipts, readStatus(status, phoneNumberId));
  for (const message of value.data.messages ?? []) push(into, into.inbound, readInbound(message, phoneNumberId));
  for (const item of value.data.user_preferences ?? []) {
    push(into, into.preferences, readPreference(item, phoneNumberId));
  }
}

function push<T>(into: Collected, target: T[], item: T | null): void {
  if (item === null) into.unreadable += 1;
  else target.push(item);
}

function readStatus(raw: unknown, phoneNumberId: string | null): WhatsAppReceipt | null {
  const status = statusSchema.safeParse(raw);
  if (!status.success) return null;
  const kind = Object.hasOwn(receiptKinds, status.data.status) ? receiptKinds[status.data.status] : undefined;
  if (kind === undefined) return null;
  const code = status.data.errors?.[0]?.code;
  return {
    phoneNumberId,
    reference: status.data.biz_opaque_callback_data ?? null,
    carrierId: status.data.id,
    kind,
    code: kind === "failed" ? String(code ?? "failed") : null,
    carrierTimeMs: parseUnixTime(status.data.timestamp),
    raw: keepRawJson(raw),
  };
}

/** A photo or a sticker has no text; it still counts as a message that opens the 24 h window. */
function readInbound(raw: unknown, phoneNumberId: string | null): WhatsAppInbound | null {
  const message = inboundSchema.safeParse(raw);
  if (!message.success) return null;
  const { from, id, timestamp, text: body, button, interactive } = message.data;
  const payload = button?.payload ?? interactive?.button_reply.id;
  return {
    phoneNumberId,
    from: withPlus(from),
    text: body?.body ?? button?.text ?? interactive?.button_reply.title ?? "",
    ...(payload === undefined ? {} : { payload }),
    carrierId: id,
    carrierTimeMs: parseUnixTime(timestamp),
  };
}

function readPreference(raw: unknown, phoneNumberId: string | null): WhatsAppPreference | null {
  const preference = preferenceSchema.safeParse(raw);
  if (!preference.success) return null;
  return {
    phoneNumberId,
    from: withPlus(preference.data.wa_id),
    wantsMarketing: preference.data.value === "resume",
    carrierTimeMs: parseUnixTime(preference.data.timestamp),
  };
}

function withPlus(digits: string): string {
  return digits.startsWith("+") ? digits : `+${digits}`;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
