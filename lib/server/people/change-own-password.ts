import { AppError } from "@/lib/domain/app-error";
import { recordAudit } from "../audit/record-audit";
import { hashPassword, verifyPassword } from "../auth/hash-password";
import { forgetFailures, recordFailure, secondsBlocked } from "../auth/login-throttle";
import type { TenantContext } from "../tenant-context";

/**
 * Changes one's own password and signs out everywhere else. A wrong present password counts towards a block of its own, so that an
 * unlocked screen is no way to guess it.
 *
 * @param keepSessionId the session from which it is done; it stays
 * @throws AppError invalid_input (the present password is wrong), rate_limited, conflict (changed elsewhere at the same moment)
 */
export async function changeOwnPassword(
  ctx: TenantContext,
  input: { readonly current: string; readonly next: string },
  keepSessionId: string,
): Promise<void> {
  const userId = requireUser(ctx);
  const key = [`own-password:${userId}`];
  const blockedS = await secondsBlocked(ctx.db, key, ctx.now());
  if (blockedS > 0) {
    throw new AppError("rate_limited", `Too many tries. Try again in ${blockedS} s.`, {
      messageKey: "people.tooManyTries",
      values: { seconds: blockedS },
    });
  }
  const user = await ctx.db.user.findUniqueOrThrow({ where: { id: userId }, select: { passwordHash: true } });
  if (!(await verifyPassword(user.passwordHash, input.current))) {
    await recordFailure(ctx.db, key, ctx.now());
    throw new AppError("invalid_input", "The present password is not right.", {
      messageKey: "people.wrongPassword",
      fields: { current: "people.wrongPassword" },
    });
  }
  const passwordHash = await hashPassword(input.next);
  await ctx.transaction(async (tx) => {
    const { count } = await tx.user.updateMany({
      where: { id: userId, passwordHash: user.passwordHash },
      data: { passwordHash },
    });
    if (count === 0) throw new AppError("conflict", "The password was changed elsewhere.", { messageKey: "conflict" });
    await tx.session.updateMany({
      where: { userId, endedAt: null, id: { not: keepSessionId } },
      data: { endedAt: ctx.now() },
    });
    await recordAudit(tx, ctx, { action: "person.own_password_changed", target: userId });
  });
  await forgetFailures(ctx.db, key);
}

/** @throws AppError forbidden for programs and jobs, which have no password */
export function requireUser(ctx: TenantContext): string {
  if (ctx.actor.kind === "user") return ctx.actor.id;
  throw new AppError("forbidden", "Only a person can do this.", { messageKey: "forbidden" });
}
