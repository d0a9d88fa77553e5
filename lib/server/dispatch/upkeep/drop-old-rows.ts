import type pg from "pg";

const AT_ONCE = 5_000;
const KEEP_SESSIONS_DAYS = 30;
/** Closed after a day; the contact says for longer when the person last wrote. */
const KEEP_WINDOWS_DAYS = 30;

/**
 * An idempotency key is kept as long as its message (the API says so): those of messages whose partition is gone go too. In small
 * commits, so that no request waits.
 */
export async function dropOldApiRequests(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query("SELECT min(low) AS oldest FROM dispatch_partitions() WHERE base = 'message'");
  const oldest: unknown = rows[0]?.oldest;
  if (oldest === null || oldest === undefined) return 0;
  return inBatches(pool, "api_request", "message_id < $1", [oldest]);
}

/**
 * Sessions that are over, throttles that have run out, intakes of processes that are gone, and what is remembered of numbers once it is
 * not acted on any more (lib/domain/reachability): a contact's page tells of it for one day longer.
 */
export async function dropDeadRows(pool: pg.Pool): Promise<number> {
  const over = "least(ended_at, expires_at) < now() - make_interval(days => $1)";
  return (
    (await inBatches(pool, "session", over, [KEEP_SESSIONS_DAYS])) +
    (await inBatches(
      pool,
      "login_throttle",
      "greatest(last_at, blocked_until) < now() - make_interval(days => $1)",
      [1],
    )) +
    (await inBatches(pool, "receipt_intake", "beat_at < now() - make_interval(days => $1)", [1])) +
    (await inBatches(pool, "reachability", "expires_at < now() - make_interval(days => $1)", [1])) +
    (await inBatches(pool, "service_window", "inbound_at < now() - make_interval(days => $1)", [KEEP_WINDOWS_DAYS]))
  );
}

/** A row that was renewed while its deletion waited for it stays: the condition is asked of it once more. */
async function inBatches(
  pool: pg.Pool,
  table: "api_request" | "session" | "login_throttle" | "receipt_intake" | "reachability" | "service_window",
  isOver: string,
  values: readonly unknown[],
): Promise<number> {
  let dropped = 0;
  for (;;) {
    const { rowCount } = await pool.query(
      `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${isOver} LIMIT ${AT_ONCE})) AND ${isOver}`,
      [...values],
    );
    dropped += rowCount ?? 0;
    if ((rowCount ?? 0) < AT_ONCE) return dropped;
  }
}
