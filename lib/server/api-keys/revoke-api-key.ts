import { AppError } from "@/lib/domain/app-error";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";

/**
 * Ends a key for good. Every request reads its key's row, so the next one is already refused; messages taken before are sent.
 *
 * @throws AppError forbidden | not_found | conflict (someone was faster)
 */
export async function revokeApiKey(ctx: TenantContext, input: { readonly keyId: string }): Promise<void> {
  authorise(ctx, "api-keys:write");
  const where = { accountId: ctx.accountId, id: input.keyId };
  await ctx.transaction(async (tx) => {
    const { count } = await tx.apiKey.updateMany({
      where: { ...where, revokedAt: null },
      data: { revokedAt: ctx.now() },
    });
    const key = await tx.apiKey.findUnique({
      where: { accountId_id: where },
      select: { name: true, prefix: true },
    });
    if (key === null) throw new AppError("not_found", "No such API key.", { messageKey: "notFound" });
    if (count === 0) {
      throw new AppError("conflict", "This key has been revoked already.", { messageKey: "apiKey.alreadyRevoked" });
    }
    await recordAudit(tx, ctx, { action: "api_key.revoked", target: input.keyId, detail: key });
  });
}
