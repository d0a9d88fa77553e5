import { noInput } from "@/lib/schemas/accounts-fallback";
import { countLiveCampaigns } from "@/lib/server/campaigns/count-live-campaigns";
import { defineQuery } from "@/lib/server/web/define-query";

export const GET = defineQuery({ permission: "campaigns:read", input: noInput }, countLiveCampaigns);
