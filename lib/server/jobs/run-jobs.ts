import { Logger as WorkerLogger, run, type Runner } from "graphile-worker";
import type { Logger } from "pino";
import { createTasks, CRONTAB, type JobDeps } from "./tasks";

/** Starts graphile-worker on the process's pool; it makes and migrates its own schema. Stop it with `stop()`. */
export function runJobs(deps: JobDeps): Promise<Runner> {
  return run({
    pgPool: deps.sql,
    taskList: createTasks(deps),
    crontab: CRONTAB,
    concurrency: 2,
    pollInterval: 2_000,
    // The process has its own way to stop: sends on the wire first.
    noHandleSignals: true,
    logger: toWorkerLogger(deps.logger),
  });
}

function toWorkerLogger(logger: Logger): WorkerLogger {
  return new WorkerLogger((scope) => (level, message) => {
    if (level === "error") logger.error({ ...scope }, message);
    else if (level === "warning") logger.warn({ ...scope }, message);
    else logger.debug({ ...scope }, message);
  });
}
