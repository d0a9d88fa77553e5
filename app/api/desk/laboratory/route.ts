import { noInput } from "@/lib/schemas/accounts-fallback";
import { readLaboratory } from "@/lib/server/laboratory/read-laboratory";
import { connectionAddresses } from "@/lib/server/web/connection-addresses";
import { defineQuery } from "@/lib/server/web/define-query";

export const GET = defineQuery({ permission: "laboratory:use", input: noInput }, (ctx) =>
  readLaboratory(ctx, connectionAddresses().sandboxUrl),
);
