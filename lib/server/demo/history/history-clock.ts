/** The demo accounts are in Yerevan, which has been at UTC+4 all year since 2012. */
const OFFSET_MS = 4 * 3_600_000;
const DAY_MS = 86_400_000;

/** Everything is told from one moment: the seeding. */
export type HistoryClock = {
  readonly nowMs: number;
  /** Nothing that is still under way may be told: what is queued later than this is left out. */
  readonly untilMs: number;
  /** Local time on a day before the day of seeding (0: that day itself). */
  at(daysAgo: number, hour: number, minute?: number, second?: number): number;
};

/** Longer than any chain of waits of the API's routes, so that each message told has come to its end. */
const SETTLING_MS = 6 * 60_000;

export function createHistoryClock(now: Date): HistoryClock {
  const nowMs = now.getTime();
  const midnightMs = Math.floor((nowMs + OFFSET_MS) / DAY_MS) * DAY_MS - OFFSET_MS;
  return {
    nowMs,
    untilMs: nowMs - SETTLING_MS,
    at: (daysAgo, hour, minute = 0, second = 0) =>
      midnightMs - daysAgo * DAY_MS + hour * 3_600_000 + minute * 60_000 + second * 1_000,
  };
}

/** 0 is Sunday, as people in Yerevan see it. */
export function weekdayOf(atMs: number): number {
  return new Date(atMs + OFFSET_MS).getUTCDay();
}
