import type pg from "pg";
import { listVariables } from "@/lib/domain/template/variables";
import type { TemplateContent } from "@/lib/domain/template-content";
import { CHANNEL_CODE, LANE, ROUTES, type Category, type RouteKey } from "@/lib/domain/vocabulary";
import type { Sql } from "../../db/pool";
import type { DispatchDeps } from "../dispatch-deps";
import { failpoint } from "../failpoint";
import { runTransaction } from "../run-transaction";

export type UnplannedCampaign = { readonly accountId: string; readonly id: string; readonly shard: number };

export async function listUnplannedCampaigns(sql: Sql): Promise<UnplannedCampaign[]> {
  const { rows } = await sql.query(
    `SELECT c.account_id, c.id, a.shard FROM campaign c JOIN account a ON a.id = c.account_id
     WHERE c.status = 'running' AND c.planned_at IS NULL ORDER BY c.launched_at`,
  );
  return rows.map((row) => ({ accountId: row.account_id, id: row.id, shard: row.shard }));
}

const SLICE = 1_000;

/**
 * Writes the messages of the next slice of the audience, and their block, in one transaction: a crash leaves whole slices.
 *
 * Whoever has opted out of the category on every channel is left out and counted. Members who joined after the launch are not taken.
 *
 * @returns whether the campaign has more to plan
 */
export async function planSlice(deps: DispatchDeps, campaign: UnplannedCampaign): Promise<boolean> {
  const more = await runTransaction(deps.sql, async (sql) => {
    const { rows } = await sql.query(
      `SELECT c.audience_id, c.category, c.route, c.plan_cursor, c.launched_at, v.content
       FROM campaign c JOIN template_version v
         ON v.account_id = c.account_id AND v.template_id = c.template_id AND v.version = c.template_version
       WHERE c.account_id = $1 AND c.id = $2 AND c.status = 'running' AND c.planned_at IS NULL
       FOR UPDATE OF c SKIP LOCKED`,
      [campaign.accountId, campaign.id],
    );
    const row = rows[0];
    if (row === undefined) return null;
    const written = await writeSlice(sql, campaign, {
      audienceId: row.audience_id,
      category: row.category,
      route: row.route,
      after: row.plan_cursor,
      launchedAt: row.launched_at,
      variables: variablesOf(row.content),
    });
    const hasMore = written.seen === SLICE;
    await sql.query(
      `UPDATE campaign SET plan_cursor = coalesce($3, plan_cursor), planned_count = planned_count + $4,
         excluded_count = excluded_count + $5, planned_at = CASE WHEN $6 THEN NULL ELSE clock_timestamp() END, updated_at = now()
       WHERE account_id = $1 AND id = $2`,
      [campaign.accountId, campaign.id, written.last, written.messages, written.seen - written.messages, hasMore],
    );
    failpoint("planning.before");
    return hasMore;
  });
  if (more !== null) failpoint("planning.after");
  return more === true;
}

type Slice = {
  readonly audienceId: string;
  readonly category: Category;
  readonly route: RouteKey;
  readonly after: string | null;
  readonly launchedAt: Date;
  readonly variables: readonly string[];
};

async function writeSlice(
  sql: pg.PoolClient,
  campaign: UnplannedCampaign,
  slice: Slice,
): Promise<{ readonly seen: number; readonly messages: number; readonly last: string | null }> {
  const { rows } = await sql.query({
    name: "plan-slice",
    text: PLAN,
    values: [
      ...[campaign.shard, campaign.accountId, campaign.id, slice.audienceId, slice.after, slice.launchedAt],
      ...[SLICE, slice.category, slice.variables, LANE[slice.category], CHANNEL_CODE[ROUTES[slice.route][0]]],
    ],
  });
  const row = rows[0];
  return { seen: Number(row?.seen ?? 0), messages: Number(row?.messages ?? 0), last: row?.last ?? null };
}

/**
 * `next` starts right behind the cursor, whatever plan is cached: a slice costs the same at the start and at the end of a million.
 * `fresh` is read in every branch, so its id is drawn once. Only variables that the template uses are kept with the message.
 */
const PLAN = `
  WITH next AS MATERIALIZED (
    SELECT m.contact_id FROM audience_member m
    WHERE m.account_id = $2 AND m.audience_id = $4 AND m.added_at <= $6
      AND m.contact_id > coalesce($5::uuid, '00000000-0000-0000-0000-000000000000')
    ORDER BY m.contact_id LIMIT $7),
  members AS MATERIALIZED (
    SELECT c.id, c.e164, c.country, c.name, c.attributes,
      EXISTS (SELECT 1 FROM suppression s WHERE s.account_id = $2 AND s.e164 = c.e164 AND s.lifted_at IS NULL
        AND s.channel IS NULL AND (s.category IS NULL OR s.category = $8)) AS excluded
    FROM next JOIN contact c ON c.account_id = $2 AND c.id = next.contact_id),
  fresh AS MATERIALIZED (SELECT next_block_id($1::smallint) AS id),
  written AS (
    INSERT INTO message (shard, id, account_id, campaign_id, contact_id, e164, country, vars)
    SELECT $1::smallint, fresh.id + row_number() OVER (ORDER BY k.id) - 1, $2, $3, k.id, k.e164, k.country,
      (SELECT jsonb_object_agg(v.key, v.value)
       FROM jsonb_each_text(jsonb_build_object('name', coalesce(k.name, '')) || k.attributes) v WHERE v.key = ANY($9::text[]))
    FROM (SELECT * FROM members WHERE NOT excluded) k, fresh
    RETURNING country),
  queued AS (
    INSERT INTO block (shard, id, account_id, campaign_id, step, lane, available_at, first_id, size)
    SELECT $1::smallint, fresh.id, $2, $3, 0, $10, clock_timestamp(), fresh.id, kept.n
    FROM fresh, (SELECT count(*)::integer AS n FROM members WHERE NOT excluded) kept WHERE kept.n > 0),
  counted AS (
    INSERT INTO rollup_delta (account_id, hour, campaign_id, channel, step, country, kind, n)
    SELECT $2, date_trunc('hour', dispatch_id_time((SELECT id FROM fresh)), 'UTC'), $3, $11, 0, country, 'message', count(*)
    FROM written GROUP BY country)
  SELECT (SELECT count(*) FROM members) AS seen, (SELECT count(*) FROM members WHERE NOT excluded) AS messages,
    (SELECT id FROM members ORDER BY id DESC LIMIT 1) AS last`;

function variablesOf(content: TemplateContent): string[] {
  const links = [...content.whatsapp.buttons, content.viber.button].flatMap((button) =>
    button !== null && button.kind === "url" ? [button.url] : [],
  );
  return [...new Set([content.body, content.sms.text ?? "", ...links].flatMap((text) => listVariables(text)))];
}
