import { z } from "zod";
import type { MessageFacts } from "@/lib/domain/timeline/message-facts";
import type { WhySentence } from "@/lib/domain/dispatch/explain-message";
import type { LinkButton, WhatsAppButton } from "@/lib/domain/template-content";
import {
  CHANNELS,
  MESSAGE_STATUSES,
  type AttemptStatus,
  type Category,
  type Channel,
  type MessageStatus,
  type RouteKey,
} from "@/lib/domain/vocabulary";

export const MESSAGE_RANGES = ["today", "7d", "30d", "90d"] as const;
export type MessageRange = (typeof MESSAGE_RANGES)[number];

const id = z.string().regex(/^[1-9]\d{0,17}$/);
/** Ids hold 69 years from 2020 on; a day beyond them is no day of ours. */
const day = z.iso.date().regex(/^20[2-7]/);

/** A filter that makes no sense is no filter: addresses are typed, cut and pasted. */
const lenient = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

/** What stands in the address of the history, and of the query behind it. */
export const messageFilters = z.object({
  /** A number in any way people write it, its last digits, or the id of a message. */
  q: lenient(z.string().trim().min(1).max(100)),
  campaign: lenient(z.uuid()),
  status: lenient(z.enum(MESSAGE_STATUSES)),
  /** Messages with a send on this channel. */
  channel: lenient(z.enum(CHANNELS)),
  range: lenient(z.enum(MESSAGE_RANGES)),
  /** Days of the account's calendar, both included; they win over `range`. */
  from: lenient(day),
  to: lenient(day),
  /** Keyset: older than this id, or newer than it. */
  before: lenient(id),
  after: lenient(id),
});
export type MessageFilters = z.infer<typeof messageFilters>;

export const messageIdInput = z.object({ id });

export type MessageRow = {
  /** Decimal. */
  readonly id: string;
  readonly queuedAtMs: number;
  readonly e164: string;
  /** The number for people: `+374 77 169083`. */
  readonly phone: string;
  readonly name: string | null;
  readonly campaign: { readonly id: string; readonly name: string } | null;
  readonly category: Category;
  readonly route: RouteKey;
  readonly status: MessageStatus;
  /** One for each step used, in order, at its last try. */
  readonly sends: readonly { readonly channel: Channel; readonly status: AttemptStatus }[];
  readonly deliveredBy: Channel | null;
  readonly segments: number;
  readonly costMicros: number;
};

export type MessagePage = {
  readonly rows: readonly MessageRow[];
  readonly newer: string | null;
  readonly older: string | null;
  /**
   * A filter by status or channel looks through messages one after the other and stops after a while; then `untilMs` says how
   * far it came, and `older` leads on from there.
   */
  readonly stoppedAtMs: number | null;
  /** The search was for something that is no number. */
  readonly searchProblem: "not_a_number" | null;
  readonly currency: string;
};

export type MessagePreview = {
  readonly channel: Channel;
  readonly text: string;
  readonly footer: string | null;
  readonly imageUrl: string | null;
  readonly buttons: readonly (WhatsAppButton | LinkButton)[];
  readonly sms: {
    readonly encoding: "gsm7" | "ucs2";
    /** Units of each part. */
    readonly parts: readonly number[];
    readonly lost: { readonly image: boolean; readonly buttons: boolean };
  } | null;
};

export type PersonReach = {
  /** Over the newest messages to the number, 200 at most. */
  readonly channels: readonly { readonly channel: Channel; readonly sent: number; readonly reached: number }[];
  readonly suppressions: readonly {
    readonly channel: Channel | null;
    readonly category: Category | null;
    readonly reason: string;
    readonly sinceMs: number;
  }[];
};

export type MessageDetail = {
  readonly facts: MessageFacts;
  readonly status: MessageStatus;
  /** The number for people. */
  readonly phone: string;
  readonly name: string | null;
  readonly currency: string;
  readonly template: {
    readonly id: string;
    readonly name: string;
    readonly version: number;
    readonly language: string;
  } | null;
  readonly apiKeyName: string | null;
  /** The name of the connection that this message tests; null for every other message. */
  readonly testOf: string | null;
  readonly why: readonly WhySentence[];
  /** What each channel used showed, or would show for the first step when nothing was sent yet. */
  readonly previews: readonly MessagePreview[];
  /** A verification code: its values are covered in the previews. */
  readonly covered: boolean;
  readonly person: PersonReach;
};

/** Nothing of our own will change it any more (a late receipt still may). */
export function isSettled(status: MessageStatus): boolean {
  return status !== "queued" && status !== "in_flight" && status !== "waiting";
}
