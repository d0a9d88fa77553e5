import { createHash } from "node:crypto";
import type { Prisma } from "../db/generated/client";
import type { Tx } from "../db/prisma";
import type { TenantContext } from "../tenant-context";

export type AuditInput = {
  /** "campaign.paused", "fallback.turned_on": subject, dot, what happened. The catalogue `audit` has its sentence. */
  readonly action: string;
  /** Id of what it happened to. */
  readonly target?: string;
  /** Never secrets, never message texts. */
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
};

/**
 * Appends one entry to the account's audit chain, in the transaction of the change it tells of. Each entry's hash covers the one
 * before it, so a row changed or removed later shows. Appends of one account queue up on an advisory lock: call it last.
 */
export async function recordAudit(tx: Tx, ctx: TenantContext, input: AuditInput): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('audit:' || ${ctx.accountId}, 0))`;
  const last = await tx.auditEntry.findFirst({
    where: { accountId: ctx.accountId },
    orderBy: { seq: "desc" },
    select: { seq: true, hash: true },
  });
  const entry = {
    accountId: ctx.accountId,
    seq: (last?.seq ?? 0n) + 1n,
    at: ctx.now(),
    actorKind: ctx.actor.kind,
    actorId: ctx.actor.id,
    actorName: ctx.actor.name,
    action: input.action,
    target: input.target ?? null,
    detail: (input.detail ?? {}) as Prisma.InputJsonObject,
    prevHash: last?.hash ?? "",
  };
  await tx.auditEntry.create({ data: { ...entry, hash: hashEntry(entry) } });
}

/** sha256 over the fields in this order, as JSON. Exported for the verifier. */
export function hashEntry(entry: {
  accountId: string;
  seq: bigint;
  at: Date;
  actorKind: string;
  actorId: string | null;
  actorName: string;
  action: string;
  target: string | null;
  detail: unknown;
  prevHash: string;
}): string {
  const detail = Object.entries(entry.detail as Record<string, unknown>).sort(([a], [b]) => (a < b ? -1 : 1));
  const canonical = JSON.stringify([
    entry.accountId,
    entry.seq.toString(),
    entry.at.toISOString(),
    ...[entry.actorKind, entry.actorId, entry.actorName, entry.action, entry.target],
    detail,
    entry.prevHash,
  ]);
  return createHash("sha256").update(canonical).digest("hex");
}
