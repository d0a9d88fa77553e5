/**
 * What one worker knows of the slots it has leased (see rate-slots.ts), and of the database's clock, on which they are. Its own clock is
 * monotonic; all arguments are on it unless they say otherwise.
 */
export type SlotPacer = {
  add(slice: { readonly firstMs: number; readonly slots: number; readonly intervalMs: number }): void;
  /** The database said `databaseMs` somewhere between the two. */
  noteClock(askedAtMs: number, answeredAtMs: number, databaseMs: number): void;
  /** Uses one slot whose time has come, if there is one. Slots whose time is over are gone. */
  use(nowMs: number): boolean;
  /** When the next slot may be used; null: there is none. */
  nextMs(nowMs: number): number | null;
  /** Slots that can still be used, now or later. */
  left(nowMs: number): number;
  /** How far ahead the last slot ends; 0 without any. */
  leadMs(nowMs: number): number;
  clear(): void;
};

/** A slot may be used so much later than its time, all told: with it a second never holds more than 1.01 of the rate, and one. */
const MAX_LATE_MS = 20;
const USUAL_LATE_MS = 18;
const MIN_LATE_MS = 2;
/** Clocks drift apart by less than half a millisecond in a second. */
const CLOCK_FRESH_MS = 10_000;

type Slice = { readonly firstMs: number; readonly intervalMs: number; readonly slots: number; used: number };
type Clock = { readonly offsetMs: number; readonly errorMs: number; readonly atMs: number };

export function createSlotPacer(): SlotPacer {
  let slices: Slice[] = [];
  let clock: Clock | null = null;

  const databaseNow = (nowMs: number): number => nowMs + (clock?.offsetMs ?? 0);
  /** The estimate lags behind the true clock by up to its error, so that much of the lateness is spent already. */
  const lateMs = (): number => Math.max(MIN_LATE_MS, Math.min(USUAL_LATE_MS, MAX_LATE_MS - (clock?.errorMs ?? 0)));
  /** The first slice with a slot that is not over; those before it are dropped. */
  const current = (nowMs: number): Slice | null => {
    const earliestMs = databaseNow(nowMs) - lateMs();
    for (;;) {
      const slice = slices[0];
      if (slice === undefined) return null;
      const over = Math.ceil((earliestMs - slice.firstMs) / slice.intervalMs);
      if (over > slice.used) slice.used = over;
      if (slice.used < slice.slots) return slice;
      slices.shift();
    }
  };
  return {
    add({ firstMs, slots, intervalMs }) {
      if (slots > 0) slices.push({ firstMs, intervalMs, slots, used: 0 });
    },
    noteClock(askedAtMs, answeredAtMs, databaseMs) {
      // The answer was given before it came: the true offset is at least this, and at most that.
      const [leastMs, mostMs] = [databaseMs - answeredAtMs, databaseMs - askedAtMs];
      const known = clock;
      const isStale = known === null || answeredAtMs - known.atMs > CLOCK_FRESH_MS || known.offsetMs > mostMs;
      if (known === null || isStale || leastMs >= known.offsetMs)
        clock = { offsetMs: leastMs, errorMs: mostMs - leastMs, atMs: answeredAtMs };
      else clock = { ...known, errorMs: Math.min(known.errorMs, mostMs - known.offsetMs) };
    },
    use(nowMs) {
      const slice = current(nowMs);
      if (slice === null || slice.firstMs + slice.used * slice.intervalMs > databaseNow(nowMs)) return false;
      slice.used += 1;
      return true;
    },
    nextMs(nowMs) {
      const slice = current(nowMs);
      if (slice === null) return null;
      return Math.max(nowMs, slice.firstMs + slice.used * slice.intervalMs - (clock?.offsetMs ?? 0));
    },
    left(nowMs) {
      current(nowMs);
      return slices.reduce((sum, slice) => sum + slice.slots - slice.used, 0);
    },
    leadMs(nowMs) {
      const last = slices.at(-1);
      return last === undefined ? 0 : Math.max(0, last.firstMs + last.slots * last.intervalMs - databaseNow(nowMs));
    },
    clear() {
      slices = [];
    },
  };
}
