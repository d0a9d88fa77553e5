import { randomUUID } from "node:crypto";
import { AppError } from "@/lib/domain/app-error";
import type { CreatedApiKey } from "@/lib/schemas/api-keys";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { makeApiKey } from "./api-key-format";

/** Keys in use at once. More is a sign that keys are made in a loop. */
export const MAX_API_KEYS = 50;

/**
 * Makes a key for programs. Its secret is in the answer and nowhere else: the database keeps a hash, the audit log the prefix.
 *
 * @throws AppError forbidden | conflict (too many keys)
 */
export async function createApiKey(ctx: TenantContext, input: { readonly name: string }): Promise<CreatedApiKey> {
  authorise(ctx, "api-keys:write");
  const { actor } = ctx;
  if (actor.kind !== "user") throw new AppError("forbidden", "Only a person can make an API key.");
  const { key, prefix, secretHash } = makeApiKey();
  const id = randomUUID();
  const createdAt = ctx.now();
  await ctx.transaction(async (tx) => {
    // Counting and adding are one step for each account, or two admins could go past the limit together.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('api_key:' || ${ctx.accountId}, 0))`;
    const inUse = await tx.apiKey.count({ where: { accountId: ctx.accountId, revokedAt: null } });
    if (inUse >= MAX_API_KEYS) {
      throw new AppError("conflict", `An account has at most ${MAX_API_KEYS} keys in use. Revoke one first.`, {
        messageKey: "apiKey.tooMany",
        values: { max: MAX_API_KEYS },
      });
    }
    await tx.apiKey.create({
      data: { accountId: ctx.accountId, id, name: input.name, prefix, secretHash, createdBy: actor.id, createdAt },
    });
    await recordAudit(tx, ctx, { action: "api_key.created", target: id, detail: { name: input.name, prefix } });
  });
  return {
    key,
    row: {
      id,
      name: input.name,
      prefix,
      createdBy: actor.name,
      createdAt: createdAt.toISOString(),
      lastUsedAt: null,
      revokedAt: null,
    },
  };
}
