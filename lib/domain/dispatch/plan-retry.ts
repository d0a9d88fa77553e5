import type { Category } from "../vocabulary";

const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 60_000;

/** How long a message without a further channel is tried again after proof that nothing left. */
export const LAST_STEP_PATIENCE_MS = {
  authentication: 5 * 60_000,
  utility: 60 * 60_000,
  marketing: 6 * 60 * 60_000,
} as const satisfies Record<Category, number>;

/**
 * When to try again after `not_sent` (proof that nothing left), or null when the time for it is over and it counts as failed.
 *
 * With a further channel, that is the wait before fallback: whoever waits for a delivery waits no longer because the carrier was
 * busy. The time spent so far is what the earlier tries had to wait, which the number of the try alone tells.
 *
 * @param tryIndex of the try that was not sent, from 0; any number: "no more tries" may be told by a very large one
 * @param retryAfterMs what the carrier asked for
 */
export function planRetry(input: {
  readonly tryIndex: number;
  readonly retryAfterMs: number | null;
  readonly category: Category;
  readonly waitMs: number;
  readonly hasNextStep: boolean;
}): { readonly delayMs: number } | null {
  const delayMs = Math.max(delayOf(input.tryIndex), Math.min(input.retryAfterMs ?? 0, MAX_DELAY_MS));
  const patienceMs = input.hasNextStep ? input.waitMs : LAST_STEP_PATIENCE_MS[input.category];
  let spentMs = 0;
  for (let i = 0; i < input.tryIndex && spentMs <= patienceMs; i += 1) spentMs += delayOf(i);
  return spentMs + delayMs > patienceMs ? null : { delayMs };
}

function delayOf(tryIndex: number): number {
  return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(tryIndex, 16));
}
