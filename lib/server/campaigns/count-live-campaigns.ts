import { authorise, type TenantContext } from "../tenant-context";

/** Campaigns that are being sent at this moment, for the note in the navigation. */
export async function countLiveCampaigns(ctx: TenantContext): Promise<number> {
  authorise(ctx, "campaigns:read");
  return ctx.db.campaign.count({ where: { accountId: ctx.accountId, status: "running" } });
}
