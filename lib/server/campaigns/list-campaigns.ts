import { foldProgress } from "@/lib/domain/campaign/fold-progress";
import type { RollupGroup } from "@/lib/domain/reports/rates";
import { ROUTES, type CampaignStatus, type RouteKey } from "@/lib/domain/vocabulary";
import type { CampaignPage, CampaignSummary } from "@/lib/schemas/campaigns";
import { authorise, type TenantContext } from "../tenant-context";
import { estimatedPeople } from "./get-campaign-progress";
import { readCampaignRollup } from "./read-campaign-rollup";

const PAGE = 50;
const NO_BLOCKS = { notSent: 0, cancelled: 0, queuedForFallback: 0, inFlight: 0 };

type Row = {
  readonly id: string;
  readonly name: string;
  readonly status: CampaignStatus;
  readonly route: RouteKey;
  readonly audience_name: string;
  readonly created_at: Date;
  readonly created_key: string;
  readonly launched_at: Date | null;
  readonly planned_at: Date | null;
  readonly planned_count: number;
  readonly estimate: unknown;
};

/** Newest first, with their figures; pages by keyset. */
export async function listCampaigns(
  ctx: TenantContext,
  input: { readonly before?: string | undefined } = {},
): Promise<CampaignPage> {
  authorise(ctx, "campaigns:read");
  const [beforeAt, beforeId] = input.before?.split("~") ?? [null, null];
  const { rows } = await ctx.sql.query<Row>(
    `SELECT c.id, c.name, c.status, c.route, a.name AS audience_name, c.created_at,
            to_char(c.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS created_key,
            c.launched_at, c.planned_at, c.planned_count, c.estimate
       FROM campaign c
       JOIN audience a ON a.account_id = c.account_id AND a.id = c.audience_id
      WHERE c.account_id = $1 AND ($2::timestamptz IS NULL OR (c.created_at, c.id) < ($2, $3::uuid))
      ORDER BY c.created_at DESC, c.id DESC LIMIT ${PAGE + 1}`,
    [ctx.accountId, beforeAt, beforeId],
  );
  const shown = rows.slice(0, PAGE);
  const [rollup, account] = await Promise.all([
    readCampaignRollup(
      ctx,
      shown.map(({ id }) => id),
    ),
    ctx.db.account.findUniqueOrThrow({ where: { id: ctx.accountId }, select: { currency: true } }),
  ]);
  const last = shown.at(-1);
  return {
    campaigns: shown.map((row) => summarise(row, rollup.get(row.id) ?? [])),
    older: rows.length > PAGE && last !== undefined ? `${last.created_key}~${last.id}` : null,
    currency: account.currency,
  };
}

function summarise(row: Row, groups: readonly RollupGroup[]): CampaignSummary {
  const figures = foldProgress(ROUTES[row.route], groups, NO_BLOCKS);
  const expected = row.planned_at === null ? (estimatedPeople(row.estimate) ?? 0) : 0;
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    route: row.route,
    audienceName: row.audience_name,
    createdAt: row.created_at.toISOString(),
    launchedAt: row.launched_at?.toISOString() ?? null,
    people: row.status === "draft" ? null : Math.max(row.planned_count, expected),
    reached: Object.fromEntries(figures.steps.map(({ channel, delivered }) => [channel, delivered])),
    reachedTotal: figures.reached,
    failed: figures.failed,
    fallbackShare: figures.fallbackShare,
    segments: figures.segments,
    costMicros: figures.costMicros,
  };
}
