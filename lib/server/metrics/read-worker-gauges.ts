import type pg from "pg";
import { CATEGORIES, CHANNELS, LANE } from "@/lib/domain/vocabulary";
import { breakerOf, type ConnectionRegistry, type LiveConnection } from "../connections/connection-registry";
import { inTransaction } from "../db/pool";
import { loopAges } from "../dispatch/loop-beats";
import { readIntake } from "../dispatch/receipts/beat-intake";
import { metrics } from "./metrics";
import type { ConservationWatch } from "./watch-conservation";

export type WorkerSources = {
  readonly sql: pg.Pool;
  readonly shards: () => Promise<readonly number[]>;
  readonly connections: Pick<ConnectionRegistry, "all">;
  readonly conservation: ConservationWatch;
  readonly intake: (nowMs: number) => { readonly lagMs: number; readonly backlog: number };
  readonly now: () => number;
};

/** More connections than that are not told apart; those that rest are always among the named. */
const MAX_NAMED_CONNECTIONS = 200;
const READ_TIMEOUT_MS = 2_000;

/** Sets every figure that is read and not counted. While the database is away, what it alone knows is left out, not repeated. */
export async function readWorkerGauges(sources: WorkerSources): Promise<void> {
  setPool(sources.sql);
  setIntake(sources.intake(sources.now()));
  setBreakers(sources.connections.all(), sources.now());
  setConservation(sources.conservation, sources.now());
  const { loopAge, databaseUp } = metrics();
  for (const [loop, ageMs] of loopAges()) loopAge.set({ loop }, ageMs / 1_000);
  try {
    await setQueues(sources);
    databaseUp.set(1);
  } catch {
    forgetQueues();
    databaseUp.set(0);
  }
}

/** For both processes. */
export function setPool(sql: pg.Pool): void {
  const { poolTotal, poolIdle, poolWaiting } = metrics();
  poolTotal.set(sql.totalCount);
  poolIdle.set(sql.idleCount);
  poolWaiting.set(sql.waitingCount);
}

export function setIntake({ lagMs, backlog }: { readonly lagMs: number; readonly backlog: number }): void {
  metrics().receiptLag.set(lagMs / 1_000);
  metrics().receiptBacklog.set(backlog);
}

function setBreakers(connections: readonly LiveConnection[], nowMs: number): void {
  const { breaker } = metrics();
  breaker.reset();
  const isOpen = (connection: LiveConnection): boolean => breakerOf(connection, nowMs) === "open";
  const named = [...connections].sort((a, b) => Number(isOpen(b)) - Number(isOpen(a))).slice(0, MAX_NAMED_CONNECTIONS);
  for (const one of named) breaker.set({ channel: one.channel, connection: one.id }, isOpen(one) ? 1 : 0);
}

function setConservation(conservation: ConservationWatch, nowMs: number): void {
  const { conservationGap, conservationChecked, conservationAge } = metrics();
  const { gap, checked, checkedAtMs } = conservation.view();
  if (gap !== null) conservationGap.set(gap);
  conservationChecked.set(checked);
  if (checkedAtMs !== null) conservationAge.set(Math.max(0, nowMs - checkedAtMs) / 1_000);
}

function forgetQueues(): void {
  const { queueAge, queueMessages, intakeUp, timersOverdue, deadLeases, orphans } = metrics();
  for (const gauge of [queueAge, queueMessages, intakeUp]) gauge.reset();
  for (const gauge of [timersOverdue, deadLeases, orphans]) gauge.set(Number.NaN);
}

async function setQueues({ sql, shards }: WorkerSources): Promise<void> {
  const walked = await shards();
  const { queues, others } = await inTransaction(sql, async (client) => {
    await client.query(`SET LOCAL statement_timeout = ${READ_TIMEOUT_MS}`);
    return {
      queues: (await client.query(QUEUES, [walked])).rows,
      others: (await client.query(OTHERS, [walked])).rows[0] ?? {},
    };
  });
  const { queueAge, queueMessages, intakeUp, timersOverdue, deadLeases, orphans } = metrics();
  for (const category of CATEGORIES) {
    const row = queues.find((one) => Number(one.lane) === LANE[category]);
    queueAge.set({ lane: category }, Math.max(0, Number(row?.age_s ?? 0)));
    queueMessages.set({ lane: category }, Number(row?.messages ?? 0));
  }
  timersOverdue.set(Math.max(0, Number(others.overdue_s ?? 0)));
  deadLeases.set(Number(others.dead ?? 0));
  orphans.set(Number(others.orphans ?? 0));
  const heard = await readIntake(sql);
  for (const channel of CHANNELS) intakeUp.set({ channel }, heard.has(channel) ? 1 : 0);
}

const QUEUES = `
  SELECT lane, sum(size - cursor) AS messages, extract(epoch FROM clock_timestamp() - min(available_at)) AS age_s
  FROM block WHERE shard = ANY($1::smallint[]) AND state = 0 AND available_at <= clock_timestamp() GROUP BY lane`;

const OTHERS = `
  SELECT
    (SELECT extract(epoch FROM clock_timestamp() - min(due_at)) FROM fallback_timer
     WHERE shard = ANY($1::smallint[]) AND NOT held AND due_at <= clock_timestamp()) AS overdue_s,
    (SELECT count(*) FROM block
     WHERE shard = ANY($1::smallint[]) AND state = 1 AND lease_until < clock_timestamp() - interval '10 seconds') AS dead,
    (SELECT count(*) FROM (SELECT 1 FROM orphan_receipt WHERE shard = ANY($1::smallint[]) LIMIT 10000) o) AS orphans`;
