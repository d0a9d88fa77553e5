import { ledgerQuery } from "@/lib/schemas/laboratory";
import { listSandboxLedger } from "@/lib/server/laboratory/list-sandbox-ledger";
import { connectionAddresses } from "@/lib/server/web/connection-addresses";
import { defineQuery } from "@/lib/server/web/define-query";

export const GET = defineQuery({ permission: "laboratory:use", input: ledgerQuery }, (ctx, input) =>
  listSandboxLedger(ctx, input, connectionAddresses().sandboxUrl),
);
