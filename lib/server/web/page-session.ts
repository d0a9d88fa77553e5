import "server-only";
import { getServerSession } from "next-auth";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { can, type Permission } from "@/lib/domain/permissions";
import type { Role } from "@/lib/domain/vocabulary";
import { DATABASE_AWAY_DIGEST } from "@/lib/schemas/database-away";
import { loadSession, type LiveSession } from "../auth/load-session";
import { isDatabaseAway } from "../db/is-database-away";
import { prisma } from "../db/prisma";
import { tenantContext, type TenantContext } from "../tenant-context";
import { authOptions } from "./auth-options";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The live session of this request, or null; read once a request. */
export const findSession = cache(async (): Promise<LiveSession | null> => {
  const session = await getServerSession(authOptions());
  const sid = (session as { sid?: string } | null)?.sid;
  return sid !== undefined && UUID.test(sid) ? loadSession(prisma(), sid, new Date()).catch(sayAway) : null;
});

/** Every page begins with its session: the mark by which the error page knows that the database is away is put on here. */
function sayAway(error: unknown): never {
  if (error instanceof Error && isDatabaseAway(error)) Object.assign(error, { digest: DATABASE_AWAY_DIGEST });
  throw error;
}

export type PageSession = LiveSession & {
  readonly memberships: readonly { readonly accountId: string; readonly accountName: string; readonly role: Role }[];
};

/**
 * For pages. Sends to /sign-in without a session; a page the role may not see does not exist for it.
 */
export async function requirePageSession(permission?: Permission): Promise<PageSession> {
  const session = await findSession();
  if (session === null) redirect("/sign-in");
  if (permission !== undefined && !can(session.role, permission)) notFound();
  return { ...session, memberships: await listMemberships(session.user.id) };
}

/** For pages that read by use case: the context of the person looking. */
export async function pageContext(permission: Permission): Promise<{ session: PageSession; ctx: TenantContext }> {
  const session = await requirePageSession(permission);
  return { session, ctx: contextOf(session) };
}

export function contextOf(session: LiveSession): TenantContext {
  return tenantContext({
    accountId: session.account.id,
    shard: session.account.shard,
    actor: { kind: "user", id: session.user.id, name: session.user.name, role: session.role },
  });
}

const listMemberships = cache(async (userId: string) => {
  const rows = await prisma().$queryRaw<{ account_id: string; name: string; role: Role }[]>`
    SELECT m.account_id, a.name, m.role FROM membership m JOIN account a ON a.id = m.account_id
     WHERE m.user_id = ${userId}::uuid ORDER BY a.name LIMIT 100`;
  return rows.map((row) => ({ accountId: row.account_id, accountName: row.name, role: row.role }));
});
