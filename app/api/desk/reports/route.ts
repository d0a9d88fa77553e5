import { reportInput } from "@/lib/schemas/reports";
import { loadReport } from "@/lib/server/reports/load-report";
import { defineQuery } from "@/lib/server/web/define-query";

export const GET = defineQuery({ permission: "reports:read", input: reportInput }, loadReport);
