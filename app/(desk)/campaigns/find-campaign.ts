import { notFound } from "next/navigation";
import { AppError } from "@/lib/domain/app-error";
import { campaignIdInput, type CampaignDetail } from "@/lib/schemas/campaigns";
import { getCampaign } from "@/lib/server/campaigns/get-campaign";
import type { TenantContext } from "@/lib/server/tenant-context";

/** For pages: what is not there, or is another account's, is the "not found" page. */
export async function findCampaign(ctx: TenantContext, params: unknown): Promise<CampaignDetail> {
  const parsed = campaignIdInput.safeParse(params);
  if (!parsed.success) notFound();
  try {
    return await getCampaign(ctx, parsed.data.campaignId);
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  }
}
