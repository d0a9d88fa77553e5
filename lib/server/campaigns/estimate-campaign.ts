import { fallbackRange } from "@/lib/domain/campaign/fallback-range";
import { isFallbackOn } from "@/lib/domain/dispatch/dispatch-policy";
import { estimateCampaign as estimateCost } from "@/lib/domain/pricing/estimate";
import { ROUTES, type Channel } from "@/lib/domain/vocabulary";
import type { CampaignDetail, CampaignEstimateView } from "@/lib/schemas/campaigns";
import { usesSmartEncoding } from "../connections/uses-smart-encoding";
import { authorise, type TenantContext } from "../tenant-context";
import { checkLaunch } from "./check-launch";
import { getCampaign } from "./get-campaign";
import { measureAudience, type AudienceMeasure } from "./measure-audience";
import { readFallbackHistory } from "./read-fallback-history";
import { readPrices } from "./read-prices";
import { walkAudience } from "./walk-audience";

/**
 * What a campaign will do and cost, before it is launched: over the real audience, with the real variables filled in.
 *
 * For a draft the figures are kept beside it, so that the campaign's page can show from its first second how many people there
 * are, and later what had been expected; being a cache, they leave `updated_at` alone.
 *
 * @throws AppError not_found
 */
export async function estimateCampaign(ctx: TenantContext, campaignId: string): Promise<CampaignEstimateView> {
  authorise(ctx, "campaigns:write");
  const campaign = await getCampaign(ctx, campaignId);
  const route: readonly Channel[] = ROUTES[campaign.route];
  const firstChannel = route[0] ?? "sms";
  const [measure, check, prices, history, leftOut] = await Promise.all([
    measureAudience(
      campaign.template.content,
      firstChannel,
      walkAudience(ctx, campaign.audience.id, { category: campaign.category, firstChannel }),
      await usesSmartEncoding(ctx),
    ),
    checkLaunch(ctx, campaign),
    readPrices(ctx),
    readFallbackHistory(ctx, firstChannel),
    readLeftOut(ctx, campaign.audience.id),
  ]);
  const fallbackOn = isFallbackOn(campaign.fallbackMode, { smsFallbackEnabled: campaign.account.fallbackEnabled });
  const rate = fallbackRange(history, measure.people);
  const costIf = (on: boolean) =>
    estimateCost({
      route,
      recipientsByCountryAndSegments: measure.groups,
      prices,
      fallbackRate: rate,
      fallbackOn: on,
      at: ctx.now().getTime(),
    });
  const cost = costIf(fallbackOn);
  const view: CampaignEstimateView = {
    people: measure.people,
    optedOut: measure.optedOut,
    leftOut,
    problems: measure.people === 0 ? [{ kind: "no_people" }, ...check.problems] : check.problems,
    warnings: [...check.warnings, ...cost.unpriced.map((row) => ({ kind: "unpriced" as const, ...row }))],
    missing: measure.missing,
    missingPeople: measure.missingPeople,
    ...describeSegments(measure, route.includes("sms")),
    fallbackOn,
    rate,
    historyTried: history.tried,
    cost,
    costWithFallback: fallbackOn ? cost : costIf(true),
    currency: campaign.account.currency,
    ratePerSecond: check.ratePerSecond,
    templateTtlS: check.templateTtlS,
  };
  await keepWithDraft(ctx, campaign, view);
  return view;
}

function describeSegments(measure: AudienceMeasure, hasSms: boolean) {
  if (!hasSms) return { distribution: [], usualSegments: 0, outliers: { people: 0, samples: [] } };
  const distribution = [...measure.distribution]
    .map(([segments, people]) => ({ segments, people }))
    .sort((a, b) => a.segments - b.segments);
  const usual = distribution.reduce((most, row) => (row.people > most.people ? row : most), { segments: 0, people: 0 });
  const longer = distribution.filter(({ segments }) => segments > usual.segments);
  return {
    distribution,
    usualSegments: usual.segments,
    outliers: {
      people: longer.reduce((sum, { people }) => sum + people, 0),
      samples: longer
        .toReversed()
        .flatMap(({ segments }) => measure.samples.get(segments) ?? [])
        .slice(0, 50),
    },
  };
}

/** What the imports into this audience left out, so that "5,000 rows" and "4,620 people" make sense together. */
async function readLeftOut(ctx: TenantContext, audienceId: string): Promise<CampaignEstimateView["leftOut"]> {
  const sums = await ctx.db.contactImport.aggregate({
    where: { accountId: ctx.accountId, audienceId, status: "completed" },
    _sum: { duplicates: true, refused: true },
    _count: true,
  });
  if (sums._count === 0) return null;
  return { duplicates: sums._sum.duplicates ?? 0, refused: sums._sum.refused ?? 0 };
}

async function keepWithDraft(ctx: TenantContext, campaign: CampaignDetail, view: CampaignEstimateView): Promise<void> {
  const kept = {
    at: ctx.now().toISOString(),
    people: view.people,
    expectedMicros: view.cost.expectedMicros,
    likelyMicros: view.cost.likelyMicros,
    maxMicros: view.cost.maxMicros,
    worstSegments: view.cost.worstSegments,
    expectedFallbackShare: view.rate?.expected ?? null,
  };
  await ctx.sql.query(
    `UPDATE campaign SET estimate = $3
      WHERE account_id = $1 AND id = $2 AND status = 'draft' AND date_trunc('milliseconds', updated_at) = $4`,
    [ctx.accountId, campaign.id, JSON.stringify(kept), campaign.updatedAt],
  );
}
