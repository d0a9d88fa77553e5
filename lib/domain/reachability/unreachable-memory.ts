import type { Channel } from "../vocabulary";

/*
 * What is remembered of a number that a channel has said it does not know: a confidence that halves with time. As long as it is worth
 * something the channel is left out where there is another one; then it is asked again, for people install things.
 */

const DAY_MS = 24 * 60 * 60_000;

/** In this time the confidence halves. */
export const HALF_LIFE_MS = 15 * DAY_MS;

/** Below this the channel is tried again: a fresh certainty lasts two half-lives, 30 days. */
export const WORTH_ACTING_ON = 0.25;

/**
 * How sure each code makes us, from 0 to 1. Only codes that speak of the number and not of the moment. Viber's 10 (no device that can
 * show it) may be a phone that is being changed: it counts for half as long. WhatsApp's 130497 closes a whole country to the sender: it
 * leaves out everyone there, so it is asked again after a week.
 */
const CONFIDENCE: Readonly<Record<Channel, Readonly<Record<string, number>>>> = {
  whatsapp: { "131026": 1, "130497": 0.35 },
  viber: { "9": 1, "10": 0.5 },
  sms: {},
};

/** Whether the code speaks of everyone in the number's country and not of the number. */
export function isAboutCountry(channel: Channel, code: string | null): boolean {
  return channel === "whatsapp" && code === "130497";
}

/** 0: the code says nothing about whether the number can be reached there. */
export function initialConfidence(channel: Channel, code: string | null): number {
  const known = CONFIDENCE[channel];
  return code !== null && Object.hasOwn(known, code) ? (known[code] ?? 0) : 0;
}

/** @param ageMs since the carrier said it; a clock that was set back makes it no surer */
export function confidenceAfter(initial: number, ageMs: number): number {
  return initial * 2 ** (-Math.max(0, ageMs) / HALF_LIFE_MS);
}

/** When what the code says is no longer worth acting on. */
export function expiryOf(channel: Channel, code: string | null, evidenceAtMs: number): number {
  const initial = initialConfidence(channel, code);
  if (initial <= WORTH_ACTING_ON) return evidenceAtMs;
  return evidenceAtMs + Math.round(HALF_LIFE_MS * Math.log2(initial / WORTH_ACTING_ON));
}

export type ReachEvidence = {
  readonly channel: Channel;
  /** The last time that the channel said it does not know the number; null: it never did. */
  readonly unreachable: { readonly code: string; readonly atMs: number } | null;
  /** The last delivery there; null: none that is still kept. */
  readonly deliveredAtMs: number | null;
};

/** A delivery proves more than any code, whenever it is learnt of: it wins if it is not older than what the code was about. */
export function isHopeless({ channel, unreachable, deliveredAtMs }: ReachEvidence, nowMs: number): boolean {
  if (unreachable === null) return false;
  if (deliveredAtMs !== null && deliveredAtMs >= unreachable.atMs) return false;
  const initial = initialConfidence(channel, unreachable.code);
  return initial > 0 && nowMs < expiryOf(channel, unreachable.code, unreachable.atMs);
}
