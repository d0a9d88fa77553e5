import type pg from "pg";
import { isFallbackOn } from "@/lib/domain/dispatch/dispatch-policy";
import type { CampaignStatus } from "@/lib/domain/vocabulary";
import type { LiveConnection } from "../../connections/connection-registry";
import { noteTurn } from "../../metrics/note-sends";
import type { DispatchDeps } from "../dispatch-deps";
import { failpoint } from "../failpoint";
import { maySend, readGate, readPermission, type Permission } from "../read-gate";
import { createRollupBatch } from "../rollup-batch";
import { runTransaction, takeSharedPermissionLock } from "../run-transaction";
import { suppress } from "../suppress";
import { suppressionByCode } from "../receipts/fold-receipts";
import { chooseHopeless, goOnByMemory, type Passed } from "./go-on-by-memory";
import { judgeOutcome, type EndedSend, type Verdict } from "./judge-outcome";
import { planFailover } from "./plan-failover";
import type { LeasedBlock } from "./claim-blocks";
import { renderItem, type RenderedItem, type SendItem } from "./load-items";
import { storeAttempts, storeVerdicts, type JudgedSend } from "./store-verdicts";
import type { PriceRow } from "@/lib/domain/pricing/price";

/** What this worker knows of a block it holds, beyond the row. */
export type HeldBlock = { readonly block: LeasedBlock; cursor: number; readonly inFlight: Set<string> };

export type Turn = {
  readonly scope: { readonly shard: number; readonly accountId: string; readonly campaignId: string | null };
  readonly connection: LiveConnection;
  readonly held: ReadonlyMap<string, HeldBlock>;
  readonly ended: readonly EndedSend[];
  /** The next members, in order. */
  readonly wanted: readonly SendItem[];
  readonly prices: readonly PriceRow[];
  /** No further turn follows for blocks without anything in flight: give them back. */
  readonly closing: boolean;
};

export type TurnResult = {
  /** Their intent has committed: these, and only these, may now be sent. */
  readonly go: readonly RenderedItem[];
  /** Somebody else holds them now. */
  readonly lost: ReadonlySet<string>;
  /** Permission has gone for the campaign as a whole. */
  readonly stopped: CampaignStatus | null;
  readonly judged: readonly JudgedSend[];
};

/**
 * One commit for three things: what sends came to, the waits that begin with it, and the intent for the next sub-batch.
 *
 * The intent re-reads permission under the account's shared lock, so nothing moves to dispatching once a withdrawal has committed.
 * It names owner and epoch: a worker that has lost its lease finds no row and sends nothing. Outcomes are facts and are stored
 * whoever holds the block.
 */
export async function commitTurn(deps: DispatchDeps, turn: Turn): Promise<TurnResult> {
  await recordRefusalsByPerson(deps, turn);
  const result = await runTransaction(deps.sql, async (sql) => {
    const { shard, accountId } = turn.scope;
    const locked = takeSharedPermissionLock(sql, accountId);
    const [permission] = await Promise.all([readPermissionOf(sql, turn), locked]);
    const { gate } = permission;
    const failOver = planFailover(deps, turn.connection);
    const judged = turn.ended.map((ended) => ({
      ...ended,
      verdict: failOver(ended, judgeOutcome(ended, gate.policy)),
    }));
    const stopped = maySend(gate) ? null : gate.campaignStatus;
    const passed = stopped === null ? await chooseHopeless(sql, turn.wanted, gate) : [];
    const { go, skipped } =
      stopped === null ? chooseItems(turn, permission, passed, deps.now()) : { go: [], skipped: [] };
    const advanced = stopped === null ? turn.wanted : [];
    const [{ lost, inFlight }, attempts] = await Promise.all([
      advanceBlocks(sql, deps, turn, { go, advanced, stopped }),
      storeAttempts(sql, shard, judged),
    ]);
    const kept = go.filter(({ item }) => !lost.has(item.block.id));
    await storeSkips(
      sql,
      shard,
      skipped.filter(({ item }) => !lost.has(item.block.id)),
      deps.now(),
    );
    const goingOn = passed.filter(({ item }) => !lost.has(item.block.id) && !skipped.some((one) => one.item === item));
    await goOnByMemory(sql, shard, goingOn, gate, deps.now());
    const stored = judged.map((send) => ({
      ...send,
      verdict: onlyOnce(send.verdict, inFlight.get(send.item.block.id)?.has(send.item.messageId), lost, send.item),
    }));
    const { correlate } = turn.connection.connector.capabilities;
    await storeVerdicts(sql, shard, stored, attempts, correlate, deps.now());
    if (stored.length > 0) failpoint("outcome.before");
    return { go: kept, lost, stopped, judged };
  });
  if (turn.ended.length > 0) failpoint("outcome.after");
  noteTurn(deps.logger, turn.ended, result);
  return result;
}

