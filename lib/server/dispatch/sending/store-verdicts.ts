import type pg from "pg";
import { foldOutcome } from "@/lib/domain/dispatch/attempt-state";
import { ATTEMPT_STATUS_CODE } from "@/lib/domain/vocabulary";
import { attemptKeyText, lockAttempts, type AttemptRow } from "../attempt-rows";
import { insertAttempts, updateAttempts } from "../write-attempts";
import { plainArray, textArray } from "../../db/array-literal";
import { insertTimers, type FallbackTimer } from "../fallback-timers";
import { isLateDelivery } from "../receipts/fold-receipts";
import { matchOrphansOf } from "../receipts/match-orphans";
import { createRollupBatch } from "../rollup-batch";
import type { EndedSend, Verdict } from "./judge-outcome";

export type JudgedSend = EndedSend & { readonly verdict: Verdict };

/** Attempts as their sends' outcomes make them, and those of them that were not there yet. */
export type StoredAttempts = { readonly attempts: readonly AttemptRow[]; readonly inserted: ReadonlySet<string> };

/** The first half of {@link storeVerdicts}; outcomes are facts, whoever holds the block. */
export async function storeAttempts(
  sql: pg.PoolClient,
  shard: number,
  judged: readonly JudgedSend[],
): Promise<StoredAttempts> {
  const attempts = judged.flatMap(({ verdict }) => (verdict.attempt === null ? [] : [verdict.attempt]));
  return { attempts, inserted: await insertAttempts(sql, shard, attempts) };
}

/**
 * Writes down what sends came to beside their attempts: carrier's ids, timers before fallback, blocks for another try. Set-based;
 * within the caller's transaction. All of `judged` are of one account, campaign, step and try.
 *
 * @param correlates the carrier echoes our reference, so its ids need no place of their own
 */
export async function storeVerdicts(
  sql: pg.PoolClient,
  shard: number,
  judged: readonly JudgedSend[],
  stored: StoredAttempts,
  correlates: boolean,
  nowMs: number,
): Promise<void> {
  if (judged.length === 0) return;
  const carrierIds = correlates ? [] : insertCarrierRefs(sql, shard, judged);
  const [ids] = await Promise.all([
    carrierIds,
    insertTimers(sql, shard, timersOf(judged)),
    insertRetryBlocks(sql, shard, judged, nowMs),
    countAttempts(sql, shard, stored),
  ]);
  await matchOrphansOf(sql, shard, judged[0]?.connectionId ?? "", ids, nowMs);
}

/** What is there already is merged first, and read again for who was reached twice: each sees what the one before has written. */
async function countAttempts(sql: pg.PoolClient, shard: number, { attempts, inserted }: StoredAttempts): Promise<void> {
  const rollups = createRollupBatch();
  for (const attempt of attempts) if (inserted.has(attemptKeyText(attempt))) rollups.move(null, attempt);
  const beaten = attempts.filter((attempt) => !inserted.has(attemptKeyText(attempt)));
  for (const [before, after] of await mergeOutcomes(sql, shard, beaten)) rollups.move(before, after);
  for (const [before, after] of await markDoubleReach(sql, shard, attempts)) rollups.move(before, after);
  await rollups.write(sql);
}

type Change = readonly [before: AttemptRow, after: AttemptRow];

/** Receipts came first (or the lease was lost and recovery wrote "unknown"): both sides only add to what is known. */
async function mergeOutcomes(sql: pg.PoolClient, shard: number, beaten: readonly AttemptRow[]): Promise<Change[]> {
  if (beaten.length === 0) return [];
  const stored = await lockAttempts(
    sql,
    shard,
    beaten.map((attempt) => attempt.messageId),
  );
  const byKey = new Map(stored.map((attempt) => [attemptKeyText(attempt), attempt]));
  const changes = beaten.flatMap((outcome): Change[] => {
    const before = byKey.get(attemptKeyText(outcome));
    if (before === undefined) return [];
    const state = foldOutcome(before, {
      status: outcome.status as "accepted" | "refused" | "unknown" | "not_sent",
      parts: outcome.parts,
      atMs: outcome.outcomeAtMs ?? outcome.sentAtMs,
      code: outcome.errorCode,
      carrierId: outcome.carrierId,
    });
    const { segments, priceMicros, connectionId, detail } = outcome;
    return [[before, { ...before, ...state, segments, priceMicros, connectionId, detail }]];
  });
  await updateAttempts(
    sql,
    shard,
    changes.map(([, after]) => after),
  );
  return changes;
}

/** The other half of {@link isLateDelivery}: the channel before may have delivered while this one was being sent. */
async function markDoubleReach(sql: pg.PoolClient, shard: number, attempts: readonly AttemptRow[]): Promise<Change[]> {
  const taken = attempts.filter(
    ({ step, status }) => step > 0 && ATTEMPT_STATUS_CODE[status] >= ATTEMPT_STATUS_CODE.accepted,
  );
  if (taken.length === 0) return [];
  const all = await lockAttempts(
    sql,
    shard,
    taken.map((attempt) => attempt.messageId),
  );
  const changes = all
    .filter((attempt) => isLateDelivery(attempt, all))
    .map((attempt): Change => [attempt, { ...attempt, doubleReach: true }]);
  await updateAttempts(
    sql,
    shard,
    changes.map(([, after]) => after),
  );
  return changes;
}

