import { AppError } from "@/lib/domain/app-error";
import {
  segmentsPerSms,
  smsCostMicros,
  summarise,
  total,
  type Figures,
  type RollupGroup,
} from "@/lib/domain/reports/rates";
import {
  NO_CAMPAIGN,
  type LatencyCount,
  type ReasonCount,
  type Report,
  type ReportCampaign,
  type ReportInput,
} from "@/lib/schemas/reports";
import { authorise, type TenantContext } from "../tenant-context";
import { cutRollup, readTotals } from "./read-rollup";
import { readSmsPrices } from "./read-sms-prices";
import { resolveSpan } from "./resolve-span";

const MAX_CAMPAIGNS = 50;

/**
 * Everything the reports page shows, from the rollups alone: the work grows with hours, campaigns and countries, never with
 * messages.
 *
 * @throws AppError not_found for a campaign of another account
 */
export async function loadReport(ctx: TenantContext, input: ReportInput): Promise<Report> {
  authorise(ctx, "reports:read");
  if (input.campaign !== undefined && input.campaign !== NO_CAMPAIGN) await requireCampaign(ctx, input.campaign);
  const resolved = await resolveSpan(ctx, input.range);
  const only = input.channel ?? null;
  const narrow = { campaign: input.campaign, channel: input.channel };
  const [cuts, before, live] = await Promise.all([
    cutRollup(
      ctx,
      { ...narrow, from: resolved.from, until: resolved.until },
      resolved.span.unit,
      resolved.span.timeZone,
    ),
    readTotals(ctx, { ...narrow, from: resolved.previousFrom, until: resolved.from }),
    isLive(ctx),
  ]);
  const totals = summarise(cuts.totals, only);
  return {
    span: resolved.span,
    totals,
    previous: summarise(before, only),
    buckets: resolved.buckets.map((at) => ({
      at: new Date(at).toISOString(),
      figures: summarise(cuts.byBucket.get(at) ?? [], only),
    })),
    campaigns: await nameCampaigns(ctx, cuts.byCampaign, only),
    latency: latencyOf(cuts.totals),
    reasons: reasonsOf(cuts.totals),
    allBySmsMicros: only === null ? await allBySms(ctx, cuts.byCountry, totals) : null,
    live,
  };
}

async function requireCampaign(ctx: TenantContext, id: string): Promise<void> {
  const found = await ctx.db.campaign.findUnique({
    where: { accountId_id: { accountId: ctx.accountId, id } },
    select: { id: true },
  });
  if (found === null) throw new AppError("not_found", "No such campaign.", { messageKey: "notFound" });
}

async function isLive(ctx: TenantContext): Promise<boolean> {
  const { rowCount } = await ctx.sql.query(
    `SELECT 1 FROM campaign WHERE account_id = $1 AND status = 'running' LIMIT 1`,
    [ctx.accountId],
  );
  return rowCount !== 0;
}

async function nameCampaigns(
  ctx: TenantContext,
  groups: ReadonlyMap<string, readonly RollupGroup[]>,
  only: Parameters<typeof summarise>[1],
): Promise<ReportCampaign[]> {
  const figures = [...groups].map(([id, rows]) => ({ id, figures: summarise(rows, only) }));
  const largest = figures
    .filter((one) => one.figures.recipients > 0 || total(one.figures.attempts) > 0)
    .sort((a, b) => weight(b.figures) - weight(a.figures) || (a.id < b.id ? -1 : 1))
    .slice(0, MAX_CAMPAIGNS);
  const named = await ctx.db.campaign.findMany({
    where: { accountId: ctx.accountId, id: { in: largest.map((one) => one.id) } },
    select: { id: true, name: true },
  });
  const names = new Map(named.map((one) => [one.id, one.name]));
  return largest.map((one) => ({ ...one, name: names.get(one.id) ?? null }));
}

function weight(figures: Figures): number {
  return Math.max(figures.recipients, total(figures.attempts));
}

function latencyOf(groups: readonly RollupGroup[]): LatencyCount[] {
  const counts = new Map<string, LatencyCount>();
  for (const { kind, channel, code, n } of groups) {
    if ((kind !== "delivered" && kind !== "read") || channel === null || code === "") continue;
    const key = `${channel} ${code}`;
    counts.set(key, { channel, bucket: code, n: (counts.get(key)?.n ?? 0) + n });
  }
  return [...counts.values()].filter((one) => one.n > 0);
}

const REASON_KIND = { refused: "error", failed: "error", fallback: "fallback", fallback_denied: "denied" } as const;

function reasonsOf(groups: readonly RollupGroup[]): ReasonCount[] {
  const counts = new Map<string, ReasonCount>();
  for (const { kind, channel, code, n } of groups) {
    const reason = kind in REASON_KIND ? REASON_KIND[kind as keyof typeof REASON_KIND] : null;
    if (reason === null || channel === null) continue;
    const key = `${reason} ${channel} ${code}`;
    counts.set(key, { kind: reason, channel, code, n: (counts.get(key)?.n ?? 0) + n });
  }
  return [...counts.values()].filter((one) => one.n > 0).sort((a, b) => b.n - a.n || (a.code < b.code ? -1 : 1));
}

/** Recipients of each country × segments of an average SMS of this span × today's price there. */
async function allBySms(
  ctx: TenantContext,
  byCountry: ReadonlyMap<string, readonly RollupGroup[]>,
  totals: Figures,
): Promise<number | null> {
  const segments = segmentsPerSms(totals);
  if (segments === null || totals.recipients === 0) return null;
  const priceOf = await readSmsPrices(ctx);
  const volumes = [...byCountry].map(([country, rows]) => ({
    country,
    n: summarise(rows).recipients,
    priceMicros: priceOf(country),
  }));
  return smsCostMicros(volumes, segments);
}
