import type { RollupGroup } from "@/lib/domain/reports/rates";
import { CHANNELS, CHANNEL_CODE } from "@/lib/domain/vocabulary";
import type { TenantContext } from "../tenant-context";

type Row = {
  readonly campaign_id: string;
  readonly channel: number;
  readonly step: number;
  readonly kind: RollupGroup["kind"];
  readonly code: string;
  readonly n: number;
  readonly segments: number;
  readonly cost_micros: number;
};

/**
 * Sums of the view `rollup` for some campaigns. Its size grows with hours and countries, not with messages: a campaign of ten
 * million is a few hundred rows. Latency buckets are summed away: only failures and fallbacks keep their code.
 */
export async function readCampaignRollup(
  ctx: TenantContext,
  campaignIds: readonly string[],
): Promise<ReadonlyMap<string, readonly RollupGroup[]>> {
  const { rows } = await ctx.sql.query<Row>(
    `SELECT campaign_id, channel, step, kind, CASE WHEN kind IN ('delivered', 'read') THEN '' ELSE code END AS code,
            sum(n)::float8 AS n, sum(segments)::float8 AS segments, sum(cost_micros)::float8 AS cost_micros
       FROM rollup
      WHERE account_id = $1 AND campaign_id = ANY($2::uuid[])
      GROUP BY 1, 2, 3, 4, 5`,
    [ctx.accountId, campaignIds],
  );
  const byCampaign = new Map<string, RollupGroup[]>();
  for (const row of rows) {
    const groups = byCampaign.get(row.campaign_id) ?? [];
    groups.push({
      channel: CHANNELS.find((name) => CHANNEL_CODE[name] === row.channel) ?? null,
      step: row.step,
      kind: row.kind,
      code: row.code,
      n: row.n,
      segments: row.segments,
      costMicros: row.cost_micros,
    });
    byCampaign.set(row.campaign_id, groups);
  }
  return byCampaign;
}
