import type { Tx } from "../db/prisma";

/**
 * Queues background work within the caller's transaction: the job exists if and only if that commits. Nothing where the worker has not
 * installed its queue yet, so the caller needs another way by which the work is found.
 *
 * @param how while one job of the key waits, another only replaces it
 */
export async function addJob(
  tx: Tx,
  name: string,
  payload: object,
  how: { readonly key: string; readonly maxAttempts: number; readonly delayS?: number },
): Promise<void> {
  const [queue] = await tx.$queryRaw<{ installed: boolean }[]>`
    SELECT to_regnamespace('graphile_worker') IS NOT NULL AS installed`;
  if (queue?.installed !== true) return;
  await tx.$executeRaw`
    SELECT graphile_worker.add_job(${name}, payload => ${JSON.stringify(payload)}::json, max_attempts => ${how.maxAttempts}::integer,
                                   run_at => now() + make_interval(secs => ${how.delayS ?? 0}::float8), job_key => ${how.key})`;
}
