import type { Category } from "@/lib/domain/vocabulary";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { campaignNotFound } from "./get-campaign";

/**
 * A draft that says and does the same, with the template's current version. It opens at its first step, because the audience of
 * the first campaign has been written to already.
 *
 * @throws AppError not_found
 */
export async function duplicateCampaign(
  ctx: TenantContext,
  input: { readonly campaignId: string; readonly name: string },
): Promise<{ campaignId: string }> {
  authorise(ctx, "campaigns:write");
  return ctx.transaction(async (tx) => {
    const from = await tx.campaign.findFirst({ where: { id: input.campaignId, accountId: ctx.accountId } });
    if (from === null) throw campaignNotFound();
    const template = await tx.template.findFirst({
      where: { id: from.templateId, accountId: ctx.accountId },
      select: { currentVersion: true, category: true },
    });
    const now = ctx.now();
    const { id } = await tx.campaign.create({
      data: {
        accountId: ctx.accountId,
        name: input.name,
        audienceId: from.audienceId,
        category: (template?.category ?? from.category) as Category,
        templateId: from.templateId,
        templateVersion: template?.currentVersion ?? from.templateVersion,
        route: from.route,
        waitS: from.waitS,
        fallbackMode: from.fallbackMode,
        draftStep: "audience",
        createdBy: ctx.actor.kind === "user" ? ctx.actor.id : null,
        createdAt: now,
        updatedAt: now,
      },
      select: { id: true },
    });
    await recordAudit(tx, ctx, {
      action: "campaign.duplicated",
      target: id,
      detail: { name: input.name, from: input.campaignId },
    });
    return { campaignId: id };
  });
}
