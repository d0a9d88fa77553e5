import type { Sql } from "../db/pool";

const BREAKER_MS = 5 * 60_000;

/**
 * The carrier says that the sender itself is at fault (locked, unpaid, token revoked): everyone behind would fail too, so the
 * connection rests. It is tried again by itself afterwards.
 *
 * @param reason the carrier's code
 * @returns until when, milliseconds since the epoch
 */
export async function openBreaker(
  sql: Sql,
  connection: { readonly accountId: string; readonly id: string },
  reason: string,
  nowMs: number,
): Promise<number> {
  const untilMs = nowMs + BREAKER_MS;
  await sql.query(
    `UPDATE connection SET breaker_until = to_timestamp($3 / 1000.0), breaker_reason = $4 WHERE account_id = $1 AND id = $2`,
    [connection.accountId, connection.id, untilMs, reason],
  );
  return untilMs;
}
