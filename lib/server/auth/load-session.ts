import type { Locale, Role } from "@/lib/domain/vocabulary";
import type { Db } from "../db/prisma";

export type LiveSession = {
  readonly sessionId: string;
  readonly user: { readonly id: string; readonly name: string; readonly email: string; readonly locale: Locale };
  readonly account: {
    readonly id: string;
    readonly name: string;
    readonly shard: number;
    readonly currency: string;
    readonly timeZone: string;
    readonly defaultCountry: string;
    readonly isDemo: boolean;
  };
  readonly role: Role;
};

type Row = {
  user_id: string;
  user_name: string;
  email: string;
  locale: Locale;
  account_id: string;
  account_name: string;
  shard: number;
  currency: string;
  time_zone: string;
  default_country: string;
  is_demo: boolean;
  role: Role;
};

/**
 * The session with its user, account and role as they are at this moment: one indexed query each request, so that sign-out,
 * disabling a person and a change of role act at once. null if any of them is gone.
 */
export async function loadSession(db: Db, sessionId: string, now: Date): Promise<LiveSession | null> {
  const rows = await db.$queryRaw<Row[]>`
    SELECT u.id AS user_id, u.name AS user_name, u.email, u.locale, a.id AS account_id, a.name AS account_name,
           a.shard, a.currency, a.time_zone, a.default_country, a.is_demo, m.role
      FROM session s
      JOIN app_user u ON u.id = s.user_id AND u.disabled_at IS NULL
      JOIN membership m ON m.account_id = s.account_id AND m.user_id = s.user_id
      JOIN account a ON a.id = s.account_id
     WHERE s.id = ${sessionId}::uuid AND s.ended_at IS NULL AND s.expires_at > ${now}`;
  const row = rows[0];
  if (row === undefined) return null;
  return {
    sessionId,
    user: { id: row.user_id, name: row.user_name, email: row.email, locale: row.locale },
    account: {
      id: row.account_id,
      name: row.account_name,
      shard: row.shard,
      currency: row.currency,
      timeZone: row.time_zone,
      defaultCountry: row.default_country,
      isDemo: row.is_demo,
    },
    role: row.role,
  };
}

/** Ends one session; ending it again changes nothing. */
export async function endSession(db: Db, sessionId: string, now: Date): Promise<void> {
  await db.session.updateMany({ where: { id: sessionId, endedAt: null }, data: { endedAt: now } });
}
