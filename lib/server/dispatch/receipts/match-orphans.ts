import type pg from "pg";
import { channelOfCode } from "../attempt-rows";
import { runTransaction } from "../run-transaction";
import { foldReceipts, type ResolvedReceipt } from "./fold-receipts";

const MAX_AT_ONCE = 500;

/** Within the transaction that has just stored the outcomes of these carrier ids. */
export async function matchOrphansOf(
  sql: pg.PoolClient,
  shard: number,
  connectionId: string,
  carrierIds: readonly string[],
  nowMs: number,
): Promise<void> {
  if (carrierIds.length === 0) return;
  const { rowCount } = await sql.query({
    name: "any-orphans-of",
    text: "SELECT 1 FROM orphan_receipt WHERE shard = $1 AND connection_id = $2 AND carrier_id = ANY($3::text[]) LIMIT 1",
    values: [shard, connectionId, carrierIds],
  });
  if (rowCount === 0) return;
  await takeMatching(sql, shard, nowMs);
}

/**
 * Binds receipts in the orphan inbox to attempts that have appeared since. A receipt and the outcome of its send, committing at the
 * same moment, do not see each other: so this runs again and again, and before timers fire.
 */
export async function matchOrphans(pool: pg.Pool, shard: number, nowMs: number): Promise<number> {
  const { rowCount } = await pool.query("SELECT 1 FROM orphan_receipt WHERE shard = $1 LIMIT 1", [shard]);
  if (rowCount === 0) return 0;
  return runTransaction(pool, (sql) => takeMatching(sql, shard, nowMs));
}

async function takeMatching(sql: pg.PoolClient, shard: number, nowMs: number): Promise<number> {
  const { rows } = await sql.query(
    `WITH matching AS (
       SELECT o.id, r.message_id, r.step, r.try, r.part
       FROM orphan_receipt o
       JOIN carrier_ref r ON r.shard = $1 AND r.connection_id = o.connection_id AND r.carrier_id = o.carrier_id
       WHERE o.shard = $1 ORDER BY o.id LIMIT $2 FOR UPDATE OF o SKIP LOCKED)
     DELETE FROM orphan_receipt o USING matching m, connection c
     WHERE o.shard = $1 AND o.id = m.id AND c.account_id = o.account_id AND c.id = o.connection_id
     RETURNING o.*, m.message_id, m.step, m.try, m.part, c.channel`,
    [shard, MAX_AT_ONCE],
  );
  const resolved = rows.map((row): ResolvedReceipt => ({
    key: { shard, messageId: String(row.message_id), step: Number(row.step), try: Number(row.try) },
    part: Number(row.part),
    receipt: {
      reference: null,
      carrierId: row.carrier_id,
      kind: row.kind,
      code: row.code,
      carrierTimeMs: row.carrier_at.getTime() === 0 ? null : row.carrier_at.getTime(),
      raw: row.raw ?? "",
      accountId: row.account_id,
      connectionId: row.connection_id,
      shard,
      channel: channelOfCode(Number(row.channel)),
      receivedAtMs: row.received_at.getTime(),
    },
  }));
  await foldReceipts(sql, shard, resolved, nowMs);
  return rows.length;
}

const KEEP_DAYS = 7;

/** @returns how many were given up: nobody has sent what they speak of */
export async function expireOrphans(pool: pg.Pool, shard: number): Promise<number> {
  const { rowCount } = await pool.query(
    `DELETE FROM orphan_receipt WHERE shard = $1 AND received_at < now() - make_interval(days => $2)`,
    [shard, KEEP_DAYS],
  );
  return rowCount ?? 0;
}
