import { AppError } from "@/lib/domain/app-error";
import { STATUSES_FOR_ACTION } from "@/lib/domain/campaign/campaign-states";
import { CHANNEL_CODE, ROUTES, type RouteKey } from "@/lib/domain/vocabulary";
import { recordAudit } from "../../audit/record-audit";
import type { Tx } from "../../db/prisma";
import { authorise, type TenantContext } from "../../tenant-context";
import { explainMiss } from "./explain-miss";

/**
 * Starts a draft. From here on everything but its status is fixed: the template version is the one that was reviewed, the recipients
 * are those who are in the audience at this moment. The worker plans and sends; this returns at once.
 *
 * The old status is part of the write: of two people launching, one wins and the other gets a conflict.
 */
export async function launchCampaign(ctx: TenantContext, campaignId: string): Promise<void> {
  authorise(ctx, "campaigns:write");
  await ctx.transaction(async (tx) => {
    const userId = ctx.actor.kind === "user" ? ctx.actor.id : null;
    // The database's clock, because the members' added_at is of it too.
    const rows = await tx.$queryRaw<{ route: RouteKey; audienceId: string; templateId: string; name: string }[]>`
      UPDATE campaign c
      SET status = 'running', launched_at = clock_timestamp(), launched_by = ${userId}::uuid, updated_at = now(),
        plan_cursor = NULL, planned_at = NULL, paused_reason = NULL,
        category = (SELECT t.category FROM template t WHERE t.account_id = c.account_id AND t.id = c.template_id)
      WHERE c.account_id = ${ctx.accountId}::uuid AND c.id = ${campaignId}::uuid
        AND c.status = ANY(${[...STATUSES_FOR_ACTION.launch]})
      RETURNING route, audience_id AS "audienceId", template_id AS "templateId", name`;
    const campaign = rows[0];
    if (campaign === undefined) throw await explainMiss(tx, ctx, campaignId, "running");
    await refuseWithoutConnection(tx, ctx, campaign.route);
    await holdAudience(tx, ctx, campaign.audienceId);
    await refuseWithoutRecipients(tx, ctx, campaign.audienceId);
    await recordAudit(tx, ctx, { action: "campaign.launched", target: campaignId, detail: { name: campaign.name } });
  });
}

async function refuseWithoutConnection(tx: Tx, ctx: TenantContext, route: RouteKey): Promise<void> {
  const found = await tx.connection.findMany({
    where: { accountId: ctx.accountId, status: { not: "deleted" } },
    select: { channel: true },
  });
  const missing = ROUTES[route].find((channel) => !found.some((one) => one.channel === CHANNEL_CODE[channel]));
  if (missing === undefined) return;
  throw new AppError("conflict", `The account has no connection for ${missing}.`, {
    messageKey: "campaign.noConnection",
    values: { channel: missing },
  });
}

/** Archiving locks the row against this: an audience is never archived under a campaign that was just launched on it. */
async function holdAudience(tx: Tx, ctx: TenantContext, audienceId: string): Promise<void> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM audience
     WHERE account_id = ${ctx.accountId}::uuid AND id = ${audienceId}::uuid AND archived_at IS NULL FOR SHARE`;
  if (rows.length === 0) {
    throw new AppError("conflict", "The audience has been archived.", { messageKey: "campaign.audienceArchived" });
  }
}

async function refuseWithoutRecipients(tx: Tx, ctx: TenantContext, audienceId: string): Promise<void> {
  const one = await tx.audienceMember.findFirst({
    where: { accountId: ctx.accountId, audienceId },
    select: { contactId: true },
  });
  if (one === null) throw new AppError("conflict", "The audience is empty.", { messageKey: "campaign.noPeople" });
}
