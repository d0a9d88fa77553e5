import type { TestDatabase } from "../int/harness";

/**
 * Lets the test say what time it is for new ids of blocks and messages in its own database; PostgreSQL's clock cannot be set, and ids
 * decide in which month a message lives.
 */
export async function useIdClock(database: TestDatabase, at: Date): Promise<void> {
  await database.sql.query(`
    CREATE TABLE IF NOT EXISTS test_id_clock (at timestamptz NOT NULL);
    CREATE OR REPLACE FUNCTION next_block_id(shard smallint) RETURNS bigint LANGUAGE sql VOLATILE AS
    $$ SELECT dispatch_id_floor((SELECT at FROM test_id_clock)) | (shard::bigint << 16) | ((nextval('dispatch_seq') & 63) << 10) $$;
    DELETE FROM test_id_clock`);
  await database.sql.query("INSERT INTO test_id_clock VALUES ($1)", [at]);
}

/** The first moment of the month that lies so many months from this one, in UTC. */
export function monthStart(monthsFromNow: number): Date {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + monthsFromNow, 1));
}

/** As partitions end: "2026_11". */
export function monthName(monthsFromNow: number): string {
  return monthStart(monthsFromNow).toISOString().slice(0, 7).replace("-", "_");
}

export async function makeMonth(database: TestDatabase, monthsFromNow: number): Promise<void> {
  await database.sql.query("SELECT ensure_dispatch_partitions($1::date, 1)", [
    monthStart(monthsFromNow).toISOString().slice(0, 10),
  ]);
}

/** In which partitions the account has rows, and how many. */
export async function rowsByPartition(
  database: TestDatabase,
  accountId: string,
): Promise<Readonly<Record<string, number>>> {
  const { rows: bases } = await database.sql.query<{ base: string }>("SELECT base FROM dispatch_partitioned_tables()");
  const counts: Record<string, number> = {};
  for (const { base } of bases) {
    if (base === "receipt_page") continue; // a page is of a commit, not of an account
    const { rows } = await database.sql.query<{ child: string; n: number }>(
      `SELECT t.tableoid::regclass::text AS child, count(*)::int AS n FROM "${base}" t
       WHERE (t.shard, ${base === "message" ? "t.id" : "t.message_id"}) IN (SELECT shard, id FROM message WHERE account_id = $1) GROUP BY 1`,
      [accountId],
    );
    for (const { child, n } of rows) counts[child] = n;
  }
  return counts;
}
