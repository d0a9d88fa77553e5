import { HORIZON_MS, PACE_SHARE, type SlotGrant } from "@/lib/domain/dispatch/rate-slots";
import { createSlotPacer } from "@/lib/domain/dispatch/slot-pacer";
import { createLaneQueue, type Waiter } from "./lane-queue";

export type Gate = "free" | "shut" | "trial";

/** The row that all workers of a connection share. */
export type RateSource = {
  /** Null: the connection is gone. */
  lease(
    wanted: number,
    pressure: number,
    urgent: boolean,
    aheadMs: number,
  ): Promise<(SlotGrant & { readonly nowMs: number }) | null>;
  slowDown(forMs: number): Promise<void>;
};

/**
 * The rate of one connection, in this process. In two steps, since a commit lies between: `take` says how many intents are worth
 * committing now, `pass` holds each send until a slot of the shared rate is its own, right before the wire. Earlier lanes go first in
 * both.
 */
export type RateLimiter = {
  /**
   * Up to `wanted` messages may get their intent now; 0 while an earlier lane waits, or while too few could leave soon to be worth a
   * commit (a tenth of a second's; the first lane takes what there is).
   */
  take(wanted: number, lane: number): number;
  /**
   * A slot and a place on the wire, for one message; to be given back with `leave`. Null: now, go on; it waits for nothing. Resolves
   * also, without a slot, after `longestWaitMs`: the lease is over by then and the connector sends nothing.
   */
  pass(lane: number): Promise<void> | null;
  /** Further slots for a message that has passed: the other parts of an SMS, which the connector spaces out itself. */
  charge(slots: number): void;
  leave(): void;
  /** The carrier asked to slow down: nothing for that long, then at half the pace, growing back over ten seconds; for all workers. */
  slowDown(forMs: number): void;
  setRate(ratePerSecond: number): void;
  /** 0 to 1, of the rate: receipts queue. */
  setPressure(share: number): void;
  /** The breaker's: while shut nothing is given out; a trial is one message. */
  setGate(gate: Gate): void;
  /** Somebody waited for the rate a moment ago. */
  isScarce(): boolean;
  close(): void;
};

export type RateLimiterOptions = {
  readonly ratePerSecond: number;
  /** Sends on the wire at once. */
  readonly window: number;
  readonly longestWaitMs: number;
  readonly source: RateSource;
  readonly onError: (error: unknown) => void;
  /** A monotonic clock, milliseconds. */
  readonly now: () => number;
};

const LANES = 3;
/** Intents are committed so far ahead of their slots. */
const AHEAD_MS = 250;
const WORTHWHILE_SHARE = 0.4;
const WAITING_MS = 250;
/** An intent that has not come to the wire by then was not sent after all (the person had opted out). */
const RESERVED_MS = 1_000;
const MAX_PAUSE_MS = 3_600_000;
/** With a steady stream, slots are leased so far ahead of it. */
const STREAM_MS = 60;
/** And at least so many: asking costs the same for a few. */
const MIN_SLICE_MS = 100;
const ENOUGH_LEAD_MS = 40;
const LOOK_EVERY_MS = 500;
const AFTER_ERROR_MS = 250;
const MAX_WAY_MS = 150;

/** Ahead of all lanes: whoever has a place on the wire must not wait for those who want one. */
const INSIDE = 0;

type Reserved = { readonly atMs: number; readonly lane: number; left: number };

