import { randomUUID } from "node:crypto";
import type { Db } from "../db/prisma";
import { hashPassword, verifyPassword } from "./hash-password";
import { forgetFailures, recordFailure, secondsBlocked } from "./login-throttle";

export const SESSION_DAYS = 14;

export type SignInResult =
  | { readonly ok: true; readonly sessionId: string }
  | { readonly ok: false; readonly reason: "invalid" | "disabled" }
  | { readonly ok: false; readonly reason: "throttled"; readonly seconds: number };

/** Spent on addresses nobody has, so that the time taken does not tell which exist. */
let decoy: Promise<string> | undefined;

/**
 * Checks an e-mail address and a password, and opens a session. An unknown address, a wrong password and a person with no account
 * left all answer "invalid"; "disabled" is told only to someone who knows the password.
 *
 * @param source.ip null where it cannot be trusted; then only the address is throttled
 */
export async function signIn(
  db: Db,
  credentials: { readonly email: string; readonly password: string },
  source: { readonly ip: string | null; readonly userAgent: string | null },
  now: Date,
): Promise<SignInResult> {
  // PostgreSQL text holds no NUL.
  const email = credentials.email.replaceAll("\0", "").trim().toLowerCase().slice(0, 254);
  const keys = [`email:${email}`, ...(source.ip === null ? [] : [`ip:${source.ip}`])];
  const seconds = await secondsBlocked(db, keys, now);
  if (seconds > 0) return { ok: false, reason: "throttled", seconds };

  const user = await db.user.findUnique({ where: { email } });
  decoy ??= hashPassword(randomUUID());
  const right = await verifyPassword(user?.passwordHash ?? (await decoy), credentials.password);
  const membership = user === null || !right ? null : await findMembership(db, user.id, user.lastAccountId);
  if (user === null || !right || membership === null) {
    await recordFailure(db, keys, now);
    return { ok: false, reason: "invalid" };
  }
  if (user.disabledAt !== null) return { ok: false, reason: "disabled" };

  await forgetFailures(db, [`email:${email}`]);
  const session = await db.session.create({
    data: {
      id: randomUUID(),
      userId: user.id,
      accountId: membership.accountId,
      expiresAt: new Date(now.getTime() + SESSION_DAYS * 86_400_000),
      userAgent: source.userAgent?.slice(0, 300) ?? null,
    },
  });
  return { ok: true, sessionId: session.id };
}

async function findMembership(db: Db, userId: string, lastAccountId: string | null) {
  const memberships = await db.membership.findMany({ where: { userId }, orderBy: { createdAt: "asc" } });
  return memberships.find((one) => one.accountId === lastAccountId) ?? memberships[0] ?? null;
}
