import pg from "pg";

/** How the tables have fared: attempts whose update stayed on its page, dead rows left behind, queries without an index. */
export type Health = {
  readonly hotSharePercent: number;
  readonly deadRows: number;
  readonly checkpoints: number;
};

/** @param before figures of the server that are subtracted where they only grow */
export async function readHealth(client: pg.Client, before?: Health): Promise<Health> {
  await client.query("SELECT pg_stat_force_next_flush()");
  const { rows } = await client.query(
    `SELECT coalesce(100.0 * sum(n_tup_hot_upd) FILTER (WHERE relname LIKE 'attempt\\_%')
         / nullif(sum(n_tup_upd) FILTER (WHERE relname LIKE 'attempt\\_%'), 0), 100)::float AS hot,
       sum(n_dead_tup)::float AS dead,
       (SELECT num_timed + num_requested FROM pg_stat_checkpointer)::float AS checkpoints
     FROM pg_stat_user_tables WHERE relname ~ '^(block|fallback_timer|rollup|attempt|orphan)'`,
  );
  return {
    hotSharePercent: Math.round(rows[0].hot * 10) / 10,
    deadRows: rows[0].dead,
    checkpoints: rows[0].checkpoints - (before?.checkpoints ?? 0),
  };
}

/** Where the log stood when the profile began. */
export type Profile = { readonly lsn: string };

/** Needs the extensions of the embedded server; pg_stat_statements only where it was preloaded (KAMURJ_POSTGRES_PRELOAD). */
export async function startProfile(url: string): Promise<Profile> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("CREATE EXTENSION IF NOT EXISTS pg_walinspect");
    await client.query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements").catch(() => undefined);
    await client.query("SELECT pg_stat_statements_reset()").catch(() => undefined);
    const { rows } = await client.query("SELECT pg_current_wal_insert_lsn()::text AS lsn");
    return { lsn: rows[0].lsn };
  } finally {
    await client.end();
  }
}

export async function explainCosts(client: pg.Client, profile: Profile, messages: number): Promise<string> {
  const lines: string[] = [];
  const wal = await client.query(
    `SELECT "resource_manager/record_type" AS what, count, record_size, fpi_size FROM
       pg_get_wal_stats($1::pg_lsn, pg_current_wal_flush_lsn(), true) WHERE count > 0 ORDER BY combined_size DESC LIMIT 14`,
    [profile.lsn],
  );
  const each = (total: unknown): string => (Number(total) / messages).toFixed(2).padStart(9);
  lines.push("WAL a message:   records     bytes  of images");
  for (const row of wal.rows)
    lines.push(`${each(row.count)} ${each(row.record_size)} ${each(row.fpi_size)}  ${row.what}`);
  const blocks = await client
    .query(
      `SELECT coalesce(c.relname, 'other') AS what, count(*) AS count, sum(b.block_data_length) AS data, sum(b.block_fpi_length) AS fpi
     FROM pg_get_wal_block_info($1::pg_lsn, pg_current_wal_flush_lsn(), false) b LEFT JOIN pg_class c ON c.relfilenode = b.relfilenode
     GROUP BY 1 ORDER BY sum(b.block_data_length) + count(*) * 45 + coalesce(sum(b.block_fpi_length), 0) DESC LIMIT 24`,
      [profile.lsn],
    )
    .catch((error: Error) => ({ rows: [{ what: error.message }] as Record<string, unknown>[] }));
  lines.push("by relation:     records      data  of images");
  for (const row of blocks.rows)
    lines.push(`${each(row.count)} ${each(row.data)} ${each(row.fpi)}  ${String(row.what)}`);
  const statements = await client
    .query(
      `SELECT calls, total_exec_time AS ms, total_plan_time AS plan_ms, rows, wal_bytes, left(regexp_replace(query, '\\s+', ' ', 'g'), 90) AS query
       FROM pg_stat_statements ORDER BY total_exec_time + total_plan_time DESC LIMIT 24`,
    )
    .catch(() => null);
  if (statements !== null) lines.push("µs a message: executed  planned     calls  WAL");
  for (const row of statements?.rows ?? []) {
    lines.push(
      `${each(row.ms * 1_000)} ${each(row.plan_ms * 1_000)} ${each(row.calls)} ${each(row.wal_bytes)}  ${row.query}`,
    );
  }
  const most = await client
    .query(
      `SELECT calls, sum(calls) OVER () AS total, left(regexp_replace(query, '\\s+', ' ', 'g'), 60) AS query FROM pg_stat_statements
       ORDER BY calls DESC LIMIT 24`,
    )
    .catch(() => null);
  for (const [i, row] of (most?.rows ?? []).entries()) {
    if (i === 0) lines.push(`statements a message: ${each(row.total)}`);
    lines.push(`${(row.calls / messages).toFixed(4).padStart(9)}  ${row.query}`);
  }
  return lines.join("\n");
}
