import { listContactsInput } from "@/lib/schemas/audiences";
import { listAudienceContacts } from "@/lib/server/audiences/list-audience-contacts";
import { defineQuery } from "@/lib/server/web/define-query";

export const GET = defineQuery({ permission: "audiences:read", input: listContactsInput }, (ctx, input) =>
  listAudienceContacts(ctx, input),
);
