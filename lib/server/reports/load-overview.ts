import { summarise, type RollupGroup } from "@/lib/domain/reports/rates";
import type { CampaignStatus, RouteKey } from "@/lib/domain/vocabulary";
import type { Overview, OverviewCampaign, ReportRange, SetupState } from "@/lib/schemas/reports";
import { authorise, type TenantContext } from "../tenant-context";
import { loadReport } from "./load-report";
import { SUMS, toGroup, type SumRow } from "./read-rollup";

const SHOWN_CAMPAIGNS = 8;

/** The first screen: the report of the range, the running and newest campaigns, and how far a new account has come. */
export async function loadOverview(ctx: TenantContext, input: { readonly range: ReportRange }): Promise<Overview> {
  authorise(ctx, "overview:read");
  const [report, campaigns, setup] = await Promise.all([loadReport(ctx, input), listCampaigns(ctx), loadSetup(ctx)]);
  return { report, campaigns, setup };
}

async function listCampaigns(ctx: TenantContext): Promise<OverviewCampaign[]> {
  const { rows } = await ctx.sql.query<{
    id: string;
    name: string;
    status: CampaignStatus;
    route: RouteKey;
    planned_count: number;
  }>(
    `SELECT id, name, status, route, planned_count FROM campaign
      WHERE account_id = $1 AND launched_at IS NOT NULL
      ORDER BY status IN ('running', 'paused') DESC, launched_at DESC LIMIT $2`,
    [ctx.accountId, SHOWN_CAMPAIGNS],
  );
  const figures = await sumCampaigns(
    ctx,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    status: row.status,
    route: row.route,
    planned: row.planned_count,
    figures: summarise(figures.get(row.id) ?? []),
  }));
}

async function sumCampaigns(ctx: TenantContext, ids: readonly string[]): Promise<Map<string, RollupGroup[]>> {
  const groups = new Map<string, RollupGroup[]>();
  if (ids.length === 0) return groups;
  const { rows } = await ctx.sql.query<SumRow & { campaign_id: string }>(
    `SELECT campaign_id, channel, step, kind, '' AS code, ${SUMS} FROM rollup
      WHERE account_id = $1 AND campaign_id = ANY($2::uuid[]) GROUP BY campaign_id, channel, step, kind`,
    [ctx.accountId, ids],
  );
  for (const row of rows) groups.set(row.campaign_id, [...(groups.get(row.campaign_id) ?? []), toGroup(row)]);
  return groups;
}

async function loadSetup(ctx: TenantContext): Promise<SetupState> {
  const { rows } = await ctx.sql.query<SetupState>(
    `SELECT EXISTS (SELECT 1 FROM contact WHERE account_id = a.id) AS contacts,
            EXISTS (SELECT 1 FROM template WHERE account_id = a.id) AS templates,
            EXISTS (SELECT 1 FROM connection WHERE account_id = a.id AND status <> 'deleted') AS connections,
            a.sms_fallback_enabled AS "fallbackOn",
            EXISTS (SELECT 1 FROM campaign WHERE account_id = a.id AND launched_at IS NOT NULL)
              OR EXISTS (SELECT 1 FROM rollup WHERE account_id = a.id) AS launched
       FROM account a WHERE a.id = $1`,
    [ctx.accountId],
  );
  return rows[0] ?? { contacts: false, templates: false, connections: false, fallbackOn: false, launched: false };
}
