import type { Logger } from "pino";
import { isDatabaseAway } from "../lib/server/db/is-database-away";
import { EnvError, readEnv } from "../lib/server/env";
import { logger } from "../lib/server/logger";
import { startWorker, type RunningWorker } from "./start-worker";

/**
 * The dispatch service: sends, takes SMPP receipts, falls back; imports and upkeep. Ends on SIGTERM and SIGINT, and when its parent
 * is gone, after the sends on the wire have been written down.
 */
async function main(): Promise<void> {
  process.env.KAMURJ_PROCESS ??= "worker";
  const env = readEnv(process.env);
  const log = logger();
  process.on("unhandledRejection", (error) => survive(error, log));
  const worker = await startWorker(env, log);
  const stop = (why: string): void => void end(worker, why);
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => stop("SIGINT"));
  process.on("disconnect", () => stop("the parent is gone"));
  process.send?.({ ready: true, metricsPort: worker.metricsPort });
  log.info({ metricsPort: worker.metricsPort }, "worker is up");
}

/**
 * The job runner notes a job's end without waiting for it; where the database is away just then, nobody would catch that. It comes
 * back and so does the runner (keep-jobs-running.ts). Whatever else nobody caught ends the process, as always.
 */
function survive(error: unknown, log: Logger): void {
  if (!isDatabaseAway(error)) throw error;
  log.error({ err: error }, "the database went away under something that nobody waited for");
}

/** Longer than any wire call, so that a clean stop leaves nothing unknown. */
const HARD_STOP_MS = 18_000;
let ending = false;

async function end(worker: RunningWorker, why: string): Promise<void> {
  if (ending) return;
  ending = true;
  logger().info({ why }, "stopping: what is on the wire is finished first");
  setTimeout(() => process.exit(1), HARD_STOP_MS).unref();
  await worker.stop();
  process.exit(0);
}

main().catch((error: unknown) => {
  const message = error instanceof EnvError || error instanceof Error ? error.message : String(error);
  if (process.send) process.send({ failed: message }, () => process.exit(1));
  else {
    process.stderr.write(`${message}\n`);
    process.exit(1);
  }
});
