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
  const entries = rows.slice(0, AUDIT_PAGE_SIZE).map((row): AuditRow => ({
    seq: Number(row.seq),
    at: row.at.toISOString(),
    actorKind: row.actorKind as AuditRow["actorKind"],
    actorName: row.actorName,
    action: row.action,
    target: row.target,
    detail: row.detail as AuditRow["detail"],
  }));
  const last = entries.at(-1);
  return { entries, olderBefore: rows.length > AUDIT_PAGE_SIZE && last !== undefined ? last.seq : null };
}
