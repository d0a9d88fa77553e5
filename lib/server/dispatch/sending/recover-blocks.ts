import type pg from "pg";
import { BLANK_ATTEMPT } from "@/lib/domain/dispatch/attempt-state";
import { afterUnknown, DEFAULT_WAIT_S } from "@/lib/domain/dispatch/dispatch-policy";
import { LANE, ROUTES, type Category, type RouteKey } from "@/lib/domain/vocabulary";
import { rangeOf, type AttemptRow } from "../attempt-rows";
import { insertAttempts } from "../write-attempts";
import { noteRecovered } from "../../metrics/note-sends";
import type { Sql } from "../../db/pool";
import { findShards } from "../ask-each-shard";
import type { DispatchDeps } from "../dispatch-deps";
import { gatherTimers, insertTimers } from "../fallback-timers";
import { createRollupBatch } from "../rollup-batch";
import { failpoint } from "../failpoint";
import { runTransaction } from "../run-transaction";

const AT_ONCE = 100;

/**
 * Takes over blocks whose worker is gone (its lease ran out). What lies beyond the cursor is untouched and goes back into the queue.
 * Members with an intent and no outcome may or may not have left: they become unknown, by id, and are never simply queued again;
 * what follows for them is their category's rule.
 *
 * All of a dead worker's blocks, however many: a queue of single messages may have left it with thousands.
 *
 * @returns how many members became unknown
 */
export async function recoverBlocks(deps: DispatchDeps, shard: number): Promise<number> {
  let unknown = 0;
  for (;;) {
    const taken = await recoverSome(deps, shard);
    unknown += taken.unknown;
    noteRecovered(taken.unknown);
    if (taken.blocks < AT_ONCE) return unknown;
  }
}

type Taken = { readonly blocks: number; readonly unknown: number };

/** The same on every shard that has such a block. */
export async function recoverAllBlocks(deps: DispatchDeps, shards: readonly number[]): Promise<number> {
  let unknown = 0;
  for (const shard of await findShards(deps.sql, shards, hasDeadLease)) unknown += await recoverBlocks(deps, shard);
  return unknown;
}

async function hasDeadLease(sql: Sql, shard: number): Promise<boolean> {
  const { rowCount } = await sql.query({
    name: "any-dead-lease",
    text: "SELECT 1 FROM block WHERE shard = $1 AND state = 1 AND lease_until < clock_timestamp() LIMIT 1",
    values: [shard],
  });
  return rowCount !== 0;
}

async function recoverSome(deps: DispatchDeps, shard: number): Promise<Taken> {
  if (!(await hasDeadLease(deps.sql, shard))) return { blocks: 0, unknown: 0 };
  return runTransaction(deps.sql, async (sql) => {
    const { rows } = await sql.query(
      `SELECT b.id, b.account_id, b.campaign_id, b.step, b.try, b.in_flight, b.connection_id, a.unknown_is_undelivered
       FROM block b JOIN account a ON a.id = b.account_id
       WHERE b.shard = $1 AND b.state = 1 AND b.lease_until < clock_timestamp()
       ORDER BY b.id LIMIT $2 FOR UPDATE OF b SKIP LOCKED`,
      [shard, AT_ONCE],
    );
    let unknown = 0;
    for (const row of rows) unknown += await declareUnknown(sql, deps, shard, row);
    await sql.query(
      `UPDATE block SET state = CASE WHEN cursor < size THEN 0 ELSE 2 END, owner = NULL, lease_until = NULL, epoch = epoch + 1,
         in_flight = '{}'
       WHERE shard = $1 AND id = ANY($2::bigint[])`,
      [shard, rows.map((row) => row.id)],
    );
    if (unknown > 0) failpoint("recovery.before");
    if (rows.length > 0)
      deps.logger.warn({ shard, blocks: rows.length, unknown }, "took over blocks of a worker that is gone");
    return { blocks: rows.length, unknown };
  });
}

type Row = Record<string, unknown>;

async function declareUnknown(sql: pg.PoolClient, deps: DispatchDeps, shard: number, block: Row): Promise<number> {
  const members = (block.in_flight as unknown[]).map(String);
  if (members.length === 0) return 0;
  const { rows } = await sql.query(
    `SELECT m.id, m.country, coalesce(m.category, c.category) AS category, coalesce(m.route, c.route) AS route,
       coalesce(m.wait_s, c.wait_s) AS wait_s
     FROM message m LEFT JOIN campaign c ON c.account_id = m.account_id AND c.id = m.campaign_id
     WHERE m.shard = $1 AND m.id = ANY($2::bigint[]) AND m.id BETWEEN $3 AND $4`,
    [shard, members, ...rangeOf(members)],
  );
  const nowMs = deps.now();
  const attempts = rows.map((row) => unknownAttempt(shard, block, row, nowMs));
  const inserted = await insertAttempts(sql, shard, attempts);
  const rollups = createRollupBatch();
  for (const attempt of attempts) {
    if (inserted.has(`${attempt.messageId}.${attempt.step}.${attempt.try}`)) rollups.move(null, attempt);
  }
  await rollups.write(sql);
  const policy = { unknownIsUndelivered: block.unknown_is_undelivered === true };
  const singles = rows.flatMap((row) => {
    const { accountId, campaignId, step, messageId } = unknownAttempt(shard, block, row, nowMs);
    if (step + 1 >= ROUTES[row.route as RouteKey].length) return [];
    const category = row.category as Category;
    const { waitS } = afterUnknown(category, policy, Number(row.wait_s ?? DEFAULT_WAIT_S[category]));
    return [
      { accountId, campaignId, step, messageId, trigger: "unknown" as const, waitS, dueAtMs: nowMs + waitS * 1_000 },
    ];
  });
  await insertTimers(sql, shard, gatherTimers(singles));
  return members.length;
}

function unknownAttempt(shard: number, block: Row, message: Row, nowMs: number): AttemptRow {
  const step = Number(block.step);
  const channel = ROUTES[message.route as RouteKey][step];
  if (channel === undefined) throw new Error(`Route ${String(message.route)} has no step ${step}.`);
  return {
    ...BLANK_ATTEMPT,
    errorCode: "worker_died",
    outcomeAtMs: nowMs,
    shard,
    messageId: String(message.id),
    step,
    try: Number(block.try),
    channel,
    accountId: String(block.account_id),
    campaignId: block.campaign_id === null ? null : String(block.campaign_id),
    connectionId: block.connection_id === null ? NO_CONNECTION : String(block.connection_id),
    country: String(message.country),
    category: LANE[message.category as Category],
    segments: 0,
    priceMicros: 0,
    sentAtMs: nowMs,
    doubleReach: false,
    detail: null,
  };
}

const NO_CONNECTION = "00000000-0000-0000-0000-000000000000";
