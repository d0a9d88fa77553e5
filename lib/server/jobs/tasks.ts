import type { TaskList } from "graphile-worker";
import type { Logger } from "pino";
import { resumeImports } from "../audiences/resume-imports";
import { IMPORT_TASK } from "../audiences/enqueue-import";
import { runImport, type ImportDependencies } from "../audiences/run-import";
import { hearInbound } from "../dispatch/confirm-opt-outs";
import { expireInboundParts } from "../dispatch/inbound/take-inbound";
import { listShards } from "../dispatch/list-shards";
import { expireOrphans } from "../dispatch/receipts/match-orphans";
import { SYNC_TASK } from "../templates/apply-template-events";
import { syncEveryAccount } from "../templates/sync-every-account";
import { dropDeadRows } from "../dispatch/upkeep/drop-old-rows";
import { dropOldBlocks } from "../dispatch/upkeep/keep-partitions";

export type JobDeps = ImportDependencies & { readonly logger: Logger };

/** Background work that is not sending. A task may run twice and at the same time as itself: each must stand that. */
export function createTasks(deps: JobDeps): TaskList {
  return {
    [IMPORT_TASK]: async (payload, helpers) => {
      const { accountId, importId } = payload as { accountId: string; importId: string };
      const isLastTry = helpers.job.attempts >= helpers.job.max_attempts;
      await runImport(deps, { accountId, importId, isLastTry }, helpers.abortSignal);
    },
    resume_imports: async (_payload, helpers) => {
      await resumeImports(deps, helpers.abortSignal);
    },
    join_late_parts: async () => {
      const incomplete = await expireInboundParts(deps.sql, (from, message) => hearInbound(deps, from, [message]));
      if (incomplete > 0) deps.logger.warn({ incomplete }, "messages of people were received without all their parts");
    },
    [SYNC_TASK]: async (payload, helpers) => {
      const { accountId = null } = (payload ?? {}) as { accountId?: string };
      await syncEveryAccount(deps, deps.logger, accountId, helpers.abortSignal);
    },
    tidy_up: async () => {
      for (const shard of await listShards(deps.sql)) {
        const expired = await expireOrphans(deps.sql, shard);
        if (expired > 0)
          deps.logger.warn({ shard, expired }, "receipts that nothing answers to were dropped after 7 days");
        await dropOldBlocks(deps.sql, shard);
      }
      await dropDeadRows(deps.sql);
    },
  };
}

/** In UTC. Imports whose job was lost are picked up within a minute. */
export const CRONTAB = `
* * * * * resume_imports ?max=1
*/5 * * * * join_late_parts ?max=1
23 * * * * sync_whatsapp_templates ?max=1
41 * * * * tidy_up
`;
