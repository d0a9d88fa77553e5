import { AppError } from "@/lib/domain/app-error";
import {
  IMPORT_STATUSES,
  storedMapping,
  type ImportListItem,
  type ImportStatus,
  type ImportView,
  type ReasonCount,
} from "@/lib/schemas/audiences-imports";
import { authorise, type TenantContext } from "../tenant-context";

/** Without a sign of life for so long, the worker is taken to be away. */
const STALLED_AFTER_S = 20;

type Row = {
  id: string;
  file_name: string;
  file_bytes: number;
  status: string;
  total_rows: number;
  processed_rows: number;
  imported: number;
  updated: number;
  duplicates: number;
  refused: number;
  error_key: string | null;
  mapping: unknown;
  audience_id: string | null;
  audience_name: string | null;
  has_file: boolean;
  created_at: Date;
  finished_at: Date | null;
  is_stalled: boolean;
};

const SELECT = `
  SELECT i.id, i.file_name, i.file_bytes, i.status, i.total_rows, i.processed_rows, i.imported, i.updated, i.duplicates,
         i.refused, i.error_key, i.mapping, i.audience_id, a.name AS audience_name, i.file IS NOT NULL AS has_file,
         i.created_at, i.finished_at,
         (i.status IN ('queued', 'running')
           AND coalesce(i.heartbeat_at, i.created_at) < clock_timestamp() - make_interval(secs => ${STALLED_AFTER_S})) AS is_stalled
    FROM contact_import i
    LEFT JOIN audience a ON a.account_id = i.account_id AND a.id = i.audience_id`;

/** @throws AppError not_found */
export async function getImport(ctx: TenantContext, importId: string): Promise<ImportView> {
  authorise(ctx, "audiences:read");
  const { rows } = await ctx.sql.query<Row>(`${SELECT} WHERE i.account_id = $1 AND i.id = $2`, [
    ctx.accountId,
    importId,
  ]);
  const row = rows[0];
  if (row === undefined) throw importNotFound();
  const settings = storedMapping.safeParse(row.mapping);
  return {
    id: row.id,
    fileName: row.file_name,
    fileBytes: row.file_bytes,
    status: readStatus(row.status),
    totalRows: row.total_rows,
    processedRows: row.processed_rows,
    imported: row.imported,
    updated: row.updated,
    duplicates: row.duplicates,
    refused: row.refused,
    refusedByReason: row.refused === 0 ? [] : await countReasons(ctx, importId),
    errorKey: row.error_key,
    audienceId: row.audience_id,
    audienceName: row.audience_name,
    settings: settings.success ? settings.data : null,
    hasFile: row.has_file,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    isStalled: row.is_stalled,
  };
}

async function countReasons(ctx: TenantContext, importId: string): Promise<readonly ReasonCount[]> {
  const { rows } = await ctx.sql.query<ReasonCount>(
    `SELECT reason, count(*)::int AS count FROM import_issue
      WHERE account_id = $1 AND import_id = $2 AND kind = 'refused'
      GROUP BY reason ORDER BY count DESC, reason`,
    [ctx.accountId, importId],
  );
  return rows;
}

/** Imports that somebody still has to look at (uploaded, under way, failed, cancelled with the file at hand), newest first. */
export async function listOpenImports(ctx: TenantContext): Promise<readonly ImportListItem[]> {
  authorise(ctx, "audiences:read");
  const { rows } = await ctx.sql.query<Row>(
    `${SELECT} WHERE i.account_id = $1 AND i.status <> 'completed' AND i.file IS NOT NULL
      ORDER BY i.created_at DESC, i.id LIMIT 20`,
    [ctx.accountId],
  );
  return rows.map(toListItem);
}

/** The latest finished imports into one audience. */
export async function listAudienceImports(
  ctx: TenantContext,
  audienceId: string,
): Promise<readonly (ImportListItem & Pick<ImportView, "imported" | "updated" | "refused" | "finishedAt">)[]> {
  authorise(ctx, "audiences:read");
  const { rows } = await ctx.sql.query<Row>(
    `${SELECT} WHERE i.account_id = $1 AND i.audience_id = $2 AND i.status = 'completed'
      ORDER BY i.finished_at DESC LIMIT 10`,
    [ctx.accountId, audienceId],
  );
  return rows.map((row) => ({
    ...toListItem(row),
    imported: row.imported,
    updated: row.updated,
    refused: row.refused,
    finishedAt: row.finished_at?.toISOString() ?? null,
  }));
}

function toListItem(row: Row): ImportListItem {
  return {
    id: row.id,
    fileName: row.file_name,
    status: readStatus(row.status),
    totalRows: row.total_rows,
    processedRows: row.processed_rows,
    createdAt: row.created_at.toISOString(),
    audienceName: row.audience_name,
  };
}

function readStatus(status: string): ImportStatus {
  return IMPORT_STATUSES.find((known) => known === status) ?? "failed";
}

export function importNotFound(): AppError {
  return new AppError("not_found", "There is no such import.", { messageKey: "import.notFound" });
}
