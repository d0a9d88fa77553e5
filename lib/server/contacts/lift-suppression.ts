import { AppError } from "@/lib/domain/app-error";
import type { LiftSuppressionInput } from "@/lib/schemas/audiences";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";

/**
 * Ends an opt-out or block, with the reason kept: the row stays as evidence. Giving permission back needs no lock; sends see it
 * as soon as it has committed.
 *
 * @throws AppError not_found, conflict when somebody else has lifted it
 */
export async function liftSuppression(ctx: TenantContext, input: LiftSuppressionInput): Promise<void> {
  authorise(ctx, "opt-outs:lift");
  await ctx.transaction(async (tx) => {
    const where = { accountId: ctx.accountId, id: input.suppressionId };
    const [lifted] = await tx.suppression.updateManyAndReturn({
      where: { ...where, liftedAt: null },
      data: { liftedAt: ctx.now(), liftedBy: ctx.actor.id, liftedReason: input.reason },
      select: { e164: true },
    });
    if (lifted === undefined) {
      if ((await tx.suppression.count({ where })) === 0) {
        throw new AppError("not_found", "There is no such opt-out.", { messageKey: "contact.optOutNotFound" });
      }
      throw new AppError("conflict", "This opt-out has been lifted already.", { messageKey: "contact.alreadyLifted" });
    }
    await recordAudit(tx, ctx, {
      action: "contact.opt_out_lifted",
      target: input.suppressionId,
      detail: { name: lifted.e164 },
    });
  });
}
