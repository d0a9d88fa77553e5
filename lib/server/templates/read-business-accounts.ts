import type { LinkReason } from "@/lib/domain/connection/link-verdict";
import type { BusinessAccountView } from "@/lib/schemas/whatsapp-templates";
import type { TenantContext } from "../tenant-context";

/** The account's WhatsApp connections, oldest first, and how reading their templates went. */
export async function readBusinessAccounts(
  ctx: TenantContext,
): Promise<readonly (BusinessAccountView & { readonly isActive: boolean })[]> {
  const { rows } = await ctx.sql.query<{
    id: string;
    name: string;
    status: string;
    has: boolean;
    synced_at: Date | null;
    problem: LinkReason | null;
  }>(
    `SELECT c.id, c.name, c.status, coalesce(c.config->>'wabaId', '') <> '' AS has, s.synced_at, s.problem
       FROM connection c
       LEFT JOIN whatsapp_template_sync s ON s.account_id = c.account_id AND s.connection_id = c.id
      WHERE c.account_id = $1 AND c.kind = 'whatsapp_cloud' AND c.status <> 'deleted'
      ORDER BY c.created_at, c.id`,
    [ctx.accountId],
  );
  return rows.map((row) => ({
    ...{ connectionId: row.id, connectionName: row.name, hasBusinessAccount: row.has },
    ...{ syncedAt: row.synced_at?.toISOString() ?? null, problem: row.problem, isActive: row.status === "active" },
  }));
}
