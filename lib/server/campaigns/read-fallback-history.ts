import { CHANNEL_CODE, type Channel } from "@/lib/domain/vocabulary";
import type { TenantContext } from "../tenant-context";

const HISTORY_DAYS = 30;

/**
 * Of those tried first on a channel in the last thirty days, how many left it for the next one, or would have, had the switch or
 * the campaign allowed it.
 */
export async function readFallbackHistory(
  ctx: TenantContext,
  channel: Channel,
): Promise<{ readonly tried: number; readonly left: number }> {
  const since = new Date(ctx.now().getTime() - HISTORY_DAYS * 86_400_000);
  const { rows } = await ctx.sql.query<{ tried: number; left: number }>(
    `SELECT coalesce(sum(n) FILTER (
              WHERE kind IN ('unknown', 'refused', 'accepted', 'sent', 'failed', 'delivered', 'read')), 0)::float8 AS tried,
            coalesce(sum(n) FILTER (
              WHERE kind = 'fallback' OR (kind = 'fallback_denied' AND code IN ('switch_off', 'campaign_off'))), 0)::float8 AS left
       FROM rollup
      WHERE account_id = $1 AND hour >= $2 AND channel = $3 AND step = 0`,
    [ctx.accountId, since, CHANNEL_CODE[channel]],
  );
  return rows[0] ?? { tried: 0, left: 0 };
}
