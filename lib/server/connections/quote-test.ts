import { AppError } from "@/lib/domain/app-error";
import { formatPhone, normalisePhone, phoneCountryOf } from "@/lib/domain/phone/normalise-phone";
import { priceFor } from "@/lib/domain/pricing/price";
import type { ConnectionTestInput, TestQuote } from "@/lib/schemas/connection-test";
import { readPrices } from "../campaigns/read-prices";
import { channelOfCode } from "../dispatch/attempt-rows";
import { authorise, type TenantContext } from "../tenant-context";
import { getStored } from "./find-stored";

/**
 * What a test by this connection would cost, before anybody confirms it. The text of a test is one SMS segment long.
 *
 * @throws AppError not_found (also for a connection of another account), invalid_input for what is no mobile number
 */
export async function quoteTest(ctx: TenantContext, { connectionId, to }: ConnectionTestInput): Promise<TestQuote> {
  authorise(ctx, "connections:write");
  const connection = await getStored(ctx.db, ctx, connectionId);
  const account = await ctx.db.account.findUniqueOrThrow({ where: { id: ctx.accountId } });
  const { e164, country } = readTestNumber(to, account.defaultCountry);
  const prices = await readPrices(ctx);
  return {
    phone: formatPhone(e164),
    priceMicros: priceFor(prices, channelOfCode(connection.channel), country, ctx.now().getTime()),
    currency: account.currency,
  };
}

/** @throws AppError invalid_input, at the field `to` */
export function readTestNumber(
  to: string,
  defaultCountry: string,
): { readonly e164: string; readonly country: string } {
  const phone = normalisePhone(to, phoneCountryOf(defaultCountry));
  if (phone.ok) return phone;
  throw new AppError("invalid_input", "This is not a mobile number that a message can go to.", {
    messageKey: "connection.testNumber",
    fields: { to: "field.phone" },
  });
}
