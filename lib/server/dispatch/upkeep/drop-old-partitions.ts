import pg from "pg";
import type { Logger } from "pino";
import { listShards } from "../list-shards";

type Deps = { readonly sql: pg.Pool; readonly logger: Logger; readonly now: () => number };

/** A month of one table whose time is over. `attached`: still part of its table. */
type OldPartition = {
  readonly base: string;
  readonly child: string;
  readonly high: string;
  readonly attached: boolean;
};

/** How long dropping waits for whoever still reads the partition, before it leaves it to the next round. */
const PATIENCE_MS = 30_000;

/** query_canceled by the timeout, lock_not_available */
const IMPATIENT = new Set(["57014", "55P03"]);

/**
 * Drops whole months of messages and all that belongs to them once they are older than `keepMonths`; counts in rollups stay. Zero
 * keeps everything.
 *
 * A month on which work is open (a block not finished, a wait that runs) stays until it is done. Readers and writers go on: a
 * partition is detached concurrently and dropped when nobody can see it any more. A crash between the two leaves a detached table,
 * or a detachment half done; the next round finishes both. One process at a time; the others go away at once.
 *
 * @returns names of the partitions dropped
 */
export async function dropOldPartitions(
  deps: Deps,
  keepMonths: number,
  patienceMs: number = PATIENCE_MS,
): Promise<readonly string[]> {
  if (keepMonths === 0) return [];
  const client = await deps.sql.connect();
  const dropped: string[] = [];
  try {
    const { rows } = await client.query(
      "SELECT pg_try_advisory_lock(hashtextextended('drop_old_partitions', 0)) AS got",
    );
    if (rows[0]?.got !== true) return [];
    await client.query(`SET statement_timeout = ${Math.ceil(patienceMs)}`);
    await dropAll(client, deps, keepMonths, dropped);
  } catch (err) {
    if (!(err instanceof pg.DatabaseError && IMPATIENT.has(err.code ?? ""))) throw err;
    deps.logger.warn({ err }, "somebody still reads a month past its retention; it is dropped later");
  } finally {
    // The session ends, and with it the lock and the setting, whatever happened.
    client.release(true);
  }
  if (dropped.length > 0) deps.logger.info({ dropped, keepMonths }, "dropped months past their retention");
  return dropped;
}

async function dropAll(client: pg.PoolClient, deps: Deps, keepMonths: number, dropped: string[]): Promise<void> {
  await finishDetaching(client);
  const old = await listOldPartitions(client, keepMonths, deps.now());
  const busy = new Map<string, boolean>();
  for (const { base, child, high, attached } of old) {
    const isBusy = busy.get(high) ?? (await hasOpenWork(client, high));
    if (!busy.has(high) && isBusy)
      deps.logger.warn({ child }, "a month past its retention still has open work; it stays");
    busy.set(high, isBusy);
    if (isBusy) continue;
    const table = pg.escapeIdentifier(child);
    if (attached) await client.query(`ALTER TABLE ${pg.escapeIdentifier(base)} DETACH PARTITION ${table} CONCURRENTLY`);
    await client.query(`DROP TABLE ${table}`);
    dropped.push(child);
  }
}

/** What a crash in the middle of a detachment leaves, until it is finished, lets no other partition of the table be detached. */
async function finishDetaching(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query(
    `SELECT p.relname AS base, c.relname AS child FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
     JOIN pg_class c ON c.oid = i.inhrelid JOIN dispatch_partitioned_tables() t ON t.base = p.relname
     WHERE i.inhdetachpending AND p.relnamespace = current_schema()::regnamespace`,
  );
  for (const { base, child } of rows) {
    await client.query(
      `ALTER TABLE ${pg.escapeIdentifier(base)} DETACH PARTITION ${pg.escapeIdentifier(child)} FINALIZE`,
    );
  }
}

/** Messages first, so that none is ever seen without what became of it; oldest month first. */
async function listOldPartitions(client: pg.PoolClient, keepMonths: number, nowMs: number): Promise<OldPartition[]> {
  const { rows } = await client.query(
    `WITH edge AS (
       SELECT dispatch_id_floor((date_trunc('month', to_timestamp($1::bigint / 1000.0) AT TIME ZONE 'UTC')
         - make_interval(months => $2)) AT TIME ZONE 'UTC') AS id),
     attached AS MATERIALIZED (SELECT base, child, high, true AS attached FROM dispatch_partitions()),
     detached AS (
       SELECT t.base, c.relname AS child,
         dispatch_id_floor((to_date(substring(c.relname FROM '_([0-9]{4}_[0-9]{2})$'), 'YYYY_MM') + interval '1 month') AT TIME ZONE 'UTC') AS high,
         false AS attached
       FROM dispatch_partitioned_tables() t JOIN pg_class c ON c.relname ~ ('^' || t.base || '_[0-9]{4}_(0[1-9]|1[0-2])$')
       WHERE c.relkind = 'r' AND NOT c.relispartition AND c.relnamespace = current_schema()::regnamespace)
     SELECT o.base, o.child, o.high, o.attached FROM (SELECT * FROM attached UNION ALL SELECT * FROM detached) o, edge
     WHERE o.high <= edge.id ORDER BY o.high, o.base <> 'message', o.base`,
    [Math.floor(nowMs), keepMonths],
  );
  return rows.map((row) => ({ ...row, high: String(row.high) }));
}

/** Blocks that are ready, leased or held, and waits: whether any of them names a message from before that id. */
async function hasOpenWork(client: pg.PoolClient, high: string): Promise<boolean> {
  for (const shard of await listShards(client)) {
    const { rows } = await client.query(
      `SELECT EXISTS (SELECT 1 FROM block WHERE shard = $1 AND (state IN (0, 1, 3) OR cardinality(in_flight) > 0)
           AND (first_id < $2 OR $2 > ANY (members) OR $2 > ANY (in_flight)))
         OR EXISTS (SELECT 1 FROM fallback_timer WHERE shard = $1 AND $2 > ANY (members)) AS open`,
      [shard, high],
    );
    if (rows[0]?.open === true) return true;
  }
  return false;
}
