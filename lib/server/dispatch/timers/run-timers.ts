import type { Sql } from "../../db/pool";
import { askEachShard, findShards } from "../ask-each-shard";
import type { DispatchDeps } from "../dispatch-deps";
import { beatIntake, readIntake } from "../receipts/beat-intake";
import { matchOrphans } from "../receipts/match-orphans";
import { runLoop, type WakeUp } from "../run-loop";
import { recoverAllBlocks } from "../sending/recover-blocks";
import { fireTimers, MEMBERS_AT_ONCE } from "./fire-timers";
import { completeCampaigns } from "../upkeep/complete-campaigns";
import { foldRollups } from "../upkeep/fold-rollups";
import { releaseStrayBlocks } from "../upkeep/release-stray-blocks";

type Health = (nowMs: number) => { readonly lagMs: number; readonly backlog: number };

/** Orphans are matched before timers fire: a delivery in the inbox is a delivery. */
export function runTimers(
  deps: DispatchDeps,
  shards: () => Promise<readonly number[]>,
  signal: AbortSignal,
  wake: WakeUp,
): Promise<void> {
  return runLoop("timers", { restMs: 150, logger: deps.logger, signal }, async () => {
    const intake = await readIntake(deps.sql);
    let judged = 0;
    for (const shard of await findShards(deps.sql, await shards(), (sql, shard) => isDue(sql, shard, deps.now()))) {
      await matchOrphans(deps.sql, shard, deps.now());
      judged += await fireTimers(deps, shard, intake);
    }
    if (judged > 0) wake.ring();
    // Those that come due within one rest share a decision's transaction, a block and a commit: a few at a time cost ten times as much.
    return judged >= MEMBERS_AT_ONCE;
  });
}

/** Whether a wait of this shard is over, or a receipt waits for its attempt. */
export async function isDue(sql: Sql, shard: number, nowMs: number): Promise<boolean> {
  const { rows } = await sql.query({
    name: "any-due",
    text: `SELECT EXISTS (SELECT FROM fallback_timer WHERE shard = $1 AND NOT held AND due_at <= to_timestamp($2::bigint / 1000.0))
             OR EXISTS (SELECT FROM orphan_receipt WHERE shard = $1) AS due`,
    values: [shard, Math.floor(nowMs)],
  });
  return rows[0]?.due === true;
}

/** What keeps the rest honest: dead leases, campaigns that are through, rollups, held blocks without a pause. */
export function runHousekeeping(
  deps: DispatchDeps,
  shards: () => Promise<readonly number[]>,
  signal: AbortSignal,
): Promise<void> {
  return runLoop("housekeeping", { restMs: 1_000, logger: deps.logger, signal }, async () => {
    const all = await shards();
    await recoverAllBlocks(deps, all);
    await askEachShard(deps.sql, all, releaseStrayBlocks);
    await completeCampaigns(deps);
    await foldRollups(deps.sql);
    return false;
  });
}

/** SMPP receipts come over our own sessions: each that is bound takes them in. */
export function runSmppBeats(deps: DispatchDeps, health: Health, signal: AbortSignal): Promise<void> {
  return runLoop("smpp-beats", { restMs: 1_000, logger: deps.logger, signal }, async () => {
    await deps.connections.refresh();
    const { lagMs, backlog } = health(deps.now());
    const up = deps.connections.all().filter((connection) => connection.isUp?.() === true);
    await beatIntake(
      deps.sql,
      up.map(({ id, channel }) => ({ source: `smpp:${id}`, channel, lagMs, backlog })),
    );
    return false;
  });
}
