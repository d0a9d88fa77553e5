import { authorise, type TenantContext } from "../tenant-context";

export type CampaignChoice = { readonly id: string; readonly name: string; readonly createdAtMs: number };

const SHOWN = 100;

/** Campaigns to filter the history by: the newest, and the one asked for however old. */
export async function listCampaignChoices(
  ctx: TenantContext,
  chosen: string | undefined,
): Promise<readonly CampaignChoice[]> {
  authorise(ctx, "messages:read");
  const { rows } = await ctx.sql.query<{ id: string; name: string; created_at: Date }>(
    `SELECT id, name, created_at FROM campaign WHERE account_id = $1 AND (status <> 'draft' OR id = $2::uuid)
      ORDER BY (id IS NOT DISTINCT FROM $2::uuid) DESC, created_at DESC LIMIT $3`,
    [ctx.accountId, chosen ?? null, SHOWN],
  );
  return rows.map((row) => ({ id: row.id, name: row.name, createdAtMs: row.created_at.getTime() }));
}
