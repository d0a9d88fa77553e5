import type pg from "pg";
import type { Sql } from "../../db/pool";

/** This month and the two after it. */
const MONTHS_AHEAD = 3;

/**
 * Partitions for this month and the two after it; without them, sending would stop at the turn of the month. Writers go on meanwhile.
 *
 * @returns how many were made
 */
export async function keepPartitions(pool: pg.Pool, nowMs: number): Promise<number> {
  const { rows } = await pool.query(
    "SELECT ensure_dispatch_partitions((to_timestamp($1::bigint / 1000.0) AT TIME ZONE 'UTC')::date, $2) AS made",
    [Math.floor(nowMs), MONTHS_AHEAD],
  );
  return Number(rows[0]?.made ?? 0);
}

/**
 * Tables that have no partition for what is written now or within a day: planning and the API fail until there is one. Empty when all
 * is well; a single look at the catalogue.
 */
export async function findPartitionGaps(sql: Sql, nowMs: number): Promise<readonly string[]> {
  const { rows } = await sql.query(
    `WITH wanted AS (
       SELECT t.base, dispatch_id_floor(to_timestamp($1::bigint / 1000.0) + w.ahead) AS id
       FROM dispatch_partitioned_tables() t, (VALUES (interval '0'), (interval '1 day')) w (ahead)),
     partitions AS MATERIALIZED (SELECT base, low, high FROM dispatch_partitions())
     SELECT DISTINCT base FROM wanted
     WHERE NOT EXISTS (SELECT 1 FROM partitions p WHERE p.base = wanted.base AND wanted.id >= p.low AND wanted.id < p.high)
     ORDER BY base`,
    [Math.floor(nowMs)],
  );
  return rows.map((row) => String(row.base));
}

const KEEP_DONE_BLOCKS_DAYS = 7;

/** Finished blocks have told all they know: their messages and attempts are kept, as long as their partitions are. */
export async function dropOldBlocks(pool: pg.Pool, shard: number): Promise<number> {
  const { rowCount } = await pool.query(
    `DELETE FROM block WHERE shard = $1 AND state IN (2, 4) AND id < dispatch_id_floor(now() - make_interval(days => $2))`,
    [shard, KEEP_DONE_BLOCKS_DAYS],
  );
  return rowCount ?? 0;
}
