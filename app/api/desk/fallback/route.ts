import { noInput } from "@/lib/schemas/accounts-fallback";
import { loadFallback } from "@/lib/server/accounts/load-fallback";
import { defineQuery } from "@/lib/server/web/define-query";

export const GET = defineQuery({ permission: "overview:read", input: noInput }, loadFallback);
