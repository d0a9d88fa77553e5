import { AppError } from "@/lib/domain/app-error";
import type { TenantContext } from "../tenant-context";

export type AccountFacts = { readonly currency: string; readonly timeZone: string; readonly defaultCountry: string };

/** @throws AppError not_found */
export async function readAccountFacts(ctx: TenantContext): Promise<AccountFacts> {
  const account = await ctx.db.account.findUnique({
    where: { id: ctx.accountId },
    select: { currency: true, timeZone: true, defaultCountry: true },
  });
  if (account === null) throw new AppError("not_found", "No such account.");
  return account;
}
