import type { AccountSettings } from "@/lib/schemas/accounts";
import { authorise, type TenantContext } from "../tenant-context";
import { hasPricedMessages } from "./has-priced-messages";

export async function loadAccountSettings(ctx: TenantContext): Promise<AccountSettings> {
  authorise(ctx, "settings:read");
  const [account, currencyLocked] = await Promise.all([
    ctx.db.account.findUniqueOrThrow({
      where: { id: ctx.accountId },
      select: { name: true, timeZone: true, currency: true, defaultCountry: true },
    }),
    hasPricedMessages(ctx.db, ctx.accountId),
  ]);
  return { ...account, currencyLocked };
}
