import { CHANNEL_CODE } from "@/lib/domain/vocabulary";
import type { TenantContext } from "../tenant-context";

/** Micros a segment that hold now, by country; "*" is the price of all others. null where neither is set. */
export async function readSmsPrices(ctx: TenantContext): Promise<(country: string) => number | null> {
  const { rows } = await ctx.sql.query<{ country: string; price_micros: string }>(
    `SELECT DISTINCT ON (country) country, price_micros FROM price
      WHERE account_id = $1 AND channel = $2 AND valid_from <= $3 ORDER BY country, valid_from DESC`,
    [ctx.accountId, CHANNEL_CODE.sms, ctx.now()],
  );
  const prices = new Map(rows.map((row) => [row.country, Number(row.price_micros)]));
  return (country) => prices.get(country) ?? prices.get("*") ?? null;
}
