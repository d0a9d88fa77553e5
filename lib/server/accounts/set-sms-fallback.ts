import { recordAudit } from "../audit/record-audit";
import { authorise, withdrawPermissionLock, type TenantContext } from "../tenant-context";

/**
 * Turns the account's SMS fallback on or off. Setting it to what it is already changes nothing and is no entry in the audit log.
 *
 * The permission lock orders it against every decision: once "off" has committed, no fallback is decided any more, and the SMS
 * already handed to the carrier still arrive. Of two people flipping at once the later one finds the state the first has left.
 */
export async function setSmsFallback(ctx: TenantContext, input: { readonly enabled: boolean }): Promise<void> {
  authorise(ctx, "fallback:write");
  await ctx.transaction(async (tx) => {
    await withdrawPermissionLock(tx, ctx.accountId);
    const { count } = await tx.account.updateMany({
      where: { id: ctx.accountId, smsFallbackEnabled: !input.enabled },
      data: {
        smsFallbackEnabled: input.enabled,
        smsFallbackChangedAt: ctx.now(),
        smsFallbackChangedBy: ctx.actor.kind === "user" ? ctx.actor.id : null,
        policyVersion: { increment: 1 },
      },
    });
    if (count === 0) return;
    await recordAudit(tx, ctx, { action: input.enabled ? "fallback.turned_on" : "fallback.turned_off" });
  });
}
