import { approvalState } from "@/lib/domain/template/approval";
import { importObstacle } from "@/lib/domain/template/from-approved";
import { approvedShape, type ApprovedTemplates } from "@/lib/schemas/whatsapp-templates";
import { authorise, type TenantContext } from "../tenant-context";
import { readBusinessAccounts } from "./read-business-accounts";

/** More than a page can show with use; Meta's own list has a search. */
const MOST = 1_000;

type Row = {
  readonly connection_id: string;
  readonly name: string;
  readonly language: string;
  readonly status: string;
  readonly category: string | null;
  readonly shape: unknown;
  readonly rejected_reason: string | null;
  readonly ttl_s: number | null;
  readonly template_id: string | null;
  readonly template_name: string | null;
};

/** Every template of the business accounts, with those of ours that send them. */
export async function listApprovedTemplates(ctx: TenantContext): Promise<ApprovedTemplates> {
  authorise(ctx, "templates:read");
  const [accounts, { rows }] = await Promise.all([
    readBusinessAccounts(ctx),
    ctx.sql.query<Row>(
      `WITH ours AS (
         SELECT DISTINCT ON (name, language) t.id, t.name AS template_name, v.content->'whatsapp'->>'templateName' AS name,
                replace(coalesce(v.content->'whatsapp'->>'language', v.content->>'language'), '-', '_') AS language
           FROM template t
           JOIN template_version v
             ON v.account_id = t.account_id AND v.template_id = t.id AND v.version = t.current_version
          WHERE t.account_id = $1 AND t.archived_at IS NULL
          ORDER BY name, language, t.updated_at DESC)
       SELECT w.connection_id, w.name, w.language, w.status, w.category, w.shape, w.rejected_reason, w.ttl_s,
              o.id AS template_id, o.template_name
         FROM whatsapp_template w
         JOIN connection c ON c.account_id = w.account_id AND c.id = w.connection_id AND c.status <> 'deleted'
         LEFT JOIN ours o ON o.name = w.name AND o.language = w.language
        WHERE w.account_id = $1
        ORDER BY c.created_at, w.name, w.language
        LIMIT ${MOST}`,
      [ctx.accountId],
    ),
  ]);
  return {
    accounts: accounts.map(({ isActive: _isActive, ...account }) => account),
    templates: rows.map((row) => {
      const shape = approvedShape.safeParse(row.shape).data ?? null;
      return {
        ...{ connectionId: row.connection_id, name: row.name, language: row.language, category: row.category },
        ...{
          state: approvalState(row.status),
          reason: row.rejected_reason,
          ttlS: row.ttl_s,
          body: shape?.body ?? null,
        },
        obstacle: importObstacle(shape),
        template: row.template_id === null ? null : { id: row.template_id, name: row.template_name ?? row.name },
      };
    }),
  };
}
