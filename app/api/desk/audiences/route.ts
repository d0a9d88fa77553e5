import { z } from "zod";
import { listAudiencesForPicker } from "@/lib/server/audiences/list-audiences";
import { defineQuery } from "@/lib/server/web/define-query";

export const GET = defineQuery({ permission: "audiences:read", input: z.object({}) }, (ctx) =>
  listAudiencesForPicker(ctx),
);
