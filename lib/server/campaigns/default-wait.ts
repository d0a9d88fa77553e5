import type { Category } from "@/lib/domain/vocabulary";
import { DEFAULT_WAIT_S } from "@/lib/domain/dispatch/dispatch-policy";
import type { Tx } from "../db/prisma";
import type { TenantContext } from "../tenant-context";

/** The account's own wait for the category, in seconds. */
export async function defaultWaitS(tx: Tx, ctx: TenantContext, category: Category): Promise<number> {
  const account = await tx.account.findUnique({
    where: { id: ctx.accountId },
    select: { waitAuthenticationS: true, waitUtilityS: true, waitMarketingS: true },
  });
  if (account === null) return DEFAULT_WAIT_S[category];
  if (category === "authentication") return account.waitAuthenticationS;
  return category === "utility" ? account.waitUtilityS : account.waitMarketingS;
}
