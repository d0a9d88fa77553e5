import type { DispatchDeps } from "../dispatch-deps";
import { runLoop } from "../run-loop";
import { analyseNewPartitions } from "./analyse-new-partitions";
import { dropOldPartitions } from "./drop-old-partitions";
import { dropOldApiRequests } from "./drop-old-rows";
import { findPartitionGaps, keepPartitions } from "./keep-partitions";

type Deps = Pick<DispatchDeps, "sql" | "logger" | "now">;

const HOUR_MS = 3_600_000;

/**
 * Partitions are made ahead, analysed as they fill, and dropped when their time is over. A loop of its own: dropping waits for whoever
 * still reads the month.
 *
 * @param keepMonths 0: nothing is dropped
 */
export function runPartitions(deps: Deps, keepMonths: number, signal: AbortSignal): Promise<void> {
  let aheadAtMs = Number.NEGATIVE_INFINITY;
  let droppedAtMs = Number.NEGATIVE_INFINITY;
  return runLoop("partitions", { restMs: 2_000, logger: deps.logger, signal }, async () => {
    const nowMs = deps.now();
    await mendGaps(deps);
    await analyseNewPartitions(deps.sql);
    if (nowMs - aheadAtMs >= HOUR_MS) {
      const made = await keepPartitions(deps.sql, nowMs);
      if (made > 0) deps.logger.info({ made }, "made partitions for the months to come");
      aheadAtMs = nowMs;
    }
    if (nowMs - droppedAtMs >= HOUR_MS) {
      await dropOldPartitions(deps, keepMonths);
      await dropOldApiRequests(deps.sql);
      droppedAtMs = nowMs;
    }
    return false;
  });
}

/** A month without its partition stops planning and the API. It takes a worker that was away for months, or a hand in the database. */
export async function mendGaps(deps: Deps): Promise<readonly string[]> {
  const gaps = await findPartitionGaps(deps.sql, deps.now());
  if (gaps.length === 0) return gaps;
  deps.logger.error({ tables: gaps }, "there was no partition for today; making it now");
  await keepPartitions(deps.sql, deps.now());
  return gaps;
}
