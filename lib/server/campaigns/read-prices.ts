import { toMicros, type PriceRow } from "@/lib/domain/pricing/price";
import { CHANNELS, CHANNEL_CODE } from "@/lib/domain/vocabulary";
import type { TenantContext } from "../tenant-context";

/** Every price of the account; `priceFor` chooses. */
export async function readPrices(ctx: TenantContext): Promise<PriceRow[]> {
  const rows = await ctx.db.price.findMany({ where: { accountId: ctx.accountId } });
  return rows.flatMap((row) => {
    const channel = CHANNELS.find((name) => CHANNEL_CODE[name] === row.channel);
    if (channel === undefined) return [];
    return {
      channel,
      country: row.country,
      priceMicros: toMicros(row.priceMicros),
      validFrom: row.validFrom.getTime(),
    };
  });
}
