import type { AttemptStatus, Channel } from "../vocabulary";

/**
 * What the figures mean. Tiles, charts, tables, CSV files and the forecast beside the switch all take them from here, so that two
 * screens can never disagree.
 *
 * The view `rollup` counts four kinds of things, and each in the hour of its own moment: recipients by the hour they were queued,
 * attempts (under the status they have now) by the hour they were sent, decisions by the hour they were made.
 *
 * - **queued**: messages written, one a person, whether or not their send has begun.
 * - **recipients**: people whose first send left or may have left. Who is still queued, was cancelled before or opted out in time is
 *   not counted, so that a paused campaign does not look like one that fails. Narrowed to one channel: attempts on that channel.
 * - **delivered** on a channel: attempts there that the carrier confirmed as delivered or read.
 * - **reached**: recipients with at least one delivery = deliveries on all channels less double reaches. A double reach whose SMS
 *   then failed is taken off once too often, so this never flatters.
 * - **delivery rate** = reached / recipients. Recipients still on their way count as not reached yet. Never above 1.
 * - **fell back**: recipients who left their first channel for the next one. **Fallback rate** = fell back / recipients whose
 *   route has a channel before SMS. Narrowed to one channel: those who left it / attempts on it.
 * - **rescued**: delivered by SMS as a later step, that is, people who would not have got the message otherwise.
 * - **double reach**: delivered on a channel after the next one had been started; it was paid for twice.
 */
export type Figures = {
  readonly queued: number;
  readonly recipients: number;
  /** Recipients whose first channel is not SMS: only they can fall back. */
  readonly withFallback: number;
  /** Sends that left, or may have left; a send that provably did not is no attempt here. */
  readonly attempts: PerChannel;
  readonly delivered: PerChannel;
  readonly costMicros: PerChannel;
  readonly smsSegments: number;
  readonly fellBack: number;
  /** SMS sent as a later step, and what became of them. */
  readonly fallbackSms: number;
  readonly rescued: number;
  readonly fallbackCostMicros: number;
  readonly doubleReaches: number;
  /** Would have gone on by the next channel had the switch been on. */
  readonly deniedBySwitch: number;
};

export type PerChannel = Readonly<Record<Channel, number>>;

export type RollupKind = AttemptStatus | "message" | "fallback" | "fallback_denied" | "double_reach" | "skipped";

/** Sums of some rows of the view `rollup`. channel is null for a row that names none. */
export type RollupGroup = {
  readonly channel: Channel | null;
  readonly step: number;
  readonly kind: RollupKind;
  readonly code: string;
  readonly n: number;
  readonly segments: number;
  readonly costMicros: number;
};

const LEFT: ReadonlySet<RollupKind> = new Set<RollupKind>([
  "unknown",
  "refused",
  "accepted",
  "sent",
  "failed",
  "delivered",
  "read",
]);
const ARRIVED: ReadonlySet<RollupKind> = new Set<RollupKind>(["delivered", "read"]);

/** @param only the channel to which the groups were narrowed, or null for all of them */
export function summarise(groups: Iterable<RollupGroup>, only: Channel | null = null): Figures {
  const attempts = perChannel();
  const delivered = perChannel();
  const costMicros = perChannel();
  const sum = { queued: 0, recipients: 0, withFallback: 0, smsSegments: 0, fellBack: 0, fallbackSms: 0, rescued: 0 };
  const more = { fallbackCostMicros: 0, doubleReaches: 0, deniedBySwitch: 0 };
  for (const group of groups) {
    const { kind, channel, n } = group;
    if (kind === "message") sum.queued += n;
    if (kind === "fallback" && (group.step === 0 || only !== null)) sum.fellBack += n;
    if (kind === "fallback_denied" && group.code === "switch_off") more.deniedBySwitch += n;
    if (kind === "double_reach") more.doubleReaches += n;
    if (channel === null || !LEFT.has(kind)) continue;
    if (group.step === 0) {
      sum.recipients += n;
      if (channel !== "sms") sum.withFallback += n;
    }
    attempts[channel] += n;
    costMicros[channel] += group.costMicros;
    if (ARRIVED.has(kind)) delivered[channel] += n;
    if (channel !== "sms") continue;
    sum.smsSegments += group.segments;
    if (group.step === 0) continue;
    sum.fallbackSms += n;
    more.fallbackCostMicros += group.costMicros;
    if (ARRIVED.has(kind)) sum.rescued += n;
  }
  if (only !== null) {
    sum.recipients = attempts[only];
    sum.withFallback = only === "sms" ? 0 : attempts[only];
  }
  return { ...sum, ...more, attempts, delivered, costMicros };
}

/** Recipients with at least one delivery. */
export function reached(figures: Figures): number {
  return Math.min(figures.recipients, Math.max(0, total(figures.delivered) - figures.doubleReaches));
}

/** 0 to 1, null when there was nobody to reach. */
export function deliveryRate(figures: Figures): number | null {
  return share(reached(figures), figures.recipients);
}

/** 0 to 1, null when nobody could fall back. */
export function fallbackRate(figures: Figures): number | null {
  return share(figures.fellBack, figures.withFallback);
}

/** Billed parts of an average SMS, null when none was sent. */
export function segmentsPerSms(figures: Figures): number | null {
  return figures.attempts.sms === 0 ? null : figures.smsSegments / figures.attempts.sms;
}

export function total(values: PerChannel): number {
  return values.whatsapp + values.viber + values.sms;
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.min(1, Math.max(0, part / whole));
}

function perChannel(): Record<Channel, number> {
  return { whatsapp: 0, viber: 0, sms: 0 };
}

export type CountryVolume = {
  readonly country: string;
  readonly n: number;
  /** Micros a segment, null where no SMS price is set. */
  readonly priceMicros: number | null;
};

/**
 * What so many SMS would cost, in whole micros. null where a country with volume has no price: a sum with a hole in it would look
 * cheaper than it is.
 */
export function smsCostMicros(volumes: readonly CountryVolume[], segmentsEach: number): number | null {
  let micros = 0;
  for (const { n, priceMicros } of volumes) {
    if (n === 0) continue;
    if (priceMicros === null) return null;
    micros += n * segmentsEach * priceMicros;
  }
  return Math.round(micros);
}
