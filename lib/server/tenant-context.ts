import type { Permission } from "@/lib/domain/permissions";
import { API_KEY_PERMISSIONS, can } from "@/lib/domain/permissions";
import { AppError } from "@/lib/domain/app-error";
import type { Role } from "@/lib/domain/vocabulary";
import type pg from "pg";
import { pool } from "./db/pool";
import { prisma, type Db, type Tx } from "./db/prisma";

/** Who acts. It ends up in the audit log. */
export type Actor =
  | { readonly kind: "user"; readonly id: string; readonly name: string; readonly role: Role }
  | { readonly kind: "api_key"; readonly id: string; readonly name: string }
  | { readonly kind: "system"; readonly id: null; readonly name: string };

/**
 * Within which account, and on whose behalf, a use case runs: its first argument, always. Made by `requireTenant` for people,
 * from an API key for programs, and by `systemContext` for the worker.
 */
export type TenantContext = {
  readonly accountId: string;
  /** Where this account's dispatch rows live; every dispatch query says it. */
  readonly shard: number;
  readonly actor: Actor;
  /** The clock, so that tests can set it. */
  readonly now: () => Date;
  readonly db: Db;
  /** For plain SQL: sets, dispatch tables. */
  readonly sql: pg.Pool;
  /** One READ COMMITTED transaction. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
};

/** Refuses what the actor may not do. Use cases call it first, so that no entrance can forget it. @throws AppError forbidden */
export function authorise(ctx: TenantContext, permission: Permission): void {
  if (isAllowed(ctx.actor, permission)) return;
  throw new AppError("forbidden", `Your role does not allow this (${permission}).`, { messageKey: "forbidden" });
}

function isAllowed(actor: Actor, permission: Permission): boolean {
  if (actor.kind === "system") return true;
  if (actor.kind === "api_key") return (API_KEY_PERMISSIONS as readonly Permission[]).includes(permission);
  return can(actor.role, permission);
}

export type ContextDependencies = { readonly db: Db; readonly sql: pg.Pool; readonly now: () => Date };

export function defaultDependencies(): ContextDependencies {
  return { db: prisma(), sql: pool(), now: () => new Date() };
}

export function tenantContext(
  tenant: { readonly accountId: string; readonly shard: number; readonly actor: Actor },
  dependencies: ContextDependencies = defaultDependencies(),
): TenantContext {
  return {
    ...tenant,
    ...dependencies,
    transaction: (work) => dependencies.db.$transaction(work, { maxWait: 10_000, timeout: 60_000 }),
  };
}

/** For the worker's own jobs. `job` names it in the audit log. @throws AppError not_found */
export async function systemContext(
  job: string,
  accountId: string,
  dependencies: ContextDependencies = defaultDependencies(),
): Promise<TenantContext> {
  const account = await dependencies.db.account.findUnique({ where: { id: accountId }, select: { shard: true } });
  if (account === null) throw new AppError("not_found", "No such account.");
  return tenantContext(
    { accountId, shard: account.shard, actor: { kind: "system", id: null, name: job } },
    dependencies,
  );
}

/**
 * Takes the account's permission lock for the rest of the transaction: whoever withdraws permission to send (switch off, STOP,
 * pause, cancel) calls this before writing, so that once it has committed no send starts and no fallback is decided.
 */
export async function withdrawPermissionLock(tx: Tx, accountId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(permission_lock_key(${accountId}::uuid))`;
}
