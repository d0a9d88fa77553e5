import { checkTemplateContent } from "@/lib/domain/template/check-content";
import { CHANNEL_CODE, ROUTES, type Channel } from "@/lib/domain/vocabulary";
import type { CampaignDetail, LaunchProblem, LaunchWarning } from "@/lib/schemas/campaigns";
import type { TenantContext } from "../tenant-context";
import { checkApproval } from "./check-approval";

export type LaunchCheck = {
  readonly problems: readonly LaunchProblem[];
  readonly warnings: readonly LaunchWarning[];
  readonly ratePerSecond: number | null;
  readonly templateTtlS: number | null;
};

/** What can be said without walking the audience: connections and template against the route. */
export async function checkLaunch(ctx: TenantContext, campaign: CampaignDetail): Promise<LaunchCheck> {
  const route: readonly Channel[] = ROUTES[campaign.route];
  const connections = await ctx.db.connection.findMany({
    where: { accountId: ctx.accountId, status: { not: "deleted" } },
    select: { channel: true, status: true, breakerUntil: true, ratePerSecond: true },
  });
  const of = (channel: Channel) => connections.filter((connection) => connection.channel === CHANNEL_CODE[channel]);
  const now = ctx.now();
  const problems: LaunchProblem[] = [];
  const warnings: LaunchWarning[] = [];
  let templateTtlS: number | null = null;
  for (const channel of route) {
    const found = of(channel);
    if (found.length === 0) problems.push({ kind: "no_connection", channel });
    else if (found.every(({ status }) => status !== "active")) {
      problems.push({ kind: "connection_paused", channel });
    } else if (found.every(({ breakerUntil }) => breakerUntil !== null && breakerUntil > now)) {
      warnings.push({ kind: "connection_trouble", channel });
    }
    if (checkTemplateContent(campaign.template.content, [channel]).length > 0) {
      problems.push({ kind: "template_incomplete", channel });
    }
  }
  if (route.includes("whatsapp") && !problems.some((one) => "channel" in one && one.channel === "whatsapp")) {
    const approval = await checkApproval(ctx, campaign.template.content);
    problems.push(...approval.problems);
    warnings.push(...approval.warnings);
    templateTtlS = approval.ttlS;
  }
  if (campaign.template.archived) problems.push({ kind: "template_archived" });
  if (campaign.template.latestVersion > campaign.template.version) {
    warnings.push({ kind: "template_newer", version: campaign.template.latestVersion });
  }
  const first = route[0] === undefined ? [] : of(route[0]);
  const active = first.filter(({ status }) => status === "active").map(({ ratePerSecond }) => ratePerSecond);
  return { problems, warnings, templateTtlS, ratePerSecond: active.length === 0 ? null : Math.max(...active) };
}
