/** Below these receipts are as good as on time: a carrier's clock in whole seconds alone makes two of them. */
const CALM_LAG_MS = 3_000;
const CALM_BACKLOG = 5_000;

/**
 * What share of its rate a channel may send at while its receipts are so far behind: 1 when they are on time, less the further behind
 * they are. Each message sent brings receipts; a queue of them means fallbacks for people who have been reached.
 *
 * @param lagMs how far behind the newest receipts taken in are
 * @param backlog receipts that have come and are not stored
 */
export function intakePressure(lagMs: number, backlog: number): number {
  return Math.min(1, CALM_LAG_MS / Math.max(1, lagMs), CALM_BACKLOG / Math.max(1, backlog));
}
