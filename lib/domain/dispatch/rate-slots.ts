/**
 * The rate of one connection, shared by all workers: a row of slots in time, each of which one worker may use for one message. The row
 * is the database's (`lease_rate_slots` in the migration "shared_rates" is this rule in SQL; a test holds the two together); a worker
 * leases a slice of it at a time. So there is one order for everyone, and nothing is to be summed up or handed back: a slot that is not
 * used in its time is gone.
 *
 * All times are milliseconds on the database's clock.
 */
export type RateRow = {
  /** From here on nobody has a slot yet. */
  readonly nextAtMs: number;
  /** Of the configured rate, right after the carrier last asked to slow down; see {@link shareAt}. */
  readonly share: number;
  /** Since when the share grows again: the end of the pause. */
  readonly slowedAtMs: number;
  readonly pausedUntilMs: number;
};

export type SlotAsk = {
  readonly ratePerSecond: number;
  readonly wanted: number;
  /** Slows everyone while receipts queue; 0 to 1. */
  readonly pressure: number;
  /** A code waits: may reach further ahead than campaigns may. */
  readonly urgent: boolean;
  /** How long the answer may be on its way: slots before that would be over before they are known. */
  readonly aheadMs: number;
};

export type SlotGrant = {
  readonly firstMs: number;
  readonly slots: number;
  readonly intervalMs: number;
  /** How far ahead of now the first free slot lay. */
  readonly leadMs: number;
  readonly pausedMs: number;
};

/**
 * A hundredth is left out: slots that are used up to 10 ms late then never make a second with more than the rate, nor up to 20 ms late
 * one with more than 1.01 of it, and one.
 */
export const PACE_SHARE = 0.99;
/** Nobody leases further ahead, so that whoever comes next waits no longer than this. */
export const HORIZON_MS = 300;
/** At most so long a slice at once. */
export const SLICE_MS = 150;
/** The slowest pace, whatever slows it: one message in ten seconds. */
const MIN_PER_SECOND = 0.1;
/** A whole share grows back in this time, half of it in ten seconds. */
const GROW_MS = 20_000;
const MIN_SHARE = 1 / 64;
/** Slots further ahead than this are no queue: the database's clock has been set back. */
const CLOCK_JUMP_MS = 60_000;

export const FRESH_ROW: RateRow = {
  nextAtMs: Number.NEGATIVE_INFINITY,
  share: 1,
  slowedAtMs: Number.NEGATIVE_INFINITY,
  pausedUntilMs: Number.NEGATIVE_INFINITY,
};

/** Additive increase after a multiplicative decrease. */
export function shareAt(row: Pick<RateRow, "share" | "slowedAtMs">, nowMs: number): number {
  return Math.min(1, row.share + Math.max(0, nowMs - row.slowedAtMs) / GROW_MS);
}

/** Messages a second that a row lets through now; a hundredth below the configured rate where nothing slows it. */
export function paceAt(row: RateRow, ratePerSecond: number, pressure: number, nowMs: number): number {
  return Math.max(MIN_PER_SECOND, ratePerSecond * PACE_SHARE * shareAt(row, nowMs) * pressure);
}

/** The carrier asked to slow down: nothing for `forMs`, then half the pace. Reports of one second are one: many workers see the same. */
export function slowDownRow(row: RateRow, forMs: number, nowMs: number): RateRow {
  const pausedUntilMs = Math.max(row.pausedUntilMs, nowMs + forMs);
  const isNews = nowMs >= row.slowedAtMs + 1_000 || row.share === 1;
  return {
    ...row,
    share: isNews ? Math.max(MIN_SHARE, shareAt(row, nowMs) / 2) : row.share,
    slowedAtMs: Math.max(row.slowedAtMs, pausedUntilMs),
    pausedUntilMs,
  };
}

/** Slots for one worker: half of what is left below the horizon at most, so that several share it by how much they ask. */
export function grantSlots(row: RateRow, ask: SlotAsk, nowMs: number): { row: RateRow; grant: SlotGrant } {
  const intervalMs = 1_000 / paceAt(row, ask.ratePerSecond, ask.pressure, nowMs);
  const pausedMs = Math.max(0, row.pausedUntilMs - nowMs);
  const nextAtMs = row.nextAtMs > nowMs + CLOCK_JUMP_MS ? nowMs : row.nextAtMs;
  const firstMs = Math.max(nowMs + ask.aheadMs, nextAtMs);
  const leadMs = firstMs - nowMs;
  const horizonMs = ask.aheadMs + Math.max(HORIZON_MS, intervalMs) * (ask.urgent ? 2 : 1);
  const most = Math.min((horizonMs - leadMs) / 2, SLICE_MS);
  const isFull = pausedMs > 0 || leadMs >= horizonMs;
  const slots = isFull ? 0 : Math.max(1, Math.min(ask.wanted, Math.floor(most / intervalMs)));
  return {
    row: { ...row, nextAtMs: slots === 0 ? nextAtMs : firstMs + slots * intervalMs },
    grant: { firstMs, slots, intervalMs, leadMs, pausedMs },
  };
}
