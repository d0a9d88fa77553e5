import type { Sql } from "../db/pool";

/** The shards on which accounts live. */
export async function listShards(sql: Sql): Promise<readonly number[]> {
  const { rows } = await sql.query("SELECT DISTINCT shard FROM account ORDER BY shard");
  return rows.map((row) => Number(row.shard));
}

/** The same, remembered for a moment: workers walk these and no others. */
export function createShardList(sql: Sql, now: () => number): () => Promise<readonly number[]> {
  let known: readonly number[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (now() - readAt < FRESH_MS) return known;
    known = await listShards(sql);
    readAt = now();
    return known;
  };
}

const FRESH_MS = 2_000;
