import { AppError } from "@/lib/domain/app-error";
import type { FallbackPolicyInput } from "@/lib/schemas/accounts-fallback";
import { recordAudit } from "../audit/record-audit";
import { authorise, withdrawPermissionLock, type TenantContext } from "../tenant-context";

/**
 * Changes the waits and whether an unknown marketing send counts as undelivered. Holds for decisions from now on: timers already
 * running keep the wait they were set with, and campaigns keep their own.
 *
 * The values the form showed are part of the `where`: of two admins saving at once one gets a conflict. The permission lock orders
 * the change against decisions, so that each decision's policy version names the rule it was really made by.
 */
export async function updateFallbackPolicy(ctx: TenantContext, input: FallbackPolicyInput): Promise<void> {
  authorise(ctx, "fallback:write");
  const { previous, ...next } = input;
  await ctx.transaction(async (tx) => {
    await withdrawPermissionLock(tx, ctx.accountId);
    const { count } = await tx.account.updateMany({
      where: { id: ctx.accountId, ...previous },
      data: { ...next, policyVersion: { increment: 1 } },
    });
    if (count === 0) {
      throw new AppError("conflict", "Someone else changed the fallback rules a moment ago.", {
        messageKey: "conflict",
      });
    }
    await recordAudit(tx, ctx, {
      action: "fallback.policy_changed",
      detail: {
        authenticationS: next.waitAuthenticationS,
        utilityS: next.waitUtilityS,
        marketingS: next.waitMarketingS,
        unknownIsUndelivered: next.unknownIsUndelivered,
        skipsUnreachable: next.skipsUnreachable,
      },
    });
  });
}
