import { AppError } from "@/lib/domain/app-error";
import type { CampaignStatus, Category, FallbackMode, RouteKey } from "@/lib/domain/vocabulary";
import { parseDraftStep, type CampaignDetail } from "@/lib/schemas/campaigns";
import { readContent } from "../templates/read-content";
import { authorise, type TenantContext } from "../tenant-context";

type Row = {
  readonly id: string;
  readonly name: string;
  readonly status: CampaignStatus;
  readonly category: Category;
  readonly route: RouteKey;
  readonly wait_s: number;
  readonly fallback_mode: FallbackMode;
  readonly draft_step: string;
  readonly updated_at: Date;
  readonly created_at: Date;
  readonly launched_at: Date | null;
  readonly launched_by: string | null;
  readonly finished_at: Date | null;
  readonly audience_id: string;
  readonly audience_name: string;
  readonly people: number;
  readonly template_id: string;
  readonly template_name: string;
  readonly template_version: number;
  readonly current_version: number;
  readonly template_archived: boolean;
  readonly content: unknown;
  readonly currency: string;
  readonly sms_fallback_enabled: boolean;
  readonly default_wait_s: number;
};

/** @throws AppError not_found */
export async function getCampaign(ctx: TenantContext, campaignId: string): Promise<CampaignDetail> {
  authorise(ctx, "campaigns:read");
  const { rows } = await ctx.sql.query<Row>(
    `SELECT c.id, c.name, c.status, c.category, c.route, c.wait_s, c.fallback_mode, c.draft_step,
            c.updated_at, c.created_at, c.launched_at, u.name AS launched_by, c.finished_at,
            c.audience_id, a.name AS audience_name,
            (SELECT count(*)::int FROM audience_member m
              WHERE m.account_id = c.account_id AND m.audience_id = c.audience_id) AS people,
            c.template_id, t.name AS template_name, c.template_version, t.current_version,
            t.archived_at IS NOT NULL AS template_archived, v.content,
            acc.currency, acc.sms_fallback_enabled,
            CASE c.category WHEN 'authentication' THEN acc.wait_authentication_s
                            WHEN 'utility' THEN acc.wait_utility_s ELSE acc.wait_marketing_s END AS default_wait_s
       FROM campaign c
       JOIN account acc ON acc.id = c.account_id
       JOIN audience a ON a.account_id = c.account_id AND a.id = c.audience_id
       JOIN template t ON t.account_id = c.account_id AND t.id = c.template_id
       JOIN template_version v
         ON v.account_id = c.account_id AND v.template_id = c.template_id AND v.version = c.template_version
       LEFT JOIN app_user u ON u.id = c.launched_by
      WHERE c.account_id = $1 AND c.id = $2`,
    [ctx.accountId, campaignId],
  );
  const row = rows[0];
  if (row === undefined) throw campaignNotFound();
  return toDetail(row);
}

export function campaignNotFound(): AppError {
  return new AppError("not_found", "There is no such campaign.", { messageKey: "campaign.notFound" });
}

function toDetail(row: Row): CampaignDetail {
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    category: row.category,
    route: row.route,
    waitS: row.wait_s,
    fallbackMode: row.fallback_mode,
    draftStep: parseDraftStep(row.draft_step) ?? "review",
    updatedAt: row.updated_at.toISOString(),
    createdAt: row.created_at.toISOString(),
    launchedAt: row.launched_at?.toISOString() ?? null,
    launchedBy: row.launched_by,
    finishedAt: row.finished_at?.toISOString() ?? null,
    audience: { id: row.audience_id, name: row.audience_name, people: row.people },
    template: {
      id: row.template_id,
      name: row.template_name,
      version: row.template_version,
      latestVersion: row.current_version,
      archived: row.template_archived,
      content: readContent(row.content),
    },
    account: {
      currency: row.currency,
      fallbackEnabled: row.sms_fallback_enabled,
      defaultWaitS: row.default_wait_s,
    },
  };
}
