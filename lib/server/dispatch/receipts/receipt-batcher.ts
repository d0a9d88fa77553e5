import type pg from "pg";
import { isDatabaseAway } from "../../db/is-database-away";
import { applyReceipts } from "./apply-receipts";
import type { IncomingReceipt } from "./incoming-receipt";

/**
 * Receipts of many requests share a commit. `add` resolves once they are committed, and rejects if they could not be; then the
 * carrier is told so and sends them again.
 */
export type ReceiptBatcher = {
  add(receipts: readonly IncomingReceipt[]): Promise<void>;
  /** For the intake's beat: how far behind receipts are, and how many wait here. */
  health(nowMs: number): { readonly lagMs: number; readonly backlog: number };
  idle(): Promise<void>;
};

type Waiting = {
  readonly receipts: readonly IncomingReceipt[];
  readonly addedAtMs: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

/** Fewer wait for others before they are committed: what a commit costs hardly depends on their number. */
const WORTH_A_COMMIT = 300;
/** At the latest then … */
const GATHER_MS = 50;
/** … or when none has come for so long: a carrier with a window sends no more until those that it has sent are answered. */
const QUIET_MS = 10;
const MAX_BATCH = 500;
const MAX_WAITING = 50_000;

export class ReceiptsFull extends Error {}

export function createReceiptBatcher(options: { readonly pool: pg.Pool; readonly now: () => number }): ReceiptBatcher {
  const { pool, now } = options;
  const lag = trackLag();
  const waiting: Waiting[] = [];
  let waitingCount = 0;
  /** Taken out of the queue, not committed: still behind, however long the commit takes. */
  let committing: readonly Waiting[] = [];
  let flushing: Promise<void> | null = null;

  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      await gather();
      committing = takeBatch();
      await commit(committing);
      committing = [];
    }
    flushing = null;
  };
  const gather = async (): Promise<void> => {
    const startedAt = performance.now();
    for (let seen = 0; waitingCount < WORTH_A_COMMIT && waitingCount > seen;) {
      if (performance.now() - startedAt >= GATHER_MS) return;
      seen = waitingCount;
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
      // A busy process runs its timers before it looks at its sockets: what has come meanwhile counts.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const takeBatch = (): Waiting[] => {
    let count = 0;
    let take = 0;
    while (take < waiting.length && (take === 0 || count < MAX_BATCH)) {
      count += waiting[take]?.receipts.length ?? 0;
      take += 1;
    }
    waitingCount -= count;
    return waiting.splice(0, take);
  };
  const commit = async (batch: readonly Waiting[]): Promise<void> => {
    const byShard = new Map<number, Waiting[]>();
    for (const item of batch) {
      const shard = item.receipts[0]?.shard ?? 0;
      byShard.set(shard, [...(byShard.get(shard) ?? []), item]);
    }
    for (const [shard, items] of byShard) await commitTogether(shard, items);
  };
  /** What nobody can store must not be repeated for ever with all that happened to share its commit: then each is tried alone. */
  const commitTogether = async (shard: number, items: readonly Waiting[]): Promise<void> => {
    try {
      const receipts = items.flatMap((item) => item.receipts);
      await applyReceipts(pool, shard, receipts, now());
      for (const item of items) item.resolve();
    } catch (error) {
      if (items.length > 1 && !isDatabaseAway(error)) {
        for (const item of items) await commitTogether(shard, [item]);
      } else {
        for (const item of items) item.reject(error);
      }
    }
  };
  return {
    add(receipts) {
      if (receipts.length === 0) return Promise.resolve();
      if (waitingCount >= MAX_WAITING) return Promise.reject(new ReceiptsFull("Too many receipts are waiting."));
      for (const receipt of receipts) lag.note(receipt, now());
      return new Promise((resolve, reject) => {
        waiting.push({ receipts, addedAtMs: now(), resolve, reject });
        waitingCount += receipts.length;
        flushing ??= flush();
      });
    },
    health(nowMs) {
      const oldest = committing[0] ?? waiting[0];
      const oldestMs = oldest === undefined ? 0 : nowMs - oldest.addedAtMs;
      const backlog = waitingCount + committing.reduce((sum, { receipts }) => sum + receipts.length, 0);
      return { lagMs: Math.round(Math.max(lag.worst(nowMs), oldestMs)), backlog };
    },
    async idle() {
      while (flushing !== null) await flushing;
    },
  };
}

const LAG_MEMORY_MS = 10_000;
/** Carriers tell times in whole seconds. */
const CLOCK_GRAIN_MS = 1_000;
const MAX_LAG_MS = 10 * 60_000;

/** The greatest "now minus the carrier's time" of the last seconds. */
function trackLag(): { note(receipt: IncomingReceipt, nowMs: number): void; worst(nowMs: number): number } {
  let worstMs = 0;
  let worstAt = 0;
  return {
    note({ carrierTimeMs, channel }, nowMs) {
      if (carrierTimeMs === null || channel === "sms") return; // SMSCs tell times in minutes, and nothing waits for them
      const lagMs = Math.min(MAX_LAG_MS, Math.max(0, nowMs - carrierTimeMs - CLOCK_GRAIN_MS));
      if (lagMs >= worstMs || nowMs - worstAt > LAG_MEMORY_MS) [worstMs, worstAt] = [lagMs, nowMs];
    },
    worst: (nowMs) => (nowMs - worstAt > LAG_MEMORY_MS ? 0 : worstMs),
  };
}
