import { campaignIdInput } from "@/lib/schemas/campaigns";
import { getCampaignProgress } from "@/lib/server/campaigns/get-campaign-progress";
import { defineQuery } from "@/lib/server/web/define-query";

export const GET = defineQuery({ permission: "campaigns:read", input: campaignIdInput }, (ctx, { campaignId }) =>
  getCampaignProgress(ctx, campaignId),
);
