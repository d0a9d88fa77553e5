import type { Person } from "@/lib/schemas/people";
import type { Role } from "@/lib/domain/vocabulary";
import { authorise, type TenantContext } from "../tenant-context";

const MAX_PEOPLE = 1_000;

type Row = {
  user_id: string;
  name: string;
  email: string;
  role: Role;
  disabled_at: Date | null;
  open_sessions: number;
  last_sign_in: Date | null;
  elsewhere: boolean;
};

/** Everyone of the account, those who can sign in first. */
export async function listPeople(ctx: TenantContext): Promise<Person[]> {
  authorise(ctx, "people:read");
  const { rows } = await ctx.sql.query<Row>(
    `SELECT u.id AS user_id, u.name, u.email, m.role, u.disabled_at, coalesce(s.open, 0)::int AS open_sessions,
            s.last_at AS last_sign_in,
            EXISTS (SELECT 1 FROM membership o WHERE o.user_id = u.id AND o.account_id <> m.account_id) AS elsewhere
       FROM membership m
       JOIN app_user u ON u.id = m.user_id
       LEFT JOIN LATERAL (
         SELECT count(*) FILTER (WHERE ended_at IS NULL AND expires_at > $2) AS open, max(created_at) AS last_at
           FROM session WHERE user_id = u.id AND account_id = m.account_id) s ON true
      WHERE m.account_id = $1
      ORDER BY u.disabled_at IS NOT NULL, u.name, u.id LIMIT $3`,
    [ctx.accountId, ctx.now(), MAX_PEOPLE],
  );
  return rows.map((row) => ({
    userId: row.user_id,
    name: row.name,
    email: row.email,
    role: row.role,
    disabledAt: row.disabled_at?.toISOString() ?? null,
    openSessions: row.open_sessions,
    lastSignInAt: row.last_sign_in?.toISOString() ?? null,
    elsewhere: row.elsewhere,
  }));
}
