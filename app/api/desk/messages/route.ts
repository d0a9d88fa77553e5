import { messageFilters } from "@/lib/schemas/messages";
import { listMessages } from "@/lib/server/messages/list-messages";
import { defineQuery } from "@/lib/server/web/define-query";

export const GET = defineQuery({ permission: "messages:read", input: messageFilters }, (ctx, filters) =>
  listMessages(ctx, filters),
);
