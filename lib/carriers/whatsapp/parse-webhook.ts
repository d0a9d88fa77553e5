import { z } from "zod";
import type { CarrierReceipt, InboundMessage } from "@/lib/carriers/connector";
import { parseUnixTime } from "@/lib/carriers/wire/carrier-time";
import { keepRawJson } from "@/lib/carriers/wire/keep-raw";
import { parseJsonBody } from "@/lib/carriers/wire/read-body";

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

const MAX_TEXT = 512;
const text = z.string().min(1).max(MAX_TEXT);
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

/** {@link readWhatsAppWebhook} of a body; what is not JSON counts as unreadable. */
export function parseWhatsAppWebhook(body: string): WhatsAppWebhook {
  return readWhatsAppWebhook(parseJsonBody(body));
}

/**
 * Reads what it knows, skips fields it does not know, counts what it could not read, and never throws. The frame and the statuses come
 * thousands of times a second and are read by hand; all else by schema.
 */
export function readWhatsAppWebhook(envelope: unknown): WhatsAppWebhook {
  const into: Collected = { receipts: [], inbound: [], preferences: [], templateEvents: [], unreadable: 0 };
  if (!isRecord(envelope) || !Array.isArray(envelope.entry)) return { ...into, unreadable: 1 };
  for (const entry of envelope.entry as unknown[]) {
    if (!isRecord(entry) || !Array.isArray(entry.changes)) {
      into.unreadable += 1;
      continue;
    }
    const of = {
      businessAccountId: typeof entry.id === "string" ? entry.id : null,
      carrierTimeMs: parseUnixTime(entry.time),
    };
    for (const change of entry.changes as unknown[]) readChange(change, of, into);
  }
  return into;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** As `text` above: what may be kept as an id. */
function isText(value: unknown): value is string {
  return typeof value === "string" && value.length >= 1 && value.length <= MAX_TEXT;
}

type OfEntry = Pick<WhatsAppTemplateEvent, "businessAccountId" | "carrierTimeMs">;

function readChange(raw: unknown, of: OfEntry, into: Collected): void {
  if (!isRecord(raw) || typeof raw.field !== "string" || !isRecord(raw.value)) {
    into.unreadable += 1;
  } else if (raw.field === "messages" || raw.field === "user_preferences") {
    readMessages(raw.value, into);
  } else if (TEMPLATE_FIELDS.has(raw.field)) {
    push(into, into.templateEvents, readTemplateEvent(raw.value, raw.field, of));
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

function readMessages(value: Readonly<Record<string, unknown>>, into: Collected): void {
  const { metadata, statuses = [], messages = [], user_preferences: preferences = [] } = value;
  if (!Array.isArray(statuses) || !Array.isArray(messages) || !Array.isArray(preferences)) {
    into.unreadable += 1;
    return;
  }
  const phoneNumberId = isRecord(metadata) && isText(metadata.phone_number_id) ? metadata.phone_number_id : null;
  for (const status of statuses as unknown[]) push(into, into.receipts, readStatus(status, phoneNumberId));
  for (const message of messages as unknown[]) push(into, into.inbound, readInbound(message, phoneNumberId));
  for (const item of preferences as unknown[]) push(into, into.preferences, readPreference(item, phoneNumberId));
}

function push<T>(into: Collected, target: T[], item: T | null): void {
  if (item === null) into.unreadable += 1;
  else target.push(item);
}

function readStatus(raw: unknown, phoneNumberId: string | null): WhatsAppReceipt | null {
  if (!isRecord(raw) || !isText(raw.id) || typeof raw.status !== "string") return null;
  const kind = Object.hasOwn(receiptKinds, raw.status) ? receiptKinds[raw.status] : undefined;
  if (kind === undefined) return null;
  const { id, biz_opaque_callback_data: reference, errors, timestamp } = raw;
  return {
    phoneNumberId,
    reference: isText(reference) ? reference : null,
    carrierId: id,
    kind,
    code: kind === "failed" ? firstCode(errors) : null,
    carrierTimeMs: parseUnixTime(timestamp),
    raw: keepRawJson(raw),
  };
}

/** Meta's number of the first error; "failed" where there is none that can be read. */
function firstCode(errors: unknown): string {
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const code = isRecord(first) ? first.code : undefined;
  const number = typeof code === "number" || (typeof code === "string" && code !== "") ? Number(code) : Number.NaN;
  return Number.isInteger(number) ? String(number) : "failed";
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
