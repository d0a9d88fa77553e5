import pg from "pg";
import { inTransaction } from "../db/pool";
import { noteCommit } from "../metrics/note-sends";

/**
 * Deadlock and serialization failure; and of duplicate keys: a block's or page's id (more than 64 in one millisecond of one shard), and
 * a receipt that another process stored at the same moment.
 */
const WORTH_ANOTHER_TRY = new Set(["40P01", "40001"]);
const MAX_TRIES = 5;

/**
 * One transaction of the dispatch service. A deadlock is undone by PostgreSQL as a whole, so the work is run again; `work` must
 * therefore have no effect outside the transaction.
 */
export async function runTransaction<T>(from: pg.Pool, work: (sql: pg.PoolClient) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const startedAt = performance.now();
    try {
      const result = await inTransaction(from, work);
      noteCommit(performance.now() - startedAt);
      return result;
    } catch (error) {
      if (tries >= MAX_TRIES || !isWorthAnotherTry(error)) throw error;
    }
  }
}

function isWorthAnotherTry(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false;
  if (WORTH_ANOTHER_TRY.has(error.code ?? "")) return true;
  return error.code === "23505" && /^(block|message|receipt)/.test(error.constraint ?? "");
}

/** Orders an intent to send, or a fallback decision, against whoever withdraws permission. Taken before any row. */
export async function takeSharedPermissionLock(sql: pg.PoolClient, accountId: string): Promise<void> {
  await sql.query({
    name: "shared-permission-lock",
    text: "SELECT pg_advisory_xact_lock_shared(permission_lock_key($1::uuid))",
    values: [accountId],
  });
}
