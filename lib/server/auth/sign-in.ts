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

  const opened = await openSession(db, user, membership.accountId, source.userAgent, now);
  if (opened === null) return { ok: false, reason: "invalid" };
  await forgetFailures(db, [`email:${email}`]);
  return { ok: true, sessionId: opened };
}

/**
 * The session is written only if the password and the person still are what was checked: a reset or a disabling that committed
 * while argon2 ran ends all sessions, and none may slip in behind it.
 */
async function openSession(
  db: Db,
  user: { readonly id: string; readonly passwordHash: string },
  accountId: string,
  userAgent: string | null,
  now: Date,
): Promise<string | null> {
  const id = randomUUID();
  const expiresAt = new Date(now.getTime() + SESSION_DAYS * 86_400_000);
  const written = await db.$executeRaw`
    INSERT INTO session (id, user_id, account_id, created_at, expires_at, user_agent)
    SELECT ${id}::uuid, u.id, ${accountId}::uuid, ${now}, ${expiresAt}, ${userAgent?.slice(0, 300) ?? null}
      FROM app_user u
     WHERE u.id = ${user.id}::uuid AND u.password_hash = ${user.passwordHash} AND u.disabled_at IS NULL
       FOR SHARE`;
  return written === 1 ? id : null;
}

async function findMembership(db: Db, userId: string, lastAccountId: string | null) {
  const memberships = await db.membership.findMany({ where: { userId }, orderBy: { createdAt: "asc" } });
  return memberships.find((one) => one.accountId === lastAccountId) ?? memberships[0] ?? null;
}
