import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { closeSessions, keepAnAdmin, lockPeople, refuseSelf, requireMember } from "./lock-people";

/**
 * Takes a person out of this account. Their sign-in and their other accounts stay; for someone who has no other account, disabling
 * keeps the way back.
 *
 * @throws AppError not_found, conflict (oneself, the last admin)
 */
export async function removePerson(ctx: TenantContext, input: { readonly userId: string }): Promise<void> {
  authorise(ctx, "people:write");
  await ctx.transaction(async (tx) => {
    await lockPeople(tx, ctx);
    const member = await requireMember(tx, ctx, input.userId);
    refuseSelf(ctx, input.userId, "people.selfDisable");
    await keepAnAdmin(tx, ctx, member);
    await tx.membership.delete({ where: { accountId_userId: { accountId: ctx.accountId, userId: input.userId } } });
    await closeSessions(tx, ctx, input.userId);
    await recordAudit(tx, ctx, {
      action: "person.removed",
      target: input.userId,
      detail: { name: member.name, email: member.email },
    });
  });
}
