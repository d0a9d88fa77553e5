import type { Sql } from "../db/pool";

/**
 * Queues background work, within the caller's transaction if `sql` is in one: the job exists if and only if that commits.
 *
 * @param key while one job of that key waits, another only replaces it
 */
export async function addJob(sql: Sql, name: string, payload: object, key: string | null = null): Promise<void> {
  await sql.query("SELECT graphile_worker.add_job($1, payload => $2::json, job_key => $3)", [
    name,
    JSON.stringify(payload),
    key,
  ]);
}
