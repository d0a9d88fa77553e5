import type pg from "pg";
import { isUnanswered, type Sql } from "../db/pool";

/**
 * One question to each shard, all in one go on one client: with many accounts, a worker that looks for work would otherwise spend its
 * time on the way there and back. Each query still names its shard.
 *
 * @param ask queries that do not change what the other shards' find
 * @returns the answers in the order of the shards
 * @throws what the first query that failed has thrown, once all have been answered
 */
export async function askEachShard<Answer>(
  pool: pg.Pool,
  shards: readonly number[],
  ask: (sql: Sql, shard: number) => Promise<Answer>,
): Promise<Answer[]> {
  if (shards.length === 0) return [];
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const asked = shards.map((shard) => ask(client, shard));
    for (const { reason } of (await Promise.allSettled(asked)).filter(isRejected)) {
      if (isUnanswered(reason)) broken = reason;
    }
    return await Promise.all(asked);
  } finally {
    client.release(broken);
  }
}

/** The shards of which the question is true. */
export async function findShards(
  pool: pg.Pool,
  shards: readonly number[],
  question: (sql: Sql, shard: number) => Promise<boolean>,
): Promise<number[]> {
  const answers = await askEachShard(pool, shards, question);
  return shards.filter((_, i) => answers[i]);
}

function isRejected(result: PromiseSettledResult<unknown>): result is PromiseRejectedResult {
  return result.status === "rejected";
}
