/**
 * The closed sets of words that every layer shares. The numbers are what the dispatch tables store
 * (smallint: a message is written millions of times); they are never reused for another meaning.
 */

export const CHANNELS = ["whatsapp", "viber", "sms"] as const;
export type Channel = (typeof CHANNELS)[number];

export const CHANNEL_CODE = { whatsapp: 1, viber: 2, sms: 3 } as const satisfies Record<Channel, number>;

/** Category of a message. It decides the lane, and what an unknown outcome leads to. */
export const CATEGORIES = ["authentication", "utility", "marketing"] as const;
export type Category = (typeof CATEGORIES)[number];

/** Lower goes first: a verification code never waits behind a campaign. */
export const LANE = { authentication: 0, utility: 1, marketing: 2 } as const satisfies Record<Category, number>;

/**
 * Where one attempt stands. The order of the positive ones is their rank and a rank never falls.
 *
 * - `dispatching`  intent committed, the outcome is not stored yet (only in `block.in_flight`)
 * - `not_sent`     proof that nothing left; free to retry
 * - `unknown`      may or may not have left; never simply queued again
 * - `refused`      the carrier answered no
 * - `accepted`     the carrier has it
 * - `sent`         the carrier handed it on (WhatsApp's `sent`, SMPP's ENROUTE/ACCEPTD)
 * - `failed`       a negative receipt (failed, expired, undeliverable) and no positive one
 * - `delivered`, `read`
 */
export const ATTEMPT_STATUSES = [
  "not_sent",
  "unknown",
  "refused",
  "accepted",
  "sent",
  "failed",
  "delivered",
  "read",
] as const;
export type AttemptStatus = (typeof ATTEMPT_STATUSES)[number];

export const ATTEMPT_STATUS_CODE = {
  not_sent: 10,
  unknown: 20,
  refused: 30,
  accepted: 40,
  sent: 50,
  failed: 60,
  delivered: 70,
  read: 80,
} as const satisfies Record<AttemptStatus, number>;

/** What a message amounts to over all its attempts; derived, never stored. */
export const MESSAGE_STATUSES = [
  "queued",
  "in_flight",
  "waiting",
  "delivered",
  "read",
  "failed",
  "unknown",
  "suppressed",
  "cancelled",
] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

export const ROLES = ["admin", "marketer", "support", "developer"] as const;
export type Role = (typeof ROLES)[number];

/** Ordered channels of a message; a step is an index into it. */
export const ROUTES = {
  "whatsapp-sms": ["whatsapp", "sms"],
  "viber-sms": ["viber", "sms"],
  "whatsapp-viber-sms": ["whatsapp", "viber", "sms"],
  sms: ["sms"],
} as const satisfies Record<string, readonly Channel[]>;
export type RouteKey = keyof typeof ROUTES;

export const LOCALES = ["en", "hy", "ru"] as const;
export type Locale = (typeof LOCALES)[number];

/** How a campaign or an API message relates to the account's switch. */
export const FALLBACK_MODES = ["inherit", "on", "off"] as const;
export type FallbackMode = (typeof FALLBACK_MODES)[number];

/**
 * What started the question "shall this go on by the next channel?".
 *
 * - `silence`  the wait is over and no delivery came
 * - `failure`  the carrier said it cannot be delivered (refusal or negative receipt)
 * - `unknown`  we cannot account for the attempt, and the category's rule counts that as undelivered
 * - `memory`   the channel has said lately that it does not know the number: it was left out, there is no attempt
 */
export const FALLBACK_TRIGGERS = ["silence", "failure", "unknown", "memory"] as const;
export type FallbackTrigger = (typeof FALLBACK_TRIGGERS)[number];

/** Why a fallback did not happen although the route has a next step. */
export const FALLBACK_DENIALS = [
  "switch_off",
  "campaign_off",
  "opted_out",
  "blocked",
  "campaign_cancelled",
  "sender_fault",
  "template_fault",
  "content_fault",
  "bad_number",
  "policy",
] as const;
export type FallbackDenial = (typeof FALLBACK_DENIALS)[number];

export const CAMPAIGN_STATUSES = ["draft", "running", "paused", "completed", "cancelled"] as const;
export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number];
