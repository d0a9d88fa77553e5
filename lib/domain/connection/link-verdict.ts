/**
 * What trying a link came to.
 *
 * - `works`    the carrier knows the sender and its credentials
 * - `answers`  somebody answers there, and the protocol has no question that would tell more without sending
 * - `faulty`   sending by it would fail; `reason` says why
 */
export type LinkVerdict = {
  readonly state: "works" | "answers" | "faulty";
  readonly reason: LinkReason;
  /** The carrier's code, or ours; and what it said in its own words. */
  readonly code: string | null;
  readonly detail: string | null;
};

/** Each has its sentence in the catalogue `connections`, with what to do. */
export const LINK_REASONS = [
  "fine",
  "reached",
  "wrong_token",
  "wrong_sender",
  "no_permission",
  "wrong_password",
  "no_more_sessions",
  "suspended",
  "dns",
  "refused",
  "timeout",
  "tls",
  "not_carrier",
  "busy",
  "carrier_fault",
  "lost",
  "webhook_unreachable",
  "other",
] as const;
export type LinkReason = (typeof LINK_REASONS)[number];
