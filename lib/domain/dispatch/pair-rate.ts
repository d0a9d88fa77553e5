/** One message in six seconds from a number to a person (WhatsApp, error 131056), and a little for the way. */
export const PAIR_GAP_MS = 6_100;

/** Who was written to within the gap. Its size is what is sent in two gaps; nothing is swept one by one. */
export type PairWindow = {
  /** How long until this person may be written to again; 0: now. */
  waitMs(to: string, nowMs: number): number;
  note(to: string, nowMs: number): void;
  /** The carrier did not take it. */
  forget(to: string): void;
};

export function createPairWindow(gapMs: number): PairWindow {
  let current = new Map<string, number>();
  let before = new Map<string, number>();
  let turnedAtMs = Number.NEGATIVE_INFINITY;
  return {
    waitMs(to, nowMs) {
      const last = current.get(to) ?? before.get(to);
      return last === undefined ? 0 : Math.max(0, last + gapMs - nowMs);
    },
    note(to, nowMs) {
      if (nowMs - turnedAtMs >= gapMs) {
        before = nowMs - turnedAtMs >= 2 * gapMs ? new Map() : current;
        current = new Map();
        turnedAtMs = nowMs;
      }
      current.set(to, nowMs);
    },
    forget(to) {
      current.delete(to);
      before.delete(to);
    },
  };
}
