import type { Tx } from "../db/prisma";

/** Name of the worker's task. Its payload: { accountId, importId }. */
export const IMPORT_TASK = "import_contacts";

/**
 * Tells the worker at once, if its queue is installed. The queued row itself is what counts: `resumeImports` picks it up when
 * this call found no queue or the job was lost.
 */
export async function enqueueImport(tx: Tx, accountId: string, importId: string): Promise<void> {
  const [queue] = await tx.$queryRaw<{ installed: boolean }[]>`
    SELECT to_regnamespace('graphile_worker') IS NOT NULL AS installed`;
  if (queue?.installed !== true) return;
  const payload = JSON.stringify({ accountId, importId });
  await tx.$executeRaw`
    SELECT graphile_worker.add_job(${IMPORT_TASK}, payload => ${payload}::json, max_attempts => 5,
                                   job_key => ${`import:${importId}`})`;
}
