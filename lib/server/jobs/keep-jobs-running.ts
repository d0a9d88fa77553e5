import type { Runner } from "graphile-worker";
import type { Logger } from "pino";
import { rest } from "../dispatch/run-loop";

const AGAIN_MS = 5_000;

/** The job runner gives up when the database goes away; this starts it again until the signal says stop. */
export async function keepJobsRunning(
  start: () => Promise<Runner>,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const runner = await start();
      const stop = (): void => void runner.stop().catch(() => undefined);
      signal.addEventListener("abort", stop, { once: true });
      if (signal.aborted) stop();
      await runner.promise;
      signal.removeEventListener("abort", stop);
    } catch (err) {
      logger.error({ err }, "the job runner ended; starting it again");
    }
    await rest(AGAIN_MS, signal);
  }
}
