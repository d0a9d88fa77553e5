import { z } from "zod";
import type { ConsentWish } from "@/lib/domain/dispatch/stop-words";
import { CATEGORIES, CHANNELS, type Category, type Channel } from "@/lib/domain/vocabulary";
import { audienceName } from "./audiences-imports";

export const audienceId = z.object({ audienceId: z.uuid() });
export const contactId = z.object({ contactId: z.uuid() });

export const renameAudienceInput = z.object({ audienceId: z.uuid(), name: audienceName });

export const listContactsInput = z.object({
  audienceId: z.uuid(),
  search: z.string().trim().max(120).default(""),
  /** Id of the last contact of the page before. */
  after: z.uuid().optional(),
});
export type ListContactsInput = z.infer<typeof listContactsInput>;

const note = z
  .string()
  .trim()
  .min(3, { error: "field.reason" })
  .max(500, { error: "field.tooLong" })
  .refine((text) => !/[\p{Cs}\0]/u.test(text), { error: "field.invalid" });

export const suppressContactInput = z.object({
  contactId: z.uuid(),
  /** null: every channel. */
  channel: z.enum(CHANNELS).nullable(),
  /** null: every category. */
  category: z.enum(CATEGORIES).nullable(),
  note,
});
export type SuppressContactInput = z.infer<typeof suppressContactInput>;

export const liftSuppressionInput = z.object({ suppressionId: z.uuid(), reason: note });
export type LiftSuppressionInput = z.infer<typeof liftSuppressionInput>;

export const forgetUnreachableInput = z.object({ contactId: z.uuid(), channel: z.enum(CHANNELS) });
export type ForgetUnreachableInput = z.infer<typeof forgetUnreachableInput>;

export type AudienceListItem = {
  readonly id: string;
  readonly name: string;
  readonly people: number;
  readonly createdAt: string;
  readonly lastImportAt: string | null;
};

export type AudiencePickerItem = { readonly id: string; readonly name: string; readonly people: number };

/** People of an audience; `optedOut` of them have an opt-out or block in force, on one channel at least. */
export type AudienceCount = { readonly people: number; readonly optedOut: number };

export type GroupCount = { /** "" where unknown. */ readonly key: string; readonly count: number };

export type AudienceDetail = AudienceCount & {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly lastImportAt: string | null;
  readonly isArchived: boolean;
  /** Most frequent first. */
  readonly byCountry: readonly GroupCount[];
  readonly byLanguage: readonly GroupCount[];
  /** Names of attributes that templates may use, with how many people have a value. */
  readonly attributes: readonly GroupCount[];
};

export type ContactListItem = {
  readonly id: string;
  readonly e164: string;
  /** "+374 91 234567". */
  readonly phone: string;
  readonly country: string;
  readonly name: string | null;
  readonly language: string | null;
  readonly isOptedOut: boolean;
};

export type ContactPage = { readonly contacts: readonly ContactListItem[]; readonly next: string | null };

export const SUPPRESSION_REASONS = ["stop", "carrier_opt_out", "blocked", "manual"] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

export type SuppressionView = {
  readonly id: string;
  readonly channel: Channel | null;
  readonly category: Category | null;
  readonly reason: SuppressionReason;
  /** What was recorded as proof, as label and text. */
  readonly evidence: readonly { readonly key: string; readonly value: string }[];
  readonly createdAt: string;
  readonly liftedAt: string | null;
  readonly liftedBy: string | null;
  readonly liftedReason: string | null;
};

/** What is known of a number on one channel. */
export type ReachabilityView = {
  readonly channel: Channel;
  /** Left out for now, where another channel follows and fallback is on. */
  readonly isSkipped: boolean;
  /** The last delivery there of the last 60 days. */
  readonly deliveredAt: string | null;
  /** The channel said that it does not know the number, or that it is closed to its whole country; `until` is when it is asked again. */
  readonly unknownThere: {
    readonly code: string;
    readonly isOfCountry: boolean;
    readonly at: string;
    readonly until: string;
  } | null;
};

/** A word with which they stopped or wished to be written to again. */
export type ConsentView = {
  readonly id: string;
  readonly wish: ConsentWish;
  readonly channel: Channel | null;
  readonly text: string;
  readonly at: string;
};

export type ContactDetail = {
  readonly id: string;
  readonly e164: string;
  readonly phone: string;
  readonly country: string;
  readonly name: string | null;
  readonly language: string | null;
  readonly attributes: readonly { readonly key: string; readonly value: string }[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly audiences: readonly { readonly id: string; readonly name: string }[];
  /** In force first, then the newest. */
  readonly suppressions: readonly SuppressionView[];
  /** Newest first. */
  readonly consents: readonly ConsentView[];
  readonly reachability: readonly ReachabilityView[];
  /** When they last wrote on WhatsApp, and until when they may be sent free text there; null: not within a month. */
  readonly freeText: { readonly wroteAt: string; readonly until: string | null } | null;
};
