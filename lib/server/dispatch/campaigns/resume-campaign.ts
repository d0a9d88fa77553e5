import { STATUSES_FOR_ACTION } from "@/lib/domain/campaign/campaign-states";
import { recordAudit } from "../../audit/record-audit";
import { authorise, withdrawPermissionLock, type TenantContext } from "../../tenant-context";
import { explainMiss } from "./explain-miss";

/**
 * Goes on where the campaign was paused: unsent messages are sent, waits that ran out meanwhile are judged now.
 *
 * It gives permission rather than withdrawing it, and takes the same lock all the same: a worker that is just putting a block aside
 * because of the pause must be done before the held blocks are released.
 */
export async function resumeCampaign(ctx: TenantContext, campaignId: string): Promise<void> {
  authorise(ctx, "campaigns:write");
  await ctx.transaction(async (tx) => {
    await withdrawPermissionLock(tx, ctx.accountId);
    const { count } = await tx.campaign.updateMany({
      where: { accountId: ctx.accountId, id: campaignId, status: { in: [...STATUSES_FOR_ACTION.resume] } },
      data: { status: "running", pausedReason: null },
    });
    if (count === 0) throw await explainMiss(tx, ctx, campaignId, "running");
    await tx.$executeRaw`UPDATE block SET state = 0
      WHERE shard = ${ctx.shard}::smallint AND account_id = ${ctx.accountId}::uuid AND campaign_id = ${campaignId}::uuid AND state = 3`;
    await tx.$executeRaw`UPDATE fallback_timer SET held = false
      WHERE shard = ${ctx.shard}::smallint AND account_id = ${ctx.accountId}::uuid AND campaign_id = ${campaignId}::uuid AND held`;
    await recordAudit(tx, ctx, { action: "campaign.resumed", target: campaignId });
  });
}
