import { z } from "zod";
import type { CarrierReceipt } from "@/lib/carriers/connector";
import { parseViberJson } from "@/lib/carriers/viber/parse-json";
import { parseUnixTime } from "@/lib/carriers/wire/carrier-time";
import { keepRawJson } from "@/lib/carriers/wire/keep-raw";
import { storableText } from "@/lib/carriers/wire/storable-text";
import { SHARE_PHONE_TRACKING } from "./build-message";

/** What an event says of one of the bot's subscribers. Viber names people by an id of the bot's own, not by number. */
export type SubscriberNews = {
  readonly userId: string;
  readonly name: string | null;
  /** Null: the event says nothing of it. */
  readonly subscribed: boolean | null;
  /** Shared by the button of our greeting. */
  readonly e164: string | null;
  /** What they wrote; null: nothing. */
  readonly text: string | null;
  readonly atMs: number | null;
};

export type ViberBotEvent = {
  readonly receipt: CarrierReceipt | null;
  readonly news: SubscriberNews | null;
  /** They opened the conversation, and may be greeted in the answer. */
  readonly isOpening: boolean;
  /** 1: acknowledged all the same, else it comes back for ever. */
  readonly unreadable: 0 | 1;
};

const token = z.union([z.string().min(1).max(64), z.number()]).transform(String);
const userId = z.string().min(1).max(64);
const name = z
  .string()
  .transform((value) => storableText(value).slice(0, 100))
  .nullish()
  .catch(null);
const user = z.object({ id: userId, name });
const timed = { timestamp: z.unknown().optional() };

const eventSchema = z.discriminatedUnion("event", [
  z.object({ ...timed, event: z.enum(["delivered", "seen", "failed"]), message_token: token, user_id: userId }),
  z.object({ ...timed, event: z.literal("subscribed"), user }),
  z.object({ ...timed, event: z.literal("unsubscribed"), user_id: userId }),
  z.object({
    ...timed,
    event: z.literal("conversation_started"),
    user,
    subscribed: z.boolean().optional().catch(undefined),
  }),
  z.object({
    ...timed,
    event: z.literal("message"),
    message_token: token,
    sender: user,
    message: z.object({
      type: z.string(),
      text: z.string().nullish().catch(null),
      tracking_data: z.string().nullish().catch(null),
      contact: z.object({ phone_number: z.string() }).nullish().catch(null),
    }),
  }),
]);
type Event = z.infer<typeof eventSchema>;
type Message = Extract<Event, { event: "message" }>;

/** Viber's own, of which we want nothing: the handshake of set_webhook, and actions in keyboards. */
const silentSchema = z.object({ event: z.enum(["webhook", "action", "client_status"]) });
const kinds = { delivered: "delivered", seen: "read", failed: "failed" } as const;
const nothing: ViberBotEvent = { receipt: null, news: null, isOpening: false, unreadable: 0 };
const maxTextLength = 4_096;

/** One event of the bot API; never throws. */
export function parseViberBotEvent(body: string): ViberBotEvent {
  const raw = parseViberJson(body);
  const parsed = eventSchema.safeParse(raw);
  if (!parsed.success) return { ...nothing, unreadable: silentSchema.safeParse(raw).success ? 0 : 1 };
  const event = parsed.data;
  const atMs = parseUnixTime(event.timestamp);
  switch (event.event) {
    case "delivered":
    case "seen":
    case "failed":
      return { ...nothing, receipt: receiptOf(event, atMs, raw) };
    case "subscribed":
      return { ...nothing, news: newsOf(event.user, true, atMs) };
    case "unsubscribed":
      return { ...nothing, news: newsOf({ id: event.user_id }, false, atMs) };
    case "conversation_started":
      return { ...nothing, news: newsOf(event.user, event.subscribed ?? null, atMs), isOpening: true };
    case "message":
      return { ...nothing, news: readMessage(event, atMs) };
  }
}

function receiptOf(
  event: Extract<Event, { event: "delivered" | "seen" | "failed" }>,
  carrierTimeMs: number | null,
  raw: unknown,
): CarrierReceipt {
  const kind = kinds[event.event];
  const code = kind === "failed" ? "failed" : null;
  return { reference: null, carrierId: event.message_token, kind, code, carrierTimeMs, raw: keepRawJson(raw) };
}

function newsOf(
  who: { readonly id: string; readonly name?: string | null | undefined },
  subscribed: boolean | null,
  atMs: number | null,
): SubscriberNews {
  return { userId: storableText(who.id), name: who.name ?? null, subscribed, e164: null, text: null, atMs };
}

/** Whoever writes is subscribed by it. A contact is the person's own number only as the answer to our button. */
function readMessage({ sender, message }: Message, atMs: number | null): SubscriberNews {
  const isShare = message.type === "contact" && message.tracking_data === SHARE_PHONE_TRACKING;
  const number = isShare ? (message.contact?.phone_number ?? "").replace(/[\s()-]/g, "") : "";
  const e164 = /^\+?[1-9]\d{6,14}$/.test(number) ? `+${number.replace("+", "")}` : null;
  const text = (message.text ?? "").replaceAll("\u0000", "").slice(0, maxTextLength);
  return { ...newsOf(sender, true, atMs), e164, text: text === "" ? null : text };
}
