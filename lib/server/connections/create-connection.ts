import { AppError } from "@/lib/domain/app-error";
import type { CreateConnectionInput } from "@/lib/schemas/connection-form";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { insertConnection } from "./save-connection";
import { webhookAddress } from "./webhook-address";

/** No account has that many carriers; a script that runs wild has. */
export const MOST_CONNECTIONS = 100;

export type CreatedConnection = { readonly connectionId: string; readonly webhookUrl: string | null };

/**
 * Adds a carrier link. It is active at once, but sends only where no older one of its channel is: workers hear of it within seconds.
 *
 * @param webUrl the address people open
 * @throws AppError conflict when the account has too many
 */
export async function createConnection(
  ctx: TenantContext,
  { name, ratePerSecond, details }: CreateConnectionInput,
  webUrl: string,
): Promise<CreatedConnection> {
  authorise(ctx, "connections:write");
  return ctx.transaction(async (tx) => {
    const count = await tx.connection.count({ where: { accountId: ctx.accountId, status: { not: "deleted" } } });
    if (count >= MOST_CONNECTIONS) {
      throw new AppError("conflict", `An account has at most ${MOST_CONNECTIONS} connections.`, {
        messageKey: "connection.tooMany",
        values: { max: MOST_CONNECTIONS },
      });
    }
    const { id, webhookToken } = await insertConnection(tx, ctx.accountId, name, details, ratePerSecond);
    await recordAudit(tx, ctx, { action: "connection.created", target: id, detail: { name, kind: details.kind } });
    return { connectionId: id, webhookUrl: webhookAddress(details.kind, webhookToken, webUrl) };
  });
}
