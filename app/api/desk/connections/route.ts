import { noInput } from "@/lib/schemas/accounts-fallback";
import { listConnections } from "@/lib/server/connections/list-connections";
import { connectionAddresses } from "@/lib/server/web/connection-addresses";
import { defineQuery } from "@/lib/server/web/define-query";

export const GET = defineQuery({ permission: "connections:read", input: noInput }, (ctx) =>
  listConnections(ctx, connectionAddresses()),
);
