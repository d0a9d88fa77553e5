import type { Sql } from "../../db/pool";

/** Pages of 8 kB from which on reading a partition from end to end is dearer than looking its rows up. */
const ENOUGH_PAGES = 64;

/**
 * ANALYZE counts no row of a transaction that is still running. The first one that plans a campaign writes hundreds of pages: analysed
 * meanwhile, the partition counts as empty, every index seems as good as its primary key, and each look-up reads the whole month until
 * the next ANALYZE (the service then made 200 messages a second instead of 3,000).
 */
const ENOUGH_COMMITTED_ROWS = 64;

/**
 * A plan made while a partition was empty reads it from end to end, and prepared statements keep that plan while the partition grows
 * to millions of rows: receipts would become slower with each message of a month. ANALYZE, run as soon as a partition has some pages,
 * makes every session plan anew. Autovacuum would come to it late, and not at all where it is off.
 *
 * Once for each partition and start of PostgreSQL; several workers at it skip each other.
 *
 * @returns the partitions analysed
 */
export async function analyseNewPartitions(sql: Sql): Promise<readonly string[]> {
  const { rows } = await sql.query(
    `SELECT p.child FROM dispatch_partitions() p JOIN pg_stat_user_tables s ON s.relname = p.child AND s.schemaname = current_schema()
     WHERE s.analyze_count + s.autoanalyze_count = 0 AND s.n_live_tup >= $2
       AND pg_relation_size(s.relid) >= $1 * current_setting('block_size')::bigint`,
    [ENOUGH_PAGES, ENOUGH_COMMITTED_ROWS],
  );
  const children = rows.map((row) => String(row.child));
  for (const child of children) await sql.query(`ANALYZE (SKIP_LOCKED) "${child.replaceAll('"', '""')}"`);
  return children;
}
