import { listCampaignsInput } from "@/lib/schemas/campaigns";
import { listCampaigns } from "@/lib/server/campaigns/list-campaigns";
import { defineQuery } from "@/lib/server/web/define-query";

export const GET = defineQuery({ permission: "campaigns:read", input: listCampaignsInput }, listCampaigns);
