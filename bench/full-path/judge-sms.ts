/** A message that a carrier took, as its ledger has it. */
export type Taken = {
  readonly channel: string;
  readonly to: string;
  /** When its delivery (or its being read) was posted first, whatever the answer was; null: never. */
  readonly deliveryToldMs: number | null;
};

export type SmsVerdict = {
  /** That nothing called for: ours to answer for. */
  readonly beyond: number;
  /** That went out because the carrier said nothing of a delivery until the wait was over. */
  readonly toldTooLate: number;
};

/**
 * What the SMS of a campaign were called for, judged by the carriers' own ledger.
 *
 * The scenario calls for one SMS to each number that the first channel does not reach. An SMS to anyone else is **beyond the scenario**,
 * unless the first channel's carrier posted its delivery for the first time only when the wait before fallback was over: what a carrier
 * keeps to itself nobody can wait for. A delivery that was posted in time counts as told even where it was refused, not answered, or lay
 * unread in our queue, and so does one that was posted in the very millisecond in which the wait ended. An SMS without a wait that ended,
 * and every second SMS to a number, is beyond the scenario whatever was told.
 *
 * @param unreached numbers that the first channel does not reach
 * @param waitEndsMs by number, where it fell back because a wait ended without a delivery; the wait as it was decided on, without what
 *   the receipts' lag added to it
 */
export function judgeSms(
  ledger: readonly Taken[],
  unreached: ReadonlySet<string>,
  waitEndsMs: ReadonlyMap<string, number>,
): SmsVerdict {
  const told = new Map<string, number>();
  for (const { channel, to, deliveryToldMs } of ledger) {
    if (channel === "sms" || deliveryToldMs === null) continue;
    told.set(to, Math.min(deliveryToldMs, told.get(to) ?? Number.POSITIVE_INFINITY));
  }
  const seen = new Set<string>();
  let [beyond, toldTooLate] = [0, 0];
  for (const { channel, to } of ledger) {
    if (channel !== "sms") continue;
    const isSecond = seen.has(to);
    seen.add(to);
    if (!isSecond && unreached.has(to)) continue;
    const endMs = waitEndsMs.get(to);
    const isExcused = !isSecond && endMs !== undefined && (told.get(to) ?? Number.POSITIVE_INFINITY) > endMs;
    if (isExcused) toldTooLate += 1;
    else beyond += 1;
  }
  return { beyond, toldTooLate };
}
