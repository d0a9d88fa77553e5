import type { Role } from "@/lib/domain/vocabulary";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { closeSessions, keepAnAdmin, lockPeople, refuseSelf, requireMember } from "./lock-people";

/**
 * Gives a person another role. Their sessions end, so no page made for the old role stays open.
 *
 * @throws AppError not_found, conflict (oneself, the last admin), forbidden (demoted by someone else meanwhile)
 */
export async function changeRole(
  ctx: TenantContext,
  input: { readonly userId: string; readonly role: Role },
): Promise<void> {
  authorise(ctx, "people:write");
  await ctx.transaction(async (tx) => {
    await lockPeople(tx, ctx);
    const member = await requireMember(tx, ctx, input.userId);
    if (member.role === input.role) return;
    refuseSelf(ctx, input.userId, "people.selfRole");
    if (input.role !== "admin") await keepAnAdmin(tx, ctx, member);
    await tx.membership.update({
      where: { accountId_userId: { accountId: ctx.accountId, userId: input.userId } },
      data: { role: input.role },
    });
    await closeSessions(tx, ctx, input.userId);
    await recordAudit(tx, ctx, {
      action: "person.role_changed",
      target: input.userId,
      detail: { name: member.name, from: member.role, to: input.role },
    });
  });
}
