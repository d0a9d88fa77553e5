import { STATUSES_FOR_ACTION } from "@/lib/domain/campaign/campaign-states";
import { recordAudit } from "../../audit/record-audit";
import { systemContext, withdrawPermissionLock } from "../../tenant-context";
import type { DispatchDeps } from "../dispatch-deps";

/**
 * Completes campaigns of which nothing is left to plan, send or wait for. Receipts still come in afterwards and count; a failure that
 * comes so late has been answered by its wait already.
 */
export async function completeCampaigns(deps: DispatchDeps): Promise<number> {
  let completed = 0;
  for (const shard of await listShardsThatRun(deps)) {
    for (const { accountId, id } of await listThrough(deps, shard)) completed += await completeOne(deps, accountId, id);
  }
  return completed;
}

async function listShardsThatRun(deps: DispatchDeps): Promise<readonly number[]> {
  const { rows } = await deps.sql.query(
    `SELECT DISTINCT a.shard FROM campaign c JOIN account a ON a.id = c.account_id
     WHERE c.status = 'running' AND c.planned_at IS NOT NULL ORDER BY a.shard`,
  );
  return rows.map((row) => Number(row.shard));
}

async function listThrough(
  deps: DispatchDeps,
  shard: number,
): Promise<readonly { readonly accountId: string; readonly id: string }[]> {
  const { rows } = await deps.sql.query({
    name: "list-campaigns-through",
    text: `SELECT c.account_id, c.id FROM campaign c JOIN account a ON a.id = c.account_id
           WHERE a.shard = $1 AND c.status = 'running' AND c.planned_at IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM block b WHERE b.shard = $1 AND b.campaign_id = c.id AND b.state IN (0, 1, 3))
             AND NOT EXISTS (SELECT 1 FROM fallback_timer t WHERE t.shard = $1 AND t.campaign_id = c.id)`,
    values: [shard],
  });
  return rows.map((row) => ({ accountId: row.account_id, id: row.id }));
}

/**
 * Looks again under the campaign's lock and the account's: a decision that is turning a timer into a block holds the latter, so no
 * moment between the two is mistaken for the end.
 */
async function completeOne(deps: DispatchDeps, accountId: string, campaignId: string): Promise<number> {
  const now = (): Date => new Date(deps.now());
  const ctx = await systemContext("dispatch", accountId, { db: deps.db, sql: deps.sql, now });
  return ctx.transaction(async (tx) => {
    await withdrawPermissionLock(tx, accountId);
    const count = await tx.$executeRaw`
      UPDATE campaign c SET status = 'completed', finished_at = ${now()}, updated_at = now()
      WHERE c.account_id = ${accountId}::uuid AND c.id = ${campaignId}::uuid AND c.status = ANY(${[...STATUSES_FOR_ACTION.complete]})
        AND c.planned_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM block b WHERE b.shard = ${ctx.shard}::smallint AND b.campaign_id = c.id AND b.state IN (0, 1, 3))
        AND NOT EXISTS (SELECT 1 FROM fallback_timer t WHERE t.shard = ${ctx.shard}::smallint AND t.campaign_id = c.id)`;
    if (count > 0) await recordAudit(tx, ctx, { action: "campaign.completed", target: campaignId });
    return count;
  });
}