/**
 * What follows an outcome follows once. Of a lost block, recovery has called the in-flight members unknown: it, not we, says what
 * happens to them. And whoever is no longer in flight has had this outcome stored by a commit whose answer was lost on the way (the
 * database went down): another block for it would be a second send.
 */
function onlyOnce(verdict: Verdict, inFlight: boolean | undefined, lost: ReadonlySet<string>, item: SendItem): Verdict {
  if (lost.has(item.block.id)) return { ...verdict, retry: null };
  return inFlight === true ? verdict : { ...verdict, retry: null, timer: null };
}

/** Before the outcome is stored, in a transaction of its own: the exclusive lock must not be asked for while the shared one is held. */
async function recordRefusalsByPerson(deps: DispatchDeps, turn: Turn): Promise<void> {
  const said = turn.ended.flatMap((ended) => {
    if (ended.outcome.kind !== "refused") return [];
    const { refusedByPerson } = judgeOutcome(ended, { unknownIsUndelivered: false });
    return refusedByPerson === null
      ? []
      : [suppressionByCode(ended.item.e164, ended.item.channel, refusedByPerson, null)];
  });
  await suppress(deps.sql, turn.scope.accountId, said);
}

type Skip = { readonly item: SendItem; readonly reason: string };

/** All of `wanted` are of one channel and category. */
async function readPermissionOf(sql: pg.PoolClient, { scope, wanted }: Turn): Promise<Permission> {
  const first = wanted[0];
  if (first === undefined) {
    const gate = await readGate(sql, scope.accountId, scope.campaignId);
    return { gate, suppressed: new Map(), delivered: new Set() };
  }
  return readPermission(sql, {
    ...scope,
    channel: first.channel,
    category: first.category,
    e164s: wanted.map((item) => item.e164),
    laterIds: wanted.flatMap((item) => (item.step > 0 ? [item.messageId] : [])),
  });
}

function chooseItems(
  { wanted, prices }: Turn,
  permission: Permission,
  passed: readonly Passed[],
  nowMs: number,
): { readonly go: RenderedItem[]; readonly skipped: Skip[] } {
  const go: RenderedItem[] = [];
  const skipped: Skip[] = [];
  const hopeless = new Set(passed.map(({ item }) => item));
  for (const item of wanted) {
    const reason = whyNot(item, permission);
    if (reason === null && hopeless.has(item)) continue;
    const rendered = reason === null ? renderItem(item, prices, nowMs) : null;
    if (rendered !== null) go.push(rendered);
    else skipped.push({ item, reason: reason ?? "missing_values" });
  }
  return { go, skipped };
}

/** A delivery that came after the decision and before this intent: the next channel is not used after all. */
function whyNot(item: SendItem, { gate, suppressed, delivered }: Permission): string | null {
  const suppression = suppressed.get(item.e164);
  if (suppression !== undefined) return suppression;
  if (item.step === 0) return null;
  if (delivered.has(item.messageId)) return "delivered";
  return isFallbackOn(item.mode, gate.policy) ? null : "switch_off";
}

const READY = 0;
const LEASED = 1;
const DONE = 2;
const HELD = 3;
const CANCELLED = 4;

type Advanced = {
  /** Somebody else holds them now. */
  readonly lost: ReadonlySet<string>;
  /** Of each block still held: who was in flight before this turn, by the last commit. */
  readonly inFlight: ReadonlyMap<string, ReadonlySet<string>>;
};

type BlockChange = {
  readonly go: readonly RenderedItem[];
  readonly advanced: readonly SendItem[];
  readonly stopped: CampaignStatus | null;
};

