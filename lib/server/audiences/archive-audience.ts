import { AppError } from "@/lib/domain/app-error";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { audienceArchived, audienceNotFound } from "./get-audience-row";

/**
 * Takes an audience out of use: its people stay, it leaves the lists and its name is free again.
 *
 * Holds the row, so that an import into it or a launch that takes the row FOR SHARE comes before or after, never in between.
 *
 * @throws AppError conflict while a running or paused campaign or an import uses it
 */
export async function archiveAudience(ctx: TenantContext, audienceId: string): Promise<void> {
  authorise(ctx, "audiences:write");
  await ctx.transaction(async (tx) => {
    const [audience] = await tx.$queryRaw<{ name: string; archived: boolean }[]>`
      SELECT name, archived_at IS NOT NULL AS archived FROM audience
       WHERE account_id = ${ctx.accountId}::uuid AND id = ${audienceId}::uuid FOR UPDATE`;
    if (audience === undefined) throw audienceNotFound();
    if (audience.archived) throw audienceArchived();
    const campaign = await tx.campaign.findFirst({
      where: { accountId: ctx.accountId, audienceId, status: { in: ["running", "paused"] } },
      select: { name: true },
    });
    if (campaign !== null) {
      throw new AppError("conflict", `The campaign “${campaign.name}” is using this audience.`, {
        messageKey: "audience.inCampaign",
        values: { campaign: campaign.name },
      });
    }
    const imports = await tx.contactImport.count({
      where: { accountId: ctx.accountId, audienceId, status: { in: ["queued", "running"] } },
    });
    if (imports > 0) {
      throw new AppError("conflict", "An import into this audience is under way.", {
        messageKey: "audience.inImport",
      });
    }
    await tx.audience.update({
      where: { accountId_id: { accountId: ctx.accountId, id: audienceId } },
      data: { archivedAt: ctx.now() },
    });
    await recordAudit(tx, ctx, {
      action: "audience.archived",
      target: audienceId,
      detail: { name: audience.name },
    });
  });
}
