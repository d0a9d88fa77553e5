import type { Logger } from "pino";
import { beat } from "./loop-beats";

/**
 * Runs `step` again and again until the signal says stop. A step that did something is followed at once by the next, one that did
 * nothing by a rest; a failing one (the database is away) by a growing rest, and the loop goes on by itself when it works again.
 *
 * @param step resolves true if there may be more to do
 * @param options.calmMs a rest is at least so long, however often it is cut short: looking costs the database more than what comes of it
 */
export async function runLoop(
  name: string,
  options: {
    readonly restMs: number;
    readonly calmMs?: number;
    readonly logger: Logger;
    readonly signal: AbortSignal;
    readonly wake?: WakeUp;
  },
  step: () => Promise<boolean>,
): Promise<void> {
  const { restMs, calmMs = 0, logger, signal, wake } = options;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const more = await step();
      beat(name);
      if (failures > 0) logger.info({ loop: name }, "works again");
      failures = 0;
      if (!more) await restAtLeast(calmMs, restMs, signal, wake);
    } catch (err) {
      failures += 1;
      if (failures === 1 || failures % 30 === 0) logger.error({ err, loop: name, failures }, "a loop's step failed");
      await rest(Math.min(MAX_REST_MS, FIRST_REST_MS * 2 ** Math.min(failures, 10)), signal);
    }
  }
}

const FIRST_REST_MS = 100;
const MAX_REST_MS = 5_000;

/** Cuts a rest short. Several calls during one rest are one. */
export type WakeUp = { ring(): void; onRing(listener: () => void): () => void };

export function createWakeUp(): WakeUp {
  const listeners = new Set<() => void>();
  return {
    ring: () => listeners.forEach((listener) => listener()),
    onRing(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function restAtLeast(leastMs: number, mostMs: number, signal: AbortSignal, wake?: WakeUp): Promise<void> {
  let hasRung = false;
  const unlisten = wake?.onRing(() => (hasRung = true));
  if (leastMs > 0) await rest(leastMs, signal);
  unlisten?.();
  if (!hasRung) await rest(mostMs - leastMs, signal, wake);
}

export function rest(ms: number, signal: AbortSignal, wake?: WakeUp): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      unlisten?.();
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
    const unlisten = wake?.onRing(done);
  });
}
