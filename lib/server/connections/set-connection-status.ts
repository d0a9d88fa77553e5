import type { ConnectionStatusInput } from "@/lib/schemas/connection-list";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { getStored } from "./find-stored";

/**
 * Pauses a connection, or puts it back to work. Workers notice within a second or two; what a carrier already has still arrives, its
 * receipts still count, and what waits goes out after resuming. Resuming also ends the rest of the breaker: whoever resumes wants it
 * tried now. Doing it twice, or two people at once, is one change and one entry in the audit log.
 *
 * @throws AppError not_found, also for a connection of another account
 */
export async function setConnectionStatus(ctx: TenantContext, input: ConnectionStatusInput): Promise<void> {
  authorise(ctx, "connections:write");
  const { connectionId: id, status } = input;
  await ctx.transaction(async (tx) => {
    const { count } = await tx.connection.updateMany({
      where: { accountId: ctx.accountId, id, status: status === "active" ? "paused" : "active" },
      data: {
        ...{ status, statusAt: ctx.now() },
        ...(status === "active" && { breakerUntil: null, breakerReason: null }),
      },
    });
    const { name } = await getStored(tx, ctx, id);
    if (count === 0) return;
    await recordAudit(tx, ctx, {
      action: status === "active" ? "connection.resumed" : "connection.paused",
      target: id,
      detail: { name },
    });
  });
}
