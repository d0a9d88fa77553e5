import { AppError } from "@/lib/domain/app-error";
import { CHANNEL_CODE } from "@/lib/domain/vocabulary";
import type { ConnectionOrderInput } from "@/lib/schemas/connection-list";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";

/**
 * Says in which order connections of a channel are asked where their prefixes are equally long. Workers hear of it within seconds; what
 * has begun stays with its connection. The rows are locked, so that two people at once leave the order of one of them.
 *
 * @throws AppError conflict where the ids are not those of the channel's connections: one came or went meanwhile
 */
export async function arrangeConnections(
  ctx: TenantContext,
  { channel, connectionIds }: ConnectionOrderInput,
): Promise<void> {
  authorise(ctx, "connections:write");
  await ctx.transaction(async (tx) => {
    const rows = await tx.$queryRaw<{ id: string; name: string; priority: number }[]>`
      SELECT id, name, priority FROM connection
      WHERE account_id = ${ctx.accountId}::uuid AND channel = ${CHANNEL_CODE[channel]}::smallint AND status <> 'deleted'
      ORDER BY id FOR UPDATE`;
    const known = new Map(rows.map((row) => [row.id, row]));
    const asked = connectionIds.flatMap((id) => known.get(id) ?? []);
    if (new Set(asked).size !== rows.length || connectionIds.length !== rows.length) {
      throw new AppError("conflict", "The connections of this channel have changed.", { messageKey: "conflict" });
    }
    if (asked.every(({ priority }, place) => priority === place + 1)) return;
    for (const [place, { id }] of asked.entries()) {
      await tx.connection.update({
        where: { accountId_id: { accountId: ctx.accountId, id } },
        data: { priority: place + 1 },
      });
    }
    await recordAudit(tx, ctx, {
      action: "connection.rearranged",
      detail: { channel, names: asked.map(({ name }) => `“${name}”`).join(", ") },
    });
  });
}
