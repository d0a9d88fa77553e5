import type pg from "pg";

/** Partitions for this month and the two after it; without them, sending would stop at the turn of the month. */
export async function keepPartitions(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query("SELECT ensure_dispatch_partitions(now()::date, 3) AS made");
  return Number(rows[0]?.made ?? 0);
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
