import type { AuditVerdict } from "@/lib/schemas/accounts";
import { hashEntry } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";

const BATCH = 1_000;

/**
 * Walks the account's whole audit chain: every number there, every hash that of its row, each naming the one before. What it cannot
 * see is an end cut off; for that keep the last hash elsewhere.
 */
export async function verifyAudit(ctx: TenantContext): Promise<AuditVerdict> {
  authorise(ctx, "audit:read");
  let entries = 0;
  let previousHash = "";
  for (;;) {
    const batch = await ctx.db.auditEntry.findMany({
      where: { accountId: ctx.accountId, seq: { gt: BigInt(entries) } },
      orderBy: { seq: "asc" },
      take: BATCH,
    });
    for (const entry of batch) {
      const expected = entries + 1;
      const follows = Number(entry.seq) === expected && entry.prevHash === previousHash;
      if (!follows || hashEntry(entry) !== entry.hash) return { ok: false, entries, brokenAt: expected };
      entries = expected;
      previousHash = entry.hash;
    }
    if (batch.length < BATCH) return { ok: true, entries };
  }
}
