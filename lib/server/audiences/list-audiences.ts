import type { AudienceListItem, AudiencePickerItem } from "@/lib/schemas/audiences";
import { authorise, type TenantContext } from "../tenant-context";

/** More than this is beyond what one list can show; the newest come first. */
const MAX_AUDIENCES = 500;

type Row = { id: string; name: string; people: number; created_at: Date; last_import_at: Date | null };

/** The account's audiences, newest first. */
export async function listAudiences(
  ctx: TenantContext,
  options: { readonly archived?: boolean } = {},
): Promise<readonly AudienceListItem[]> {
  authorise(ctx, "audiences:read");
  const { rows } = await ctx.sql.query<Row>(
    `SELECT a.id, a.name, a.created_at,
            (SELECT count(*)::int FROM audience_member m WHERE m.account_id = a.account_id AND m.audience_id = a.id) AS people,
            (SELECT max(i.finished_at) FROM contact_import i
              WHERE i.account_id = a.account_id AND i.audience_id = a.id AND i.status = 'completed') AS last_import_at
       FROM audience a
      WHERE a.account_id = $1 AND (a.archived_at IS NOT NULL) = $2
      ORDER BY a.created_at DESC, a.id DESC
      LIMIT $3`,
    [ctx.accountId, options.archived ?? false, MAX_AUDIENCES],
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    people: row.people,
    createdAt: row.created_at.toISOString(),
    lastImportAt: row.last_import_at?.toISOString() ?? null,
  }));
}

/** What a campaign can be sent to: audiences in use, by name. Empty ones too, so that nobody wonders where they are. */
export async function listAudiencesForPicker(ctx: TenantContext): Promise<readonly AudiencePickerItem[]> {
  const audiences = await listAudiences(ctx);
  return audiences
    .map(({ id, name, people }) => ({ id, name, people }))
    .toSorted((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
}
