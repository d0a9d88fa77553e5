import type pg from "pg";
import { pendingMigrations } from "../db/pending-migrations";
import { loopAges } from "../dispatch/loop-beats";
import { within } from "../within";
import type { Health } from "./serve-metrics";
import type { ConservationWatch } from "./watch-conservation";

/** Those whose steps are short; `listen` waits for a notification within its step, and says nothing by its silence. */
const WATCHED_LOOPS = ["sender", "planner", "timers", "recovery", "housekeeping", "smpp-beats"] as const;
/** A loop that has not come round for this long hangs, or fails again and again. */
export const LOOP_STALE_MS = 30_000;
const DATABASE_TIMEOUT_MS = 3_000;

export type WorkerFacts = {
  readonly sql: pg.Pool;
  readonly connections: () => number;
  readonly conservation: ConservationWatch;
  readonly loopAges?: () => ReadonlyMap<string, number>;
};

/**
 * Whether this worker does its work. `down` while the database is out of reach or a loop has stopped coming round; a worker waits for
 * its database by itself, so a supervisor should restart it for /health/live only, not for this.
 */
export async function checkWorker(facts: WorkerFacts): Promise<Health> {
  const ages = (facts.loopAges ?? loopAges)();
  const stuckLoops = WATCHED_LOOPS.filter((loop) => (ages.get(loop) ?? Number.POSITIVE_INFINITY) > LOOP_STALE_MS);
  const migrations = await within(DATABASE_TIMEOUT_MS, pendingMigrations(facts.sql)).catch(() => null);
  const { gap } = facts.conservation.view();
  const down = migrations === null || stuckLoops.length > 0;
  const degraded = (migrations ?? []).length > 0 || (gap ?? 0) > 0;
  return {
    status: down ? "down" : degraded ? "degraded" : "ok",
    database: migrations !== null,
    pendingMigrations: migrations,
    connections: facts.connections(),
    stuckLoops,
    conservationGap: gap,
  };
}