/** Each held block as it is to stand after this turn. */
function recordsOf({ held, ended, closing }: Turn, { go, advanced, stopped }: BlockChange): BlockRecord[] {
  const inFlight = new Map([...held].map(([id, block]) => [id, new Set(block.inFlight)]));
  const moved = new Map<string, number>();
  for (const { item } of ended) inFlight.get(item.block.id)?.delete(item.messageId);
  for (const { item } of go) inFlight.get(item.block.id)?.add(item.messageId);
  for (const { block } of advanced) moved.set(block.id, (moved.get(block.id) ?? 0) + 1);
  return [...held.values()].map(({ block, cursor }) => {
    const open = inFlight.get(block.id) ?? new Set<string>();
    const next = cursor + (moved.get(block.id) ?? 0);
    const state = stateAfter(next >= block.members.length, open.size > 0, stopped, closing);
    return { id: block.id, epoch: block.epoch, cursor: next, in_flight: [...open], state };
  });
}

type BlockRecord = {
  readonly id: string;
  readonly epoch: number;
  readonly cursor: number;
  readonly in_flight: readonly string[];
  readonly state: number;
};

async function advanceBlocks(
  sql: pg.PoolClient,
  deps: DispatchDeps,
  turn: Turn,
  change: BlockChange,
): Promise<Advanced> {
  const records = recordsOf(turn, change);
  if (records.length === 0) return { lost: new Set(), inFlight: new Map() };
  const { rows } = await sql.query({
    name: "advance-blocks",
    text: `WITH x AS (
             SELECT * FROM jsonb_to_recordset($3::jsonb)
               AS x(id bigint, epoch integer, cursor integer, in_flight bigint[], state smallint)),
           held AS (
             SELECT b.id, b.in_flight FROM block b JOIN x ON b.id = x.id AND b.epoch = x.epoch
             WHERE b.shard = $1 AND b.owner = $2 AND b.state = 1 ORDER BY b.id FOR UPDATE OF b)
           UPDATE block b SET cursor = x.cursor, in_flight = x.in_flight, state = x.state, connection_id = $5,
             owner = CASE WHEN x.state = 1 THEN b.owner END,
             lease_until = CASE WHEN x.state = 1 THEN statement_timestamp() + $4 * interval '1 millisecond' END
           FROM x JOIN held ON held.id = x.id
           WHERE b.shard = $1 AND b.id = x.id
           RETURNING b.id, array_to_string(held.in_flight, ' ') AS in_flight`,
    values: [turn.scope.shard, deps.workerId, JSON.stringify(records), deps.leaseMs, turn.connection.id],
  });
  // As one text: pg takes an array apart letter by letter.
  const inFlight = new Map(rows.map((row) => [String(row.id), new Set((row.in_flight as string).split(" "))]));
  return { lost: new Set(records.map((record) => record.id).filter((id) => !inFlight.has(id))), inFlight };
}

function stateAfter(isAtEnd: boolean, isInFlight: boolean, stopped: CampaignStatus | null, closing: boolean): number {
  if (isInFlight) return LEASED;
  if (isAtEnd) return DONE;
  if (stopped === "cancelled") return CANCELLED;
  if (stopped !== null) return HELD;
  return closing ? READY : LEASED;
}

/** Each counted once, however often it is said. */
export async function storeSkips(
  sql: pg.PoolClient,
  shard: number,
  skips: readonly Skip[],
  nowMs: number,
): Promise<void> {
  if (skips.length === 0) return;
  const atMs = Math.round(nowMs);
  const records = skips.map(({ item, reason }) => ({
    message_id: item.messageId,
    step: item.step,
    account_id: item.accountId,
    reason,
  }));
  const { rows } = await sql.query(
    `INSERT INTO skipped_send (shard, message_id, step, account_id, reason, at)
     SELECT $1, message_id, step, account_id, reason, to_timestamp($3::bigint / 1000.0)
     FROM jsonb_to_recordset($2::jsonb) AS x(message_id bigint, step smallint, account_id uuid, reason text)
     ON CONFLICT DO NOTHING RETURNING message_id`,
    [shard, JSON.stringify(records), atMs],
  );
  const rollups = createRollupBatch();
  const stored = new Set(rows.map((row) => String(row.message_id)));
  for (const { item, reason } of skips.filter((skip) => stored.has(skip.item.messageId))) {
    const { accountId, campaignId, channel, step, country } = item;
    rollups.add({
      accountId,
      campaignId,
      channel,
      step,
      country,
      atMs,
      kind: "skipped",
      code: reason,
      n: 1,
      segments: 0,
      costMicros: 0,
    });
  }
  await rollups.write(sql);
}