export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const { source, now } = options;
  const pacer = createSlotPacer();
  const queue = createLaneQueue(LANES + 1);
  let rate = options.ratePerSecond;
  let pressure = 1;
  let gate: Gate = "free";
  let trialTaken = false;
  let pausedUntil = 0;
  /** Of the shared pace, what this worker gets when several want more than there is. */
  let ownShare = 1;
  let paceSeen: number | null = null;
  let sliceEndMs = 0;
  /** To the database and back: what is leased must outlast it. */
  let wayMs = 1;
  let inside = 0;
  let reserved: Reserved[] = [];
  /** When each lane last asked in vain. */
  const unservedAt = Array.from({ length: LANES }, () => Number.NEGATIVE_INFINITY);
  const stream = createStream();
  let isLeasing = false;
  let leaseAfter = 0;
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  const onGrant = (askedAt: number, grant: SlotGrant & { readonly nowMs: number }): void => {
    const at = now();
    pacer.noteClock(askedAt, at, grant.nowMs);
    wayMs = Math.min(MAX_WAY_MS, Math.max(at - askedAt, 0.8 * wayMs + 0.2 * (at - askedAt)));
    paceSeen = 1_000 / grant.intervalMs;
    if (grant.pausedMs > 0) pausedUntil = Math.max(pausedUntil, at + grant.pausedMs);
    if (grant.slots === 0) {
      leaseAfter = at + Math.max(5, grant.pausedMs, grant.leadMs - HORIZON_MS / 2);
      return;
    }
    if (at >= pausedUntil) pacer.add(grant);
    const endMs = grant.firstMs + grant.slots * grant.intervalMs;
    const sinceMs = endMs - sliceEndMs;
    const seen = sinceMs < 1_000 && queue.size() > 0 ? (grant.slots * grant.intervalMs) / Math.max(1, sinceMs) : 1;
    ownShare = Math.min(1, 0.7 * ownShare + 0.3 * seen);
    sliceEndMs = endMs;
  };
  /** A steady stream leases ahead, at a high rate by time rather than by number, so that it asks some thirty times a second. */
  const soon = (at: number): number => {
    const coming = Math.max(queue.size(), Math.ceil((stream.perSecond(at) * STREAM_MS) / 1_000));
    return coming < 3 ? coming : Math.max(coming, Math.floor(((paceSeen ?? rate) * (MIN_SLICE_MS + wayMs)) / 1_000));
  };
  const lease = (): void => {
    const at = now();
    if (isLeasing || isClosed || at < leaseAfter || at < pausedUntil) return;
    const wanted = soon(at) - pacer.left(at);
    if (wanted <= 0 || (pacer.left(at) > 0 && pacer.leadMs(at) > ENOUGH_LEAD_MS + 2 * wayMs)) return;
    isLeasing = true;
    source
      .lease(wanted, pressure, (queue.firstLane() ?? LANES) <= 1, wayMs)
      .then(
        (grant) => grant !== null && onGrant(at, grant),
        (error: unknown) => {
          leaseAfter = now() + AFTER_ERROR_MS;
          options.onError(error);
        },
      )
      .finally(() => {
        isLeasing = false;
        pump();
      });
  };
  const canGo = (waiter: Waiter, at: number): boolean =>
    (waiter.isInside || inside < options.window) && at >= pausedUntil && pacer.use(at);
  const pump = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const at = now();
    for (let waiter = queue.first(); waiter !== null; waiter = queue.first()) {
      if (at < waiter.untilMs && !isClosed && !canGo(waiter, at)) break;
      queue.shift();
      if (!waiter.isInside) inside += 1;
      waiter.go();
    }
    if (queue.size() === 0) return;
    lease();
    timer = setTimeout(pump, restMs(at));
  };
  /** Until something may have changed by itself; a place given back and a lease that comes in pump at once. */
  const restMs = (at: number): number => {
    if (inside >= options.window && queue.first()?.isInside !== true) return LOOK_EVERY_MS;
    const slotAt = pacer.nextMs(at) ?? (isLeasing ? Number.POSITIVE_INFINITY : leaseAfter);
    return Math.max(1, Math.min(LOOK_EVERY_MS, Math.ceil(Math.max(slotAt, pausedUntil) - at)));
  };
  const enter = (lane: number, isInside: boolean): Promise<void> | null => {
    const at = now();
    stream.note(at);
    if (queue.size() === 0 && (isInside || inside < options.window) && at >= pausedUntil && pacer.use(at)) {
      if (!isInside) inside += 1;
      lease();
      return null;
    }
    if (isClosed) return null;
    return new Promise((resolve) => {
      queue.push(isInside ? INSIDE : lane + 1, { untilMs: at + options.longestWaitMs, isInside, go: resolve });
      pump();
    });
  };
  const settle = (lane: number): void => {
    const oldest = reserved.find((one) => one.lane === lane && one.left > 0);
    if (oldest !== undefined) oldest.left -= 1;
  };
  const backlogBefore = (lane: number, at: number): number => {
    reserved = reserved.filter((one) => one.left > 0 && at - one.atMs < RESERVED_MS);
    const onTheWay = reserved.reduce((sum, one) => sum + (one.lane <= lane ? one.left : 0), 0);
    return onTheWay + queue.sizeUpTo(lane + 1);
  };
  return {
    take(wanted, lane) {
      const at = now();
      if (gate !== "free") {
        if (gate === "shut" || trialTaken || wanted <= 0) return 0;
        trialTaken = true;
        return 1;
      }
      const pace = Math.min(paceSeen ?? rate * PACE_SHARE, rate * PACE_SHARE * pressure);
      const ahead = Math.max(1, Math.floor((pace * ownShare * AHEAD_MS) / 1_000));
      const free = ahead - backlogBefore(lane, at);
      const earlierWaits = unservedAt.some((since, other) => other < lane && at - since < WAITING_MS);
      const worthwhile = lane === 0 ? 1 : Math.max(1, Math.min(wanted, Math.ceil(ahead * WORTHWHILE_SHARE)));
      const isRefused = at < pausedUntil || earlierWaits || free < worthwhile;
      const granted = isRefused ? 0 : Math.min(wanted, free);
      unservedAt[lane] = granted === 0 ? at : Number.NEGATIVE_INFINITY;
      if (granted > 0) reserved.push({ atMs: at, lane, left: granted });
      return granted;
    },
    pass(lane) {
      settle(lane);
      return enter(lane, false);
    },
    charge(slots) {
      for (let i = 0; i < slots; i += 1) void enter(INSIDE, true);
    },
    leave() {
      inside -= 1;
      if (queue.size() > 0) pump();
    },
    slowDown(forMs) {
      const pauseMs = Math.min(forMs, MAX_PAUSE_MS);
      pausedUntil = Math.max(pausedUntil, now() + pauseMs);
      pacer.clear();
      source.slowDown(pauseMs).catch(options.onError);
    },
    setRate(next) {
      if (next !== rate) paceSeen = null;
      rate = next;
    },
    setPressure(share) {
      pressure = share;
    },
    setGate(next) {
      if (next === "trial" && gate !== "trial") trialTaken = false;
      gate = next;
    },
    isScarce: () => unservedAt.some((since) => now() - since < WAITING_MS),
    close() {
      isClosed = true;
      pump();
    },
  };
}

/** How many come in a second, over the last few tenths. */
function createStream(): { note(atMs: number): void; perSecond(atMs: number): number } {
  const BUCKET_MS = 100;
  let [startedAt, current, before] = [0, 0, 0];
  const turn = (atMs: number): void => {
    if (atMs - startedAt < BUCKET_MS) return;
    before = atMs - startedAt < 2 * BUCKET_MS ? current : 0;
    current = 0;
    startedAt = atMs;
  };
  return {
    note(atMs) {
      turn(atMs);
      current += 1;
    },
    perSecond(atMs) {
      turn(atMs);
      return Math.max(current, before) * (1_000 / BUCKET_MS);
    },
  };
}
