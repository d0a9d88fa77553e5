import { importId } from "@/lib/schemas/audiences-imports";
import { getImport } from "@/lib/server/audiences/get-import";
import { defineQuery } from "@/lib/server/web/define-query";

export const GET = defineQuery({ permission: "audiences:read", input: importId }, (ctx, input) =>
  getImport(ctx, input.importId),
);
