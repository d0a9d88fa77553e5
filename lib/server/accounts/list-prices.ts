import type { PriceList, PriceRow } from "@/lib/schemas/accounts";
import { channelOf } from "../reports/read-rollup";
import { authorise, type TenantContext } from "../tenant-context";

const MAX_PRICES = 2_000;

/** All prices with their history: per channel and country, newest first. */
export async function listPrices(ctx: TenantContext): Promise<PriceList> {
  authorise(ctx, "settings:read");
  const now = ctx.now();
  const { rows } = await ctx.sql.query<{
    id: string;
    channel: number;
    country: string;
    price_micros: string;
    valid_from: Date;
    later: boolean;
  }>(
    `SELECT id, channel, country, price_micros, valid_from,
            row_number() OVER (PARTITION BY channel, country, valid_from <= $2 ORDER BY valid_from DESC) > 1 AS later
       FROM price WHERE account_id = $1
      ORDER BY channel, country = '*' DESC, country, valid_from DESC LIMIT $3`,
    [ctx.accountId, now, MAX_PRICES],
  );
  const account = await ctx.sql.query<{ currency: string; today: string }>(
    `SELECT currency, to_char($2::timestamptz AT TIME ZONE time_zone, 'YYYY-MM-DD') AS today FROM account WHERE id = $1`,
    [ctx.accountId, now],
  );
  const prices = rows.flatMap((row): PriceRow[] => {
    const channel = channelOf(row.channel);
    if (channel === null) return [];
    const state = row.valid_from > now ? "future" : row.later ? "replaced" : "current";
    const { id, country } = row;
    return [
      { id, channel, country, priceMicros: Number(row.price_micros), validFrom: row.valid_from.toISOString(), state },
    ];
  });
  return { currency: account.rows[0]?.currency ?? "EUR", today: account.rows[0]?.today ?? "", prices };
}
