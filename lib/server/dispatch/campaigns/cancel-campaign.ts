import { STATUSES_FOR_ACTION } from "@/lib/domain/campaign/campaign-states";
import { recordAudit } from "../../audit/record-audit";
import { authorise, withdrawPermissionLock, type TenantContext } from "../../tenant-context";
import { explainMiss } from "./explain-miss";

/**
 * Ends a campaign for good: what was not sent never is, and nothing falls back any more. What a carrier has still arrives and counts.
 * Once this has committed no attempt of it moves to dispatching (the permission lock).
 *
 * Held timers are let go, so that each wait still ends in a decision that says "cancelled": no message is left without an answer.
 */
export async function cancelCampaign(ctx: TenantContext, campaignId: string): Promise<void> {
  authorise(ctx, "campaigns:write");
  await ctx.transaction(async (tx) => {
    await withdrawPermissionLock(tx, ctx.accountId);
    const { count } = await tx.campaign.updateMany({
      where: { accountId: ctx.accountId, id: campaignId, status: { in: [...STATUSES_FOR_ACTION.cancel] } },
      data: { status: "cancelled", finishedAt: ctx.now() },
    });
    if (count === 0) throw await explainMiss(tx, ctx, campaignId, "cancelled");
    await tx.$executeRaw`UPDATE block SET state = 4
      WHERE shard = ${ctx.shard}::smallint AND account_id = ${ctx.accountId}::uuid AND campaign_id = ${campaignId}::uuid AND state IN (0, 3)`;
    await tx.$executeRaw`UPDATE fallback_timer SET held = false
      WHERE shard = ${ctx.shard}::smallint AND account_id = ${ctx.accountId}::uuid AND campaign_id = ${campaignId}::uuid AND held`;
    await recordAudit(tx, ctx, { action: "campaign.cancelled", target: campaignId });
  });
}
