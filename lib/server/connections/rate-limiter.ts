/**
 * Token bucket of one connection in this process, with precedence by lane: while a lane waits for tokens, later lanes get none.
 * Holds a quarter of a second's worth, so that after a pause nothing leaves in one burst.
 */
export type RateLimiter = {
  /**
   * Takes up to `wanted` tokens now; 0 while an earlier lane waits, or while too few are there to be worth a commit (a tenth of a
   * second's; the first lane takes what there is).
   */
  take(wanted: number, lane: number): number;
  /** The carrier asked to slow down: nothing for that long, then at half the rate, growing back over ten seconds. */
  slowDown(forMs: number): void;
  setRate(ratePerSecond: number): void;
};

const RECOVERY_MS = 10_000;
const WAITING_MS = 250;
const LANES = 3;

/** @param now a monotonic clock, milliseconds */
export function createRateLimiter(ratePerSecond: number, now: () => number): RateLimiter {
  let rate = ratePerSecond;
  let tokens = Math.max(1, rate / 4);
  let filledAt = now();
  let pausedUntil = 0;
  let slowedAt = Number.NEGATIVE_INFINITY;
  /** When each lane last asked in vain. */
  const unservedAt = Array.from({ length: LANES }, () => Number.NEGATIVE_INFINITY);

  const currentRate = (at: number): number => {
    const since = (at - slowedAt) / RECOVERY_MS;
    return since >= 1 ? rate : rate * (0.5 + 0.5 * Math.max(0, since));
  };
  const fill = (): number => {
    const at = now();
    const pace = currentRate(at);
    if (at >= pausedUntil)
      tokens = Math.min(Math.max(1, pace / 4), tokens + ((at - Math.max(filledAt, pausedUntil)) * pace) / 1_000);
    filledAt = at;
    return at;
  };
  return {
    take(wanted, lane) {
      const at = fill();
      const earlierWaits = unservedAt.some((since, other) => other < lane && at - since < WAITING_MS);
      const worthwhile = lane === 0 ? 1 : Math.min(wanted, Math.ceil(currentRate(at) / 10));
      const refused = at < pausedUntil || earlierWaits || tokens < worthwhile;
      const granted = refused ? 0 : Math.min(wanted, Math.floor(tokens));
      tokens -= granted;
      unservedAt[lane] = granted === 0 ? at : Number.NEGATIVE_INFINITY;
      return granted;
    },
    slowDown(forMs) {
      const at = fill();
      pausedUntil = Math.max(pausedUntil, at + Math.min(forMs, 60_000));
      slowedAt = pausedUntil;
      tokens = 0;
    },
    setRate(next) {
      rate = next;
    },
  };
}
