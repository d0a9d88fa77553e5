import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { explainDraftMiss } from "./draft-guard";

/** Only a draft can go: what was launched is history. @throws AppError not_found | conflict */
export async function deleteDraft(ctx: TenantContext, campaignId: string): Promise<void> {
  authorise(ctx, "campaigns:write");
  await ctx.transaction(async (tx) => {
    const { count } = await tx.campaign.deleteMany({
      where: { id: campaignId, accountId: ctx.accountId, status: "draft" },
    });
    if (count === 0) throw await explainDraftMiss(tx, ctx, campaignId);
    await recordAudit(tx, ctx, { action: "campaign.draft_deleted", target: campaignId });
  });
}
