import type { Tx } from "../db/prisma";
import { addJob } from "../jobs/add-job";

/** Name of the worker's task. Its payload: { accountId, importId }. */
export const IMPORT_TASK = "import_contacts";

/**
 * Tells the worker at once, if its queue is installed. The queued row itself is what counts: `resumeImports` picks it up when
 * this call found no queue or the job was lost.
 */
export async function enqueueImport(tx: Tx, accountId: string, importId: string): Promise<void> {
  await addJob(tx, IMPORT_TASK, { accountId, importId }, { key: `import:${importId}`, maxAttempts: 5 });
}
