import type { ConnectionIdInput } from "@/lib/schemas/connection-form";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { getStored } from "./find-stored";

/** The clocks of hosts differ: a rest that has been ended here must be over for all of them, or one of them would end it again. */
const CLOCKS_DIFFER_MS = 2_000;

/**
 * Ends a rest of the breaker: the next message tries the link, and the others follow if it gets through. Pressed twice, or when the
 * rest is over already, nothing changes.
 *
 * @throws AppError not_found, also for a connection of another account
 */
export async function retryConnectionNow(ctx: TenantContext, { connectionId: id }: ConnectionIdInput): Promise<void> {
  authorise(ctx, "connections:write");
  await ctx.transaction(async (tx) => {
    const { name } = await getStored(tx, ctx, id);
    const now = ctx.now();
    const { count } = await tx.connection.updateMany({
      where: { accountId: ctx.accountId, id, status: "active", breakerUntil: { gt: now } },
      data: { breakerUntil: new Date(now.getTime() - CLOCKS_DIFFER_MS) },
    });
    if (count > 0) await recordAudit(tx, ctx, { action: "connection.tried_again", target: id, detail: { name } });
  });
}
