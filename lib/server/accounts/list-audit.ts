import type { AuditPage, AuditRow } from "@/lib/schemas/accounts";
import { authorise, type TenantContext } from "../tenant-context";

export const AUDIT_PAGE_SIZE = 50;

/** One page of the audit log, newest first. */
export async function listAudit(
  ctx: TenantContext,
  input: { readonly before?: number | undefined },
): Promise<AuditPage> {
  authorise(ctx, "audit:read");
  const rows = await ctx.db.auditEntry.findMany({
    where: { accountId: ctx.accountId, ...(input.before === undefined ? {} : { seq: { lt: BigInt(input.before) } }) },
    orderBy: { seq: "desc" },
    take: AUDIT_PAGE_SIZE + 1,
  });
  const shown = rows.slice(0, AUDIT_PAGE_SIZE);
  const names = await nameTargets(
    ctx,
    shown.flatMap((row) => (row.target === null ? [] : [row.target])),
  );
  const entries = shown.map((row): AuditRow => ({
    seq: Number(row.seq),
    at: row.at.toISOString(),
    actorKind: row.actorKind as AuditRow["actorKind"],
    actorName: row.actorName,
    action: row.action,
    target: row.target,
    subject: row.target === null ? null : (names.get(row.target) ?? null),
    detail: row.detail as AuditRow["detail"],
  }));
  const last = entries.at(-1);
  return { entries, olderBefore: rows.length > AUDIT_PAGE_SIZE && last !== undefined ? last.seq : null };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What the targets are called today; what is gone has no name any more. */
async function nameTargets(ctx: TenantContext, targets: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await ctx.sql.query<{ id: string; name: string }>(
    `SELECT id, name FROM campaign WHERE account_id = $1 AND id = ANY($2::uuid[])
     UNION ALL SELECT id, name FROM template WHERE account_id = $1 AND id = ANY($2::uuid[])
     UNION ALL SELECT id, name FROM audience WHERE account_id = $1 AND id = ANY($2::uuid[])
     UNION ALL SELECT id, name FROM connection WHERE account_id = $1 AND id = ANY($2::uuid[])
     UNION ALL SELECT id, name FROM api_key WHERE account_id = $1 AND id = ANY($2::uuid[])
     UNION ALL SELECT id, file_name FROM contact_import WHERE account_id = $1 AND id = ANY($2::uuid[])
     UNION ALL SELECT id, e164 FROM contact WHERE account_id = $1 AND id = ANY($2::uuid[])
     UNION ALL SELECT id, e164 FROM suppression WHERE account_id = $1 AND id = ANY($2::uuid[])
     UNION ALL SELECT u.id, u.name FROM app_user u JOIN membership m ON m.user_id = u.id
                WHERE m.account_id = $1 AND u.id = ANY($2::uuid[])`,
    [ctx.accountId, targets.filter((target) => UUID.test(target))],
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}
