import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { audienceArchived, audienceNameTaken, audienceNotFound } from "./get-audience-row";

/** @throws AppError not_found, conflict when another audience has the name or this one is archived */
export async function renameAudience(
  ctx: TenantContext,
  input: { readonly audienceId: string; readonly name: string },
): Promise<void> {
  authorise(ctx, "audiences:write");
  await ctx.transaction(async (tx) => {
    const [audience] = await tx.$queryRaw<{ name: string; archived: boolean }[]>`
      SELECT name, archived_at IS NOT NULL AS archived FROM audience
       WHERE account_id = ${ctx.accountId}::uuid AND id = ${input.audienceId}::uuid FOR NO KEY UPDATE`;
    if (audience === undefined) throw audienceNotFound();
    if (audience.archived) throw audienceArchived();
    if (audience.name === input.name) return;
    await tx.audience
      .update({
        where: { accountId_id: { accountId: ctx.accountId, id: input.audienceId } },
        data: { name: input.name },
      })
      .catch((error: unknown) => {
        throw isUniqueViolation(error) ? audienceNameTaken() : error;
      });
    await recordAudit(tx, ctx, {
      action: "audience.renamed",
      target: input.audienceId,
      detail: { from: audience.name, to: input.name },
    });
  });
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === "P2002";
}
