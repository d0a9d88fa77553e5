import { AppError } from "@/lib/domain/app-error";
import type { TemplateDetail } from "@/lib/schemas/templates";
import { authorise, type TenantContext } from "../tenant-context";
import { readContent } from "./read-content";

/** The current version, or the named one: what a message said stays readable. @throws AppError not_found */
export async function getTemplate(ctx: TenantContext, templateId: string, version?: number): Promise<TemplateDetail> {
  authorise(ctx, "templates:read");
  const { rows } = await ctx.sql.query<{
    id: string;
    name: string;
    version: number;
    archived_at: Date | null;
    updated_at: Date;
    updated_by: string | null;
    content: unknown;
    used_by: number;
  }>(
    `SELECT t.id, t.name, v.version, t.archived_at, t.updated_at, u.name AS updated_by, v.content,
            (SELECT count(*)::int FROM campaign c WHERE c.account_id = t.account_id AND c.template_id = t.id) AS used_by
       FROM template t
       JOIN template_version v
         ON v.account_id = t.account_id AND v.template_id = t.id AND v.version = coalesce($3, t.current_version)
       LEFT JOIN app_user u ON u.id = v.created_by
      WHERE t.account_id = $1 AND t.id = $2`,
    [ctx.accountId, templateId, version ?? null],
  );
  const row = rows[0];
  if (row === undefined) throw templateNotFound();
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    archived: row.archived_at !== null,
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
    content: readContent(row.content),
    usedByCampaigns: row.used_by,
  };
}

export function templateNotFound(): AppError {
  return new AppError("not_found", "There is no such template.", { messageKey: "template.notFound" });
}
