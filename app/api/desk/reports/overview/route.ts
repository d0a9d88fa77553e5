import { overviewInput } from "@/lib/schemas/reports";
import { loadOverview } from "@/lib/server/reports/load-overview";
import { defineQuery } from "@/lib/server/web/define-query";

export const GET = defineQuery({ permission: "overview:read", input: overviewInput }, loadOverview);
