import type { CampaignChoice } from "@/lib/schemas/reports";
import { authorise, type TenantContext } from "../tenant-context";

const MAX_CHOICES = 200;

/** Campaigns that a report can be narrowed to: those once launched, newest first. */
export async function listReportCampaigns(ctx: TenantContext): Promise<CampaignChoice[]> {
  authorise(ctx, "reports:read");
  return ctx.db.campaign.findMany({
    where: { accountId: ctx.accountId, launchedAt: { not: null } },
    orderBy: { createdAt: "desc" },
    take: MAX_CHOICES,
    select: { id: true, name: true },
  });
}
