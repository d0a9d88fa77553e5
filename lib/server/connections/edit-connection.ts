import { AppError } from "@/lib/domain/app-error";
import type { EditConnectionInput } from "@/lib/schemas/connection-form";
import { recordAudit } from "../audit/record-audit";
import type { Prisma } from "../db/generated/client";
import { seal } from "../secrets/seal";
import { authorise, type TenantContext } from "../tenant-context";
import { getStored } from "./find-stored";
import { mergeDetails } from "./merge-details";
import { connectionAssociatedData } from "./save-connection";

/**
 * Changes a connection; secrets that are left out stay. Workers make the link anew within seconds. A rest of the breaker ends with it:
 * whoever mended the cause wants it tried, and one message tries it before the others follow.
 *
 * Of two people who edit the same state, the first wins and the other gets a conflict.
 *
 * @throws AppError not_found, conflict, invalid_input
 */
export async function editConnection(ctx: TenantContext, input: EditConnectionInput): Promise<{ version: number }> {
  authorise(ctx, "connections:write");
  const { connectionId: id, version, name, ratePerSecond, prefixes } = input;
  return ctx.transaction(async (tx) => {
    const stored = await getStored(tx, ctx, id);
    const details = mergeDetails(stored, input.details);
    const hasNewSecrets = Object.values(input.details.secrets).some((value) => value !== undefined);
    const { count } = await tx.connection.updateMany({
      where: { accountId: ctx.accountId, id, version, status: { not: "deleted" } },
      data: {
        ...{ name, ratePerSecond, version: version + 1, config: details.config as Prisma.InputJsonObject },
        ...(prefixes !== undefined && { prefixes }),
        ...(hasNewSecrets && {
          secrets: seal(JSON.stringify(details.secrets), connectionAssociatedData(ctx.accountId, id)),
          secretsAt: ctx.now(),
        }),
        ...(stored.breakerUntil !== null && stored.breakerUntil > ctx.now() && { breakerUntil: ctx.now() }),
      },
    });
    if (count === 0) {
      throw new AppError("conflict", "Someone else changed this connection.", { messageKey: "conflict" });
    }
    await recordAudit(tx, ctx, { action: "connection.updated", target: id, detail: { name, hasNewSecrets } });
    if (prefixes !== undefined && prefixes.join() !== stored.prefixes.join()) {
      await recordAudit(tx, ctx, {
        action: prefixes.length === 0 ? "connection.serves_all" : "connection.serves_prefixes",
        target: id,
        detail: { name, numbers: prefixes.map((prefix) => `+${prefix}`).join(", ") },
      });
    }
    return { version: version + 1 };
  });
}
