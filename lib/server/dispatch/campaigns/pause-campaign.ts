import { STATUSES_FOR_ACTION } from "@/lib/domain/campaign/campaign-states";
import type { Channel } from "@/lib/domain/vocabulary";
import { recordAudit } from "../../audit/record-audit";
import type { Tx } from "../../db/prisma";
import { authorise, withdrawPermissionLock, type TenantContext } from "../../tenant-context";
import { explainMiss } from "./explain-miss";

/**
 * Stops new sends and decisions. Messages that a carrier already has still arrive and still count; waits that come to their end are
 * judged when the campaign goes on.
 *
 * Blocks that a worker holds are not touched here: it reads the status before each intent and gives them back as held.
 */
export async function pauseCampaign(ctx: TenantContext, campaignId: string): Promise<void> {
  authorise(ctx, "campaigns:write");
  await ctx.transaction(async (tx) => {
    await withdrawPermissionLock(tx, ctx.accountId);
    if (!(await pause(tx, ctx, campaignId, null))) throw await explainMiss(tx, ctx, campaignId, "paused");
    await recordAudit(tx, ctx, { action: "campaign.paused", target: campaignId });
  });
}

/** By the sender, because the carrier blames sender or template. Nothing if it runs no more. @param code the carrier's */
export async function pauseCampaignForFault(
  ctx: TenantContext,
  campaignId: string,
  code: string,
  channel: Channel,
): Promise<void> {
  await ctx.transaction(async (tx) => {
    await withdrawPermissionLock(tx, ctx.accountId);
    await pauseForFault(tx, ctx, campaignId, code, channel);
  });
}

/** The same within a transaction that holds the permission lock already. */
export async function pauseForFault(
  tx: Tx,
  ctx: TenantContext,
  campaignId: string,
  code: string,
  channel: Channel,
): Promise<void> {
  if (!(await pause(tx, ctx, campaignId, `${channel}:${code}`))) return;
  await recordAudit(tx, ctx, { action: "campaign.paused_by_fault", target: campaignId, detail: { channel, code } });
}

async function pause(tx: Tx, ctx: TenantContext, campaignId: string, reason: string | null): Promise<boolean> {
  const { count } = await tx.campaign.updateMany({
    where: { accountId: ctx.accountId, id: campaignId, status: { in: [...STATUSES_FOR_ACTION.pause] } },
    data: { status: "paused", pausedReason: reason },
  });
  if (count === 0) return false;
  await tx.$executeRaw`UPDATE block SET state = 3
    WHERE shard = ${ctx.shard}::smallint AND account_id = ${ctx.accountId}::uuid AND campaign_id = ${campaignId}::uuid AND state = 0`;
  await tx.$executeRaw`UPDATE fallback_timer SET held = true
    WHERE shard = ${ctx.shard}::smallint AND account_id = ${ctx.accountId}::uuid AND campaign_id = ${campaignId}::uuid AND NOT held`;
  return true;
}
