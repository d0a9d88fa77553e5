import { segmentsPerSms, smsCostMicros, summarise } from "@/lib/domain/reports/rates";
import type { FallbackForecast } from "@/lib/schemas/accounts-fallback";
import { SUMS, toGroup, type SumRow } from "../reports/read-rollup";
import { readSmsPrices } from "../reports/read-sms-prices";
import { authorise, type TenantContext } from "../tenant-context";

const DAYS = 30;

/**
 * What the switch would have meant over the last 30 days: messages that did go on by SMS, plus those that would have and were
 * stopped by nothing but the switch. Segments of an average SMS of these days, prices of today.
 */
export async function forecastFallback(ctx: TenantContext): Promise<FallbackForecast> {
  authorise(ctx, "overview:read");
  const since = new Date(ctx.now().getTime() - DAYS * 86_400_000);
  const { rows } = await ctx.sql.query<SumRow & { country: string }>(
    `SELECT country, channel, step, kind, CASE WHEN kind = 'fallback_denied' THEN code ELSE '' END AS code, ${SUMS} FROM rollup
      WHERE account_id = $1 AND hour >= $2 GROUP BY 1, 2, 3, 4, 5`,
    [ctx.accountId, since],
  );
  const { currency } = await ctx.db.account.findUniqueOrThrow({
    where: { id: ctx.accountId },
    select: { currency: true },
  });
  const totals = summarise(rows.map(toGroup));
  const wouldFallBack = totals.fallbackSms + totals.deniedBySwitch;
  if (totals.withFallback === 0) {
    const none = { share: null, segments: null, costMicros: null };
    return { days: DAYS, recipients: 0, wouldFallBack, ...none, segmentsKnown: false, currency };
  }
  const segmentsEach = segmentsPerSms(totals);
  const priceOf = await readSmsPrices(ctx);
  const volumes = [...new Set(rows.map((row) => row.country))].map((country) => {
    const figures = summarise(rows.filter((row) => row.country === country).map(toGroup));
    return { country, n: figures.fallbackSms + figures.deniedBySwitch, priceMicros: priceOf(country) };
  });
  return {
    days: DAYS,
    recipients: totals.withFallback,
    wouldFallBack,
    share: Math.min(1, wouldFallBack / totals.withFallback),
    segments: Math.round(wouldFallBack * (segmentsEach ?? 1)),
    segmentsKnown: segmentsEach !== null,
    costMicros: smsCostMicros(volumes, segmentsEach ?? 1),
    currency,
  };
}
