import type { Channel } from "../vocabulary";

/**
 * Money is an integer of micros (millionths) of the account's currency. A plain number is exact up to
 * 2^53 micros, 9 billion units of the currency: more than an account can spend, and less than the
 * database's bigint holds. {@link toMicros} guards the border.
 */
export const MICROS_PER_UNIT = 1_000_000;

/** Of one SMS segment, or of one WhatsApp or Viber message. */
export type PriceRow = {
  readonly channel: Channel;
  /** ISO 3166-1 alpha-2, or "*" for every country without a row of its own. */
  readonly country: string;
  readonly priceMicros: number;
  /** Milliseconds since the epoch, UTC, inclusive. */
  readonly validFrom: number;
};

/**
 * The price in force: the country's own rows before "*", then the latest of those that have begun. A
 * country's row that has not begun yet does not hide the "*" row. null: nobody knows a price.
 *
 * @param at milliseconds since the epoch, UTC
 */
export function priceFor(rows: readonly PriceRow[], channel: Channel, country: string, at: number): number | null {
  let best: PriceRow | null = null;
  for (const row of rows) {
    if (row.channel !== channel || row.validFrom > at) continue;
    if (row.country !== country && row.country !== "*") continue;
    if (best === null || isBetter(row, best)) best = row;
  }
  return best?.priceMicros ?? null;
}

function isBetter(row: PriceRow, than: PriceRow): boolean {
  if ((row.country === "*") !== (than.country === "*")) return row.country !== "*";
  return row.validFrom > than.validFrom;
}

/**
 * What one event of an attempt adds to its cost: carriers bill SMS when they accept it, each segment,
 * and WhatsApp and Viber when they deliver. The sum over an attempt's events is its whole cost, so
 * `delivered` must be counted once, also where a `read` receipt came in its place.
 */
export function costOf(billed: {
  readonly channel: Channel;
  /** Parts that the carrier took; of no account for WhatsApp and Viber. */
  readonly segments: number;
  readonly priceMicros: number;
  readonly event: "accepted" | "delivered";
}): number {
  if (billed.channel === "sms") return billed.event === "accepted" ? billed.segments * billed.priceMicros : 0;
  return billed.event === "delivered" ? billed.priceMicros : 0;
}

/**
 * Micros from a database's bigint.
 *
 * @throws RangeError beyond 2^53, where a number would lie
 */
export function toMicros(value: bigint | string): number {
  const micros = Number(value);
  if (!Number.isSafeInteger(micros)) throw new RangeError(`not an exact number of micros: ${value}`);
  return micros;
}
