import type pg from "pg";
import { runTransaction } from "../run-transaction";

const AT_ONCE = 20_000;

/**
 * Moves deltas into the hourly rows. One process at a time; readers see each delta exactly once, because it leaves one table and
 * enters the other in the same commit.
 */
export async function foldRollups(pool: pg.Pool): Promise<number> {
  return runTransaction(pool, async (sql) => {
    const lock = await sql.query("SELECT pg_try_advisory_xact_lock(hashtextextended('fold_rollups', 0)) AS got");
    if (lock.rows[0]?.got !== true) return 0;
    const { rowCount } = await sql.query(
      `WITH taken AS (
         DELETE FROM rollup_delta WHERE id IN (SELECT id FROM rollup_delta ORDER BY id LIMIT $1)
         RETURNING account_id, hour, campaign_id, channel, step, country, kind, code, n, segments, cost_micros)
       INSERT INTO rollup_hour AS h (account_id, hour, campaign_id, channel, step, country, kind, code, n, segments, cost_micros)
       SELECT account_id, hour, campaign_id, channel, step, country, kind, code, sum(n), sum(segments), sum(cost_micros)
       FROM taken GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
       ON CONFLICT (account_id, hour, campaign_id, channel, step, country, kind, code) DO UPDATE
         SET n = h.n + excluded.n, segments = h.segments + excluded.segments, cost_micros = h.cost_micros + excluded.cost_micros`,
      [AT_ONCE],
    );
    return rowCount ?? 0;
  });
}
