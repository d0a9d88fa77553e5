import { AppError } from "@/lib/domain/app-error";
import { CHANNEL_CODE } from "@/lib/domain/vocabulary";
import { CONNECTION_CHANNEL, type ConnectionKind } from "@/lib/schemas/connection";
import type { CreateConnectionInput } from "@/lib/schemas/connection-form";
import { recordAudit } from "../audit/record-audit";
import type { Tx } from "../db/prisma";
import { authorise, type TenantContext } from "../tenant-context";
import { insertConnection } from "./save-connection";
import { webhookAddress } from "./webhook-address";

/** No account has that many carriers; a script that runs wild has. */
export const MOST_CONNECTIONS = 100;

export type CreatedConnection = { readonly connectionId: string; readonly webhookUrl: string | null };

/**
 * Adds a carrier link. It is active at once: workers hear of it within seconds. Among those of its channel that serve
 * the same numbers it comes last, so that adding one changes nobody's way unless its prefixes say so.
 *
 * @param webUrl the address people open
 * @throws AppError conflict when the account has too many
 */
export async function createConnection(
  ctx: TenantContext,
  { name, ratePerSecond, prefixes, details }: CreateConnectionInput,
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
    const routing = { prefixes, priority: await lastPlace(tx, ctx.accountId, details.kind) };
    const { id, webhookToken } = await insertConnection(tx, ctx.accountId, name, details, ratePerSecond, routing);
    await recordAudit(tx, ctx, { action: "connection.created", target: id, detail: { name, kind: details.kind } });
    return { connectionId: id, webhookUrl: webhookAddress(details.kind, webhookToken, webUrl) };
  });
}

/** Behind those that are there; of two with the same priority, the older one goes first. */
async function lastPlace(tx: Tx, accountId: string, kind: ConnectionKind): Promise<number | undefined> {
  const channel = CHANNEL_CODE[CONNECTION_CHANNEL[kind]];
  const { _max } = await tx.connection.aggregate({
    where: { accountId, channel, status: { not: "deleted" } },
    _max: { priority: true },
  });
  return _max.priority ?? undefined;
}
