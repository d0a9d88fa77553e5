import { createHash } from "node:crypto";
import type { SendMessage } from "@/lib/schemas/api/send-message";
import type { Tx } from "../db/prisma";
import { enqueueMessage } from "../dispatch/enqueue-message";
import { authorise, type TenantContext } from "../tenant-context";
import { ApiProblem } from "./api-problem";
import { resolveMessage, type ResolvedMessage } from "./resolve-message";

export type SentMessage = {
  /** Decimal. */
  readonly messageId: string;
  /** The same request had been taken before: nothing new was queued. */
  readonly replayed: boolean;
};

/**
 * Queues one message, once for each idempotency key.
 *
 * Message and key are written in one transaction, under a lock on the key: of requests at the same time one queues the message and
 * the others get its id. A crash leaves both or neither. What was refused leaves no trace, so a mended request may use its key again.
 *
 * @throws ApiProblem idempotency-key-reused, or what is wrong with the message
 */
export async function sendMessage(ctx: TenantContext, message: SendMessage, key: string): Promise<SentMessage> {
  authorise(ctx, "campaigns:write");
  const requestHash = hashRequest(message);
  const before = await findRequest(ctx.db, ctx, key, requestHash);
  if (before !== null) return before;
  const resolved = await resolveMessage(ctx, message);
  return againOnCollision(() => writeMessage(ctx, message, resolved, { key, requestHash }));
}

async function writeMessage(
  ctx: TenantContext,
  message: SendMessage,
  resolved: ResolvedMessage,
  { key, requestHash }: { readonly key: string; readonly requestHash: string },
): Promise<SentMessage> {
  return ctx.transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('api_request:' || ${ctx.accountId} || ':' || ${key}, 0))`;
    const faster = await findRequest(tx, ctx, key, requestHash);
    if (faster !== null) return faster;
    const { shard, messageId } = await enqueueMessage(tx, ctx, {
      ...resolved,
      route: message.route,
      fallbackMode: message.fallback,
      apiKeyId: ctx.actor.kind === "api_key" ? ctx.actor.id : null,
    });
    await tx.apiRequest.create({
      data: { accountId: ctx.accountId, key, requestHash, shard, messageId: BigInt(messageId), createdAt: ctx.now() },
    });
    return { messageId, replayed: false };
  });
}

async function findRequest(
  db: Pick<Tx, "apiRequest">,
  ctx: TenantContext,
  key: string,
  hash: string,
): Promise<SentMessage | null> {
  const row = await db.apiRequest.findUnique({ where: { accountId_key: { accountId: ctx.accountId, key } } });
  if (row === null) return null;
  if (row.requestHash === hash) return { messageId: String(row.messageId), replayed: true };
  throw new ApiProblem("idempotency-key-reused", "This Idempotency-Key was used with another body. Nothing was sent.");
}

/** Of what was asked for, not of how it was written: blanks, the order of fields and written-out defaults do not matter. */
function hashRequest(message: SendMessage): string {
  return createHash("sha256")
    .update(JSON.stringify(sortKeys(message)))
    .digest("hex");
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, child]) => child !== undefined);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, child]) => [name, sortKeys(child)]);
}

const MAX_TRIES = 5;

/** Two messages of one shard in the same millisecond may draw the same id; the primary key refuses one, which tries again. */
export async function againOnCollision<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries >= MAX_TRIES || !isDuplicateId(error)) throw error;
    }
  }
}

/** However deep Prisma and its adapter have wrapped PostgreSQL's unique_violation. */
function isDuplicateId(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, meta } = error as { code?: unknown; meta?: unknown };
  return (
    code === "23505" ||
    code === "P2002" ||
    /"23505"|UniqueConstraintViolation/.test(`${JSON.stringify(meta ?? null)}${error.message}`)
  );
}
