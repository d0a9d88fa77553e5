import type { ApiKeyRow } from "@/lib/schemas/api-keys";
import { authorise, type TenantContext } from "../tenant-context";

type Row = {
  id: string;
  name: string;
  prefix: string;
  created_by: string;
  created_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
};

const SHOWN = 200;

/** Keys in use first, newest first; then the revoked ones, which stay because messages and the audit log name them. */
export async function listApiKeys(ctx: TenantContext): Promise<readonly ApiKeyRow[]> {
  authorise(ctx, "api-keys:read");
  const { rows } = await ctx.sql.query<Row>(
    `SELECT k.id, k.name, k.prefix, u.name AS created_by, k.created_at, k.last_used_at, k.revoked_at
       FROM api_key k JOIN app_user u ON u.id = k.created_by
      WHERE k.account_id = $1
      ORDER BY (k.revoked_at IS NOT NULL), k.created_at DESC, k.id
      LIMIT $2`,
    [ctx.accountId, SHOWN],
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  }));
}
