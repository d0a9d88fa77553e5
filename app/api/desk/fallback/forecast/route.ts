import { noInput } from "@/lib/schemas/accounts-fallback";
import { forecastFallback } from "@/lib/server/accounts/forecast-fallback";
import { defineQuery } from "@/lib/server/web/define-query";

export const GET = defineQuery({ permission: "overview:read", input: noInput }, forecastFallback);
