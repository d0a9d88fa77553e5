export type FlowLimit = {
  /** Resolves with a function that gives the place back, or with null when the time is over first. */
  enter(deadlineMs: number): Promise<(() => void) | null>;
};

/**
 * The carrier's two limits on submits: how many may wait for their answer (window), and how many may leave in a
 * second. First come, first served.
 *
 * @param now a monotonic clock, milliseconds; deadlines are on the same clock
 */
export function limitFlow(window: number, ratePerSecond: number, now: () => number): FlowLimit {
  const intervalMs = 1_000 / ratePerSecond;
  const waiting: { readonly take: () => void; readonly deadlineMs: number }[] = [];
  let inside = 0;
  let nextStartMs = 0;

  const leave = (): void => {
    inside -= 1;
    waiting.shift()?.take();
  };
  const queue = (deadlineMs: number): Promise<boolean> =>
    new Promise((resolve) => {
      const entry = {
        deadlineMs,
        take: () => {
          clearTimeout(timer);
          inside += 1;
          resolve(true);
        },
      };
      const timer = setTimeout(
        () => {
          waiting.splice(waiting.indexOf(entry), 1);
          resolve(false);
        },
        Math.max(0, deadlineMs - now()),
      );
      waiting.push(entry);
    });

  return {
    async enter(deadlineMs) {
      if (inside < window) inside += 1;
      else if (!(await queue(deadlineMs))) return null;
      let left = false;
      const leaveOnce = (): void => {
        if (!left) leave();
        left = true;
      };
      const startMs = Math.max(now(), nextStartMs);
      if (startMs >= deadlineMs) {
        leaveOnce();
        return null;
      }
      nextStartMs = startMs + intervalMs;
      const waitMs = startMs - now();
      // Timers are no finer than a millisecond; shorter waits even out over the next ones.
      if (waitMs >= 1) await new Promise((resolve) => setTimeout(resolve, waitMs));
      return leaveOnce;
    },
  };
}
