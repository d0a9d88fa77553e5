import type { PersonWithPassword } from "@/lib/schemas/people";
import { recordAudit } from "../audit/record-audit";
import { hashPassword } from "../auth/hash-password";
import { authorise, type TenantContext } from "../tenant-context";
import { closeSessions, lockPeople, refuseSelf, requireMember, requireOwnSignIn } from "./lock-people";
import { makePassword } from "./make-password";

/**
 * Gives a person a new password, made up if none is given and then returned this once, and ends all their sessions. One's own
 * password is changed in one's own settings, where the old one is asked for.
 *
 * @throws AppError not_found, conflict (oneself, a person of other accounts too)
 */
export async function resetPassword(
  ctx: TenantContext,
  input: { readonly userId: string; readonly password?: string | undefined },
): Promise<PersonWithPassword> {
  authorise(ctx, "people:write");
  const madeUp = input.password === undefined ? makePassword() : null;
  const passwordHash = await hashPassword(input.password ?? madeUp ?? "");
  await ctx.transaction(async (tx) => {
    await lockPeople(tx, ctx);
    const member = await requireMember(tx, ctx, input.userId);
    refuseSelf(ctx, input.userId, "people.selfPassword");
    requireOwnSignIn(member);
    await tx.user.update({ where: { id: input.userId }, data: { passwordHash } });
    await closeSessions(tx, ctx, input.userId);
    await recordAudit(tx, ctx, {
      action: "person.password_reset",
      target: input.userId,
      detail: { name: member.name },
    });
  });
  return { userId: input.userId, password: madeUp };
}
