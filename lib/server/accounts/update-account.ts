import { AppError } from "@/lib/domain/app-error";
import type { AccountSettingsInput } from "@/lib/schemas/accounts";
import { recordAudit } from "../audit/record-audit";
import { authorise, withdrawPermissionLock, type TenantContext } from "../tenant-context";
import { hasPricedMessages } from "./has-priced-messages";

/**
 * Changes name, time zone, currency and default country.
 *
 * The currency is refused once a message has cost something. The permission lock is taken first, so no send is committed between
 * that check and the change. Prices entered before stay as numbers and are read in the new currency: the form says so.
 *
 * @throws AppError conflict, if the currency is locked
 */
export async function updateAccount(ctx: TenantContext, input: AccountSettingsInput): Promise<void> {
  authorise(ctx, "settings:write");
  await ctx.transaction(async (tx) => {
    await withdrawPermissionLock(tx, ctx.accountId);
    const before = await tx.account.findUniqueOrThrow({ where: { id: ctx.accountId } });
    if (before.currency !== input.currency && (await hasPricedMessages(tx, ctx.accountId))) {
      throw new AppError("conflict", `Messages have been priced in ${before.currency}: the currency stays.`, {
        messageKey: "settings.currencyLocked",
        values: { currency: before.currency },
        fields: { currency: "settings.currencyLocked" },
      });
    }
    const changed = (["name", "timeZone", "currency", "defaultCountry"] as const).filter(
      (field) => before[field] !== input[field],
    );
    if (changed.length === 0) return;
    await tx.account.update({ where: { id: ctx.accountId }, data: input });
    await recordAudit(tx, ctx, {
      action: "account.updated",
      detail: Object.fromEntries(changed.map((field) => [field, input[field]])),
    });
  });
}