/** Ends of one sub-batch lie within a second: one timer, due with the last of them. */
function timersOf(judged: readonly JudgedSend[]): FallbackTimer[] {
  const timers = new Map<string, { dueAtMs: number; readonly members: string[]; readonly first: JudgedSend }>();
  for (const send of judged) {
    const { timer } = send.verdict;
    if (timer === null) continue;
    const key = `${timer.trigger}:${timer.waitS}:${Math.floor(timer.dueAtMs / 1_000)}`;
    const known = timers.get(key) ?? { dueAtMs: 0, members: [], first: send };
    known.dueAtMs = Math.max(known.dueAtMs, timer.dueAtMs);
    known.members.push(send.item.messageId);
    timers.set(key, known);
  }
  return [...timers.values()].flatMap(({ dueAtMs, members, first: { item, verdict } }): FallbackTimer[] => {
    if (verdict.timer === null) return [];
    const { accountId, campaignId, step } = item;
    const { trigger, waitS } = verdict.timer;
    return [{ accountId, campaignId, step, trigger, waitS, dueAtMs, members }];
  });
}

/** Rounded up to whole seconds, so that a sub-batch comes back as a block or two. */
async function insertRetryBlocks(
  sql: pg.PoolClient,
  shard: number,
  judged: readonly JudgedSend[],
  nowMs: number,
): Promise<void> {
  type Group = { readonly delayMs: number; readonly held: boolean; readonly tried: readonly string[] };
  const groups = new Map<string, Group & { readonly sends: JudgedSend[] }>();
  for (const send of judged) {
    const { retry } = send.verdict;
    if (retry === null) continue;
    const delayMs = Math.ceil(retry.delayMs / 1_000) * 1_000;
    const tried = retry.tried ?? [];
    const key = `${delayMs}:${retry.heldBy !== null}:${tried.join(",")}`;
    const group = groups.get(key) ?? { delayMs, held: retry.heldBy !== null, tried, sends: [] };
    group.sends.push(send);
    groups.set(key, group);
  }
  for (const { delayMs, held, tried, sends } of groups.values()) {
    const block = sends[0]?.item.block;
    if (block === undefined) continue;
    await insertMemberBlock(sql, shard, {
      ...{ accountId: block.accountId, campaignId: block.campaignId, step: block.step, lane: block.lane },
      ...{ try: block.try + 1, held, tried, availableAtMs: nowMs + delayMs },
      members: sends.map(({ item }) => item.messageId),
    });
  }
}

/** A block of given messages: another try, or the next step. */
export async function insertMemberBlock(
  sql: pg.PoolClient,
  shard: number,
  block: {
    readonly accountId: string;
    readonly campaignId: string | null;
    readonly step: number;
    readonly try: number;
    readonly lane: number;
    readonly held: boolean;
    readonly availableAtMs: number;
    /** Connections that could not take them just now. */
    readonly tried?: readonly string[];
    readonly members: readonly string[];
  },
): Promise<void> {
  await sql.query({
    name: "insert-member-block",
    text: `INSERT INTO block (shard, id, account_id, campaign_id, step, try, lane, state, available_at, first_id, size, members, tried_connections)
           VALUES ($1::smallint, next_block_id($1::smallint), $2, $3, $4, $5, $6, $7, to_timestamp($8::bigint / 1000.0),
             ($9::bigint[])[1], cardinality($9::bigint[]), $9::bigint[], $10::uuid[])`,
    values: [
      ...[shard, block.accountId, block.campaignId, block.step, block.try, block.lane],
      ...[block.held ? 3 : 0, Math.round(block.availableAtMs), block.members],
      (block.tried ?? []).length === 0 ? null : block.tried,
    ],
  });
}

async function insertCarrierRefs(sql: pg.PoolClient, shard: number, judged: readonly JudgedSend[]): Promise<string[]> {
  const refs = judged.flatMap(({ item, connectionId, verdict }) =>
    verdict.carrierIds.map((carrierId, part) => ({ item, connectionId, carrierId, part })),
  );
  if (refs.length === 0) return [];
  const carrierIds = refs.map(({ carrierId }) => carrierId);
  await sql.query({
    name: "insert-carrier-refs",
    text: `INSERT INTO carrier_ref (shard, connection_id, carrier_id, message_id, step, try, part)
           SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::bigint[], $5::smallint[], $6::smallint[], $7::smallint[])
           ON CONFLICT DO NOTHING`,
    values: [
      ...[shard, plainArray(refs.map(({ connectionId }) => connectionId)), textArray(carrierIds)],
      ...[plainArray(refs.map(({ item }) => item.messageId)), plainArray(refs.map(({ item }) => item.step))],
      ...[plainArray(refs.map(({ item }) => item.try)), plainArray(refs.map(({ part }) => part))],
    ],
  });
  return carrierIds;
}
