import { runImport, type ImportDependencies } from "./run-import";

/** A queued row that no job has taken, or a run whose worker died, is picked up after this. */
const FORGOTTEN_AFTER_S = 15;

/**
 * Carries out imports that nobody works on: their job was lost, or the worker died under them (its queue frees such jobs after
 * hours only). Call every few seconds from any number of workers: the import's lock lets one of them through.
 *
 * @returns how many were completed
 * @throws AggregateError after all have been tried
 */
export async function resumeImports(deps: ImportDependencies, signal?: AbortSignal): Promise<number> {
  const { rows } = await deps.sql.query<{ account_id: string; id: string }>(
    `SELECT account_id, id FROM contact_import
      WHERE status IN ('queued', 'running') AND file IS NOT NULL
        AND coalesce(heartbeat_at, created_at) < clock_timestamp() - make_interval(secs => $1)
      ORDER BY created_at LIMIT 10`,
    [FORGOTTEN_AFTER_S],
  );
  let completed = 0;
  const errors: unknown[] = [];
  for (const row of rows) {
    if (signal?.aborted === true) break;
    try {
      // The last try: an error that comes each time must end as "failed", where a person sees it, not as an endless loop.
      const job = { accountId: row.account_id, importId: row.id, isLastTry: true };
      if ((await runImport(deps, job, signal)) === "completed") completed += 1;
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, "Some imports could not be resumed.");
  return completed;
}
