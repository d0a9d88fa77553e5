import { LATENCY_BUCKETS } from "@/lib/domain/dispatch/latency-bucket";
import { CHANNEL_CODE, type Channel } from "@/lib/domain/vocabulary";
import type { LatencyHistory } from "@/lib/schemas/campaigns";
import { authorise, type TenantContext } from "../tenant-context";

const HISTORY_DAYS = 30;

/** How fast deliveries came in on a channel over the last thirty days: what a shorter wait would cut off, and reach twice. */
export async function getLatencyHistory(ctx: TenantContext, channel: Channel): Promise<LatencyHistory> {
  authorise(ctx, "campaigns:read");
  const since = new Date(ctx.now().getTime() - HISTORY_DAYS * 86_400_000);
  const { rows } = await ctx.sql.query<{ code: string; n: number }>(
    `SELECT code, sum(n)::float8 AS n FROM rollup
      WHERE account_id = $1 AND hour >= $2 AND channel = $3 AND kind IN ('delivered', 'read')
      GROUP BY code`,
    [ctx.accountId, since, CHANNEL_CODE[channel]],
  );
  const counts = new Map(rows.map(({ code, n }) => [code, n]));
  const buckets = LATENCY_BUCKETS.map(({ code, maxS }) => ({
    maxS: Number.isFinite(maxS) ? maxS : null,
    n: Math.max(0, counts.get(code) ?? 0),
  }));
  return { delivered: buckets.reduce((sum, { n }) => sum + n, 0), buckets };
}
