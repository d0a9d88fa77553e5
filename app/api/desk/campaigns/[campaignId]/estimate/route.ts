import { campaignIdInput } from "@/lib/schemas/campaigns";
import { estimateCampaign } from "@/lib/server/campaigns/estimate-campaign";
import { defineQuery } from "@/lib/server/web/define-query";

export const GET = defineQuery({ permission: "campaigns:write", input: campaignIdInput }, (ctx, { campaignId }) =>
  estimateCampaign(ctx, campaignId),
);
