import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { closeSessions, keepAnAdmin, lockPeople, refuseSelf, requireMember, requireOwnSignIn } from "./lock-people";

/**
 * Turns a person's sign-in off, at once and in every open browser, or on again. Doing it twice changes nothing.
 *
 * @throws AppError not_found, conflict (oneself, the last admin, a person of other accounts too)
 */
export async function setPersonDisabled(
  ctx: TenantContext,
  input: { readonly userId: string; readonly disabled: boolean },
): Promise<void> {
  authorise(ctx, "people:write");
  await ctx.transaction(async (tx) => {
    await lockPeople(tx, ctx);
    const member = await requireMember(tx, ctx, input.userId);
    if (member.disabled === input.disabled) return;
    refuseSelf(ctx, input.userId, "people.selfDisable");
    requireOwnSignIn(member);
    if (input.disabled) await keepAnAdmin(tx, ctx, member);
    await tx.user.update({ where: { id: input.userId }, data: { disabledAt: input.disabled ? ctx.now() : null } });
    if (input.disabled) await closeSessions(tx, ctx, input.userId);
    await recordAudit(tx, ctx, {
      action: input.disabled ? "person.disabled" : "person.enabled",
      target: input.userId,
      detail: { name: member.name },
    });
  });
}
