import { foldProgress, type BlockCounts } from "@/lib/domain/campaign/fold-progress";
import { ROUTES, type CampaignStatus, type RouteKey } from "@/lib/domain/vocabulary";
import type { CampaignProgress } from "@/lib/schemas/campaigns";
import { authorise, type TenantContext } from "../tenant-context";
import { campaignNotFound } from "./get-campaign";
import { isTemplateBack } from "./is-template-back";
import { readCampaignRollup } from "./read-campaign-rollup";

/**
 * Where a campaign stands, cheap enough to be asked every second: the rollup rows of one campaign and its blocks (one for each
 * thousand messages), never the messages themselves.
 *
 * Rollup and blocks are read one after the other, so that in the middle of a send a few people may be counted as both sent and
 * not; the next look corrects it.
 *
 * @throws AppError not_found
 */
export async function getCampaignProgress(ctx: TenantContext, campaignId: string): Promise<CampaignProgress> {
  authorise(ctx, "campaigns:read");
  const campaign = await ctx.db.campaign.findFirst({
    where: { id: campaignId, accountId: ctx.accountId },
    select: {
      ...{ status: true, route: true, pausedReason: true, plannedAt: true, plannedCount: true, excludedCount: true },
      ...{ launchedAt: true, finishedAt: true, estimate: true },
    },
  });
  if (campaign === null) throw campaignNotFound();
  const [rollup, blocks] = await Promise.all([
    readCampaignRollup(ctx, [campaignId]),
    readBlocks(ctx, campaignId, campaign.status as CampaignStatus),
  ]);
  const planned = campaign.plannedAt !== null;
  const people = planned
    ? campaign.plannedCount
    : Math.max(campaign.plannedCount, estimatedPeople(campaign.estimate) ?? 0);
  const unplanned = people - campaign.plannedCount;
  const figures = foldProgress(ROUTES[campaign.route as RouteKey], rollup.get(campaignId) ?? [], {
    ...blocks,
    ...(campaign.status === "cancelled"
      ? { cancelled: blocks.cancelled + unplanned }
      : { notSent: blocks.notSent + unplanned }),
  });
  return {
    status: campaign.status as CampaignStatus,
    pausedReason: campaign.pausedReason,
    templateIsBack: campaign.status === "paused" && (await isTemplateBack(ctx, campaignId, campaign.pausedReason)),
    people,
    planned,
    excluded: campaign.excludedCount,
    figures,
    blocks,
    launchedAt: campaign.launchedAt?.toISOString() ?? null,
    finishedAt: campaign.finishedAt?.toISOString() ?? null,
    at: ctx.now().toISOString(),
  };
}

/** What the estimate kept with the draft said. */
export function estimatedPeople(estimate: unknown): number | null {
  const people = (estimate as { people?: unknown } | null)?.people;
  return typeof people === "number" && Number.isSafeInteger(people) && people >= 0 ? people : null;
}

/** Ready, leased and held blocks are still to be sent, unless the campaign was cancelled; `cursor` members of each have left. */
async function readBlocks(ctx: TenantContext, campaignId: string, status: CampaignStatus): Promise<BlockCounts> {
  const { rows } = await ctx.sql.query<{ open: number; dropped: number; later: number; in_flight: number }>(
    `SELECT coalesce(sum(size - cursor) FILTER (WHERE step = 0 AND state IN (0, 1, 3)), 0)::float8 AS open,
            coalesce(sum(size - cursor) FILTER (WHERE step = 0 AND state = 4), 0)::float8 AS dropped,
            coalesce(sum(size - cursor) FILTER (WHERE step > 0 AND state IN (0, 1, 3)), 0)::float8 AS later,
            coalesce(sum(cardinality(in_flight)) FILTER (WHERE step = 0 AND state = 1), 0)::float8 AS in_flight
       FROM block
      WHERE shard = $1 AND campaign_id = $2 AND account_id = $3`,
    [ctx.shard, campaignId, ctx.accountId],
  );
  const { open, dropped, later, in_flight: inFlight } = rows[0] ?? { open: 0, dropped: 0, later: 0, in_flight: 0 };
  return status === "cancelled"
    ? { notSent: 0, cancelled: dropped + open, queuedForFallback: 0, inFlight }
    : { notSent: open, cancelled: dropped, queuedForFallback: later, inFlight };
}
