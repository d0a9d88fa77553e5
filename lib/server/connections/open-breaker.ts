import { breakerKind, restMs } from "@/lib/domain/dispatch/breaker";
import type { Sql } from "../db/pool";

type ConnectionKey = { readonly accountId: string; readonly id: string };

/** Of a connection that does not send at the moment. */
export type Rest = {
  readonly untilMs: number;
  readonly reason: string;
  /** When the first of the rests in a row began. */
  readonly sinceMs: number;
};

/**
 * The connection rests, for all workers: the carrier says that the sender itself is at fault, or nobody answers there. Several runs and
 * workers find out at the same moment: while it rests already, nothing is added.
 *
 * @param reason the carrier's code, or ours for "out of reach"
 */
export async function openBreaker(sql: Sql, key: ConnectionKey, reason: string, nowMs: number): Promise<Rest> {
  const kind = breakerKind(reason);
  const { rows } = await sql.query(
    `SELECT CASE WHEN breaker_until IS NULL THEN 0 ELSE breaker_opens END AS opens FROM connection WHERE account_id = $1 AND id = $2`,
    [key.accountId, key.id],
  );
  const opens = Number(rows[0]?.opens ?? 0) + 1;
  const untilMs = nowMs + restMs(kind, opens, Math.random());
  const stored = await sql.query(
    `UPDATE connection SET breaker_trial_until = NULL, breaker_opens = $5, breaker_reason = $4,
       breaker_since = CASE WHEN breaker_until IS NULL THEN to_timestamp($6 / 1000.0)
                       ELSE coalesce(breaker_since, to_timestamp($6 / 1000.0)) END,
       breaker_until = to_timestamp($3 / 1000.0)
     WHERE account_id = $1 AND id = $2 AND (breaker_until IS NULL OR breaker_until <= to_timestamp($6 / 1000.0))
     RETURNING breaker_since`,
    [key.accountId, key.id, untilMs, reason, opens, nowMs],
  );
  if (stored.rows[0] !== undefined) return { untilMs, reason, sinceMs: stored.rows[0].breaker_since.getTime() };
  return (await readRest(sql, key)) ?? { untilMs, reason, sinceMs: nowMs };
}

async function readRest(sql: Sql, key: ConnectionKey): Promise<Rest | null> {
  const { rows } = await sql.query(
    "SELECT breaker_until, breaker_reason, breaker_since FROM connection WHERE account_id = $1 AND id = $2",
    [key.accountId, key.id],
  );
  return restOf(rows[0] ?? {});
}

export function restOf(row: Record<string, unknown>): Rest | null {
  const until = row.breaker_until;
  if (!(until instanceof Date)) return null;
  const since = row.breaker_since instanceof Date ? row.breaker_since : until;
  return { untilMs: until.getTime(), reason: String(row.breaker_reason ?? ""), sinceMs: since.getTime() };
}

/**
 * The rest is over: may this worker send one message to see? One worker at a time is told yes; if it says nothing of what it found (it
 * died, or the answer told nothing), another may after `trialMs`.
 */
export async function takeTrial(sql: Sql, key: ConnectionKey, nowMs: number, trialMs: number): Promise<boolean> {
  const { rowCount } = await sql.query(
    `UPDATE connection SET breaker_trial_until = to_timestamp(($3 + $4) / 1000.0)
     WHERE account_id = $1 AND id = $2 AND breaker_until <= to_timestamp($3 / 1000.0)
       AND (breaker_trial_until IS NULL OR breaker_trial_until <= to_timestamp($3 / 1000.0))`,
    [key.accountId, key.id, nowMs, trialMs],
  );
  return rowCount === 1;
}

/** The trial reached the carrier. A rest that began meanwhile, by someone else's finding, stays. */
export async function closeBreaker(sql: Sql, key: ConnectionKey, nowMs: number): Promise<void> {
  await sql.query(
    `UPDATE connection SET breaker_until = NULL, breaker_reason = NULL, breaker_since = NULL, breaker_opens = 0, breaker_trial_until = NULL
     WHERE account_id = $1 AND id = $2 AND breaker_until <= to_timestamp($3 / 1000.0)`,
    [key.accountId, key.id, nowMs],
  );
}
