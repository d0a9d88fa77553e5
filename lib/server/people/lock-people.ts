import { AppError } from "@/lib/domain/app-error";
import type { Role } from "@/lib/domain/vocabulary";
import type { Tx } from "../db/prisma";
import type { TenantContext } from "../tenant-context";

export type Member = {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly disabled: boolean;
  /** Belongs to other accounts too. */
  readonly elsewhere: boolean;
};

/**
 * Takes the account's lock for changes to its people, for the rest of the transaction, and looks again whether the actor is still
 * an admin: of two admins who demote or disable each other at once, the second is no admin any more when its turn comes.
 *
 * @throws AppError forbidden
 */
export async function lockPeople(tx: Tx, ctx: TenantContext): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('people:' || ${ctx.accountId}, 0))`;
  if (ctx.actor.kind !== "user") return;
  const actor = await readMember(tx, ctx, ctx.actor.id);
  if (actor?.role === "admin" && !actor.disabled) return;
  throw new AppError("forbidden", "You are no admin of this account any more.", { messageKey: "forbidden" });
}

/** @throws AppError not_found, also for a person of another account */
export async function requireMember(tx: Tx, ctx: TenantContext, userId: string): Promise<Member> {
  const member = await readMember(tx, ctx, userId);
  if (member === null) throw new AppError("not_found", "No such person.", { messageKey: "notFound" });
  return member;
}

async function readMember(tx: Tx, ctx: TenantContext, userId: string): Promise<Member | null> {
  const rows = await tx.$queryRaw<Member[]>`
    SELECT u.id AS "userId", u.name, u.email, m.role, u.disabled_at IS NOT NULL AS disabled,
           EXISTS (SELECT 1 FROM membership o WHERE o.user_id = u.id AND o.account_id <> m.account_id) AS elsewhere
      FROM membership m JOIN app_user u ON u.id = m.user_id
     WHERE m.account_id = ${ctx.accountId}::uuid AND m.user_id = ${userId}::uuid`;
  return rows[0] ?? null;
}

/** @throws AppError conflict, if `leaving` is the account's last admin who can sign in. Call with the lock held. */
export async function keepAnAdmin(tx: Tx, ctx: TenantContext, leaving: Member): Promise<void> {
  if (leaving.role !== "admin" || leaving.disabled) return;
  const rows = await tx.$queryRaw<{ others: number }[]>`
    SELECT count(*)::int AS others FROM membership m JOIN app_user u ON u.id = m.user_id AND u.disabled_at IS NULL
     WHERE m.account_id = ${ctx.accountId}::uuid AND m.role = 'admin' AND m.user_id <> ${leaving.userId}::uuid`;
  if ((rows[0]?.others ?? 0) > 0) return;
  throw new AppError("conflict", `${leaving.name} is the last admin of this account.`, {
    messageKey: "people.lastAdmin",
    values: { name: leaving.name },
  });
}

/** A sign-in is shared by all accounts of a person: an admin of one must not lock, or take over, the others. */
export function requireOwnSignIn(member: Member): void {
  if (!member.elsewhere) return;
  throw new AppError("conflict", `${member.name} also belongs to other accounts.`, {
    messageKey: "people.elsewhere",
    values: { name: member.name },
  });
}

export function refuseSelf(ctx: TenantContext, userId: string, messageKey: string): void {
  if (ctx.actor.id !== userId) return;
  throw new AppError("conflict", "You cannot do this to yourself.", { messageKey });
}

/** Ends a person's sessions in this account; the next request of each is signed out. */
export async function closeSessions(tx: Tx, ctx: TenantContext, userId: string): Promise<number> {
  const { count } = await tx.session.updateMany({
    where: { userId, accountId: ctx.accountId, endedAt: null },
    data: { endedAt: ctx.now() },
  });
  return count;
}
