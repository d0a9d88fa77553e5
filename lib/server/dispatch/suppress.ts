import type pg from "pg";
import { CHANNEL_CODE, type Category, type Channel } from "@/lib/domain/vocabulary";
import { runTransaction } from "./run-transaction";

export type Suppression = {
  readonly e164: string;
  /** Null: on every channel. */
  readonly channel: Channel | null;
  /** Null: of every category. */
  readonly category: Category | null;
  readonly reason: "stop" | "carrier_opt_out" | "blocked" | "manual";
  /** What it rests on, for whoever asks later. */
  readonly evidence: Readonly<Record<string, string | number | null>>;
};

/**
 * Records that people must not be written to. Takes the account's permission lock, so once it has committed nothing more is sent to
 * them and no fallback is decided. Saying it again changes nothing.
 */
export async function suppress(pool: pg.Pool, accountId: string, suppressions: readonly Suppression[]): Promise<void> {
  if (suppressions.length === 0) return;
  await runTransaction(pool, async (sql) => {
    await takePermissionLock(sql, accountId);
    await insertSuppressions(sql, accountId, suppressions);
  });
}

/** The exclusive form: waits for intents and decisions under way, and lets none begin until the transaction ends. */
export async function takePermissionLock(sql: pg.PoolClient, accountId: string): Promise<void> {
  await sql.query("SELECT pg_advisory_xact_lock(permission_lock_key($1::uuid))", [accountId]);
}

/**
 * Under {@link takePermissionLock}.
 *
 * @returns the numbers for which this is new
 */
export async function insertSuppressions(
  sql: pg.PoolClient,
  accountId: string,
  suppressions: readonly Suppression[],
): Promise<ReadonlySet<string>> {
  const records = suppressions.map((one) => ({
    ...one,
    channel: one.channel === null ? null : CHANNEL_CODE[one.channel],
  }));
  const { rows } = await sql.query(
    `INSERT INTO suppression (account_id, e164, channel, category, reason, evidence)
     SELECT $1, e164, channel, category, reason, evidence
     FROM jsonb_to_recordset($2::jsonb) AS x(e164 text, channel smallint, category text, reason text, evidence jsonb)
     ON CONFLICT DO NOTHING RETURNING e164`,
    [accountId, JSON.stringify(records)],
  );
  return new Set(rows.map((row) => String(row.e164)));
}
