import type { FallbackRate } from "../pricing/estimate";

/** 90 % of a normal distribution lies within so many standard deviations. */
const NINE_OF_TEN = 1.645;

/**
 * The share of recipients who will leave the channel for the next one, with the range that holds in nine of ten cases.
 *
 * Two things vary: history was a sample of `tried` people (so its share is only known so well), and the campaign is another sample
 * of `recipients`. Both are binomial; Laplace's rule (one more of each kind) keeps a short history from claiming certainty.
 *
 * @returns null without history
 */
export function fallbackRange(
  history: { readonly tried: number; readonly left: number },
  recipients: number,
): FallbackRate | null {
  const { tried } = history;
  if (tried <= 0) return null;
  const left = Math.min(Math.max(0, history.left), tried);
  const smoothed = (left + 1) / (tried + 2);
  const variance = smoothed * (1 - smoothed) * (1 / Math.max(1, recipients) + 1 / tried);
  const spread = NINE_OF_TEN * Math.sqrt(variance);
  const expected = left / tried;
  return {
    low: Math.max(0, Math.min(expected, smoothed - spread)),
    expected,
    high: Math.min(1, Math.max(expected, smoothed + spread)),
  };
}
