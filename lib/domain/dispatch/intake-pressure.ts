/** How far receipts are behind: worst "now minus the carrier's time", and how many are queued. */
export type Intake = { readonly lagMs: number; readonly backlog: number };

/** Up to here receipts keep up: carriers' clocks and one shared commit account for as much. */
const CALM_LAG_MS = 2_000;
const CALM_BACKLOG = 1_000;
/** From here on no more is sent than keeps the worker tasting whether receipts have recovered. */
const FULL_LAG_MS = 20_000;
const FULL_BACKLOG = 20_000;
const LEAST_SHARE = 0.05;

/**
 * The share of its rate at which a channel is to be sent on, 0.05 to 1, so that receipts catch up instead of falling ever further
 * behind: falling linearly between calm and full, by whichever is worse. Never 0: without sends there are no receipts to show that it
 * is over. Null (nobody takes in the channel's receipts) counts as full.
 */
export function intakePressure(intake: Intake | null): number {
  if (intake === null) return LEAST_SHARE;
  const lag = (intake.lagMs - CALM_LAG_MS) / (FULL_LAG_MS - CALM_LAG_MS);
  const backlog = (intake.backlog - CALM_BACKLOG) / (FULL_BACKLOG - CALM_BACKLOG);
  return Math.min(1, Math.max(LEAST_SHARE, 1 - Math.max(lag, backlog)));
}
