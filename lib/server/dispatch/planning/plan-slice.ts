import type pg from "pg";
import { usedVariables } from "@/lib/domain/template/used-variables";
import { CHANNEL_CODE, LANE, ROUTES, type Category, type RouteKey } from "@/lib/domain/vocabulary";
import type { Sql } from "../../db/pool";
import type { DispatchDeps } from "../dispatch-deps";
import { failpoint } from "../failpoint";
import { runTransaction } from "../run-transaction";
import { planStatement } from "./plan-statement";

export type UnplannedCampaign = { readonly accountId: string; readonly id: string; readonly shard: number };

export async function listUnplannedCampaigns(sql: Sql): Promise<UnplannedCampaign[]> {
  const { rows } = await sql.query({
    name: "list-unplanned-campaigns",
    text: `SELECT c.account_id, c.id, a.shard FROM campaign c JOIN account a ON a.id = c.account_id
           WHERE c.status = 'running' AND c.planned_at IS NULL ORDER BY c.launched_at`,
  });
  return rows.map((row) => ({ accountId: row.account_id, id: row.id, shard: row.shard }));
}

/** A block's largest size. */
const SLICE = 1_000;

/**
 * Writes the messages of the next slice of the audience, and their block, and further ones as long as `togetherMs` are not over, in one
 * transaction: a crash leaves whole slices.
 *
 * Whoever has opted out of the category on every channel is left out and counted. Members who joined after the launch are not taken.
 *
 * @returns whether the campaign has more to plan
 */
export async function planSlice(deps: DispatchDeps, campaign: UnplannedCampaign, togetherMs = 0): Promise<boolean> {
  const more = await runTransaction(deps.sql, async (sql) => {
    const plan = await lockPlan(sql, campaign);
    if (plan === null) return null;
    const written = await writeSlices(deps, sql, campaign, plan, togetherMs);
    await sql.query({
      name: "note-plan",
      text: `UPDATE campaign SET plan_cursor = coalesce($3, plan_cursor), planned_count = planned_count + $4,
               excluded_count = excluded_count + $5, planned_at = CASE WHEN $6 THEN NULL ELSE clock_timestamp() END, updated_at = now()
             WHERE account_id = $1 AND id = $2`,
      values: [
        ...[campaign.accountId, campaign.id, written.last, written.messages],
        ...[written.seen - written.messages, written.more],
      ],
    });
    failpoint("planning.before");
    return written.more;
  });
  if (more !== null) failpoint("planning.after");
  return more === true;
}

type Plan = {
  readonly audienceId: string;
  readonly category: Category;
  readonly route: RouteKey;
  readonly after: string | null;
  readonly launchedAt: Date;
  readonly variables: readonly string[];
};

/** Null: planned, no longer running, or another worker is at it. */
async function lockPlan(sql: pg.PoolClient, campaign: UnplannedCampaign): Promise<Plan | null> {
  const { rows } = await sql.query({
    name: "lock-plan",
    text: `SELECT c.audience_id, c.category, c.route, c.plan_cursor, c.launched_at, v.content
           FROM campaign c JOIN template_version v
             ON v.account_id = c.account_id AND v.template_id = c.template_id AND v.version = c.template_version
           WHERE c.account_id = $1 AND c.id = $2 AND c.status = 'running' AND c.planned_at IS NULL
           FOR UPDATE OF c SKIP LOCKED`,
    values: [campaign.accountId, campaign.id],
  });
  const row = rows[0];
  if (row === undefined) return null;
  return {
    audienceId: row.audience_id,
    category: row.category,
    route: row.route,
    after: row.plan_cursor,
    launchedAt: row.launched_at,
    variables: usedVariables(row.content),
  };
}

type Written = {
  readonly seen: number;
  readonly messages: number;
  readonly last: string | null;
  readonly more: boolean;
};

async function writeSlices(
  deps: DispatchDeps,
  sql: pg.PoolClient,
  campaign: UnplannedCampaign,
  plan: Plan,
  togetherMs: number,
): Promise<Written> {
  const startedAt = deps.monotonicMs();
  const statement = planStatement(plan.variables.length);
  let [seen, messages, last, more] = [0, 0, plan.after, true];
  while (more && (seen === 0 || deps.monotonicMs() - startedAt < togetherMs)) {
    const { rows } = await sql.query({
      ...statement,
      values: [
        ...[campaign.shard, campaign.accountId, campaign.id, plan.audienceId, last, plan.launchedAt, SLICE],
        ...[plan.category, LANE[plan.category], CHANNEL_CODE[ROUTES[plan.route][0]], ...plan.variables],
      ],
    });
    const slice = rows[0];
    seen += Number(slice?.seen ?? 0);
    messages += Number(slice?.messages ?? 0);
    last = slice?.last ?? last;
    more = Number(slice?.seen ?? 0) === SLICE;
  }
  return { seen, messages, last, more };
}
