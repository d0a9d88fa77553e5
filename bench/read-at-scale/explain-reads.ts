import type pg from "pg";
import { getCampaign } from "../../lib/server/campaigns/get-campaign";
import { getCampaignProgress } from "../../lib/server/campaigns/get-campaign-progress";
import { listCampaigns } from "../../lib/server/campaigns/list-campaigns";
import { getContact } from "../../lib/server/contacts/get-contact";
import type { Db } from "../../lib/server/db/prisma";
import { getMessage } from "../../lib/server/messages/get-message";
import { listMessages, SCAN_BUDGET } from "../../lib/server/messages/list-messages";
import { exportReport } from "../../lib/server/reports/export-report";
import { loadOverview } from "../../lib/server/reports/load-overview";
import { loadReport } from "../../lib/server/reports/load-report";
import { tenantContext, type TenantContext } from "../../lib/server/tenant-context";
import { recordStatements, type Statement } from "../../tests/scaling/shards/recorded-statements";
import { percentile } from "../measure";
import type { Filled } from "./fill-history";
import { readPlan, type PlanCost, type PlanNode, type Relation } from "./read-plan";

type ReadWorld = {
  readonly sql: pg.Pool;
  readonly db: Db;
  readonly admin: pg.Client;
  readonly accountId: string;
  readonly shard: number;
};

/** What the desk does when a person opens or filters that page. `i` varies what is asked for. */
type Read = (ctx: TenantContext, filled: Filled, i: number) => Promise<unknown>;

const pick = (from: readonly string[], i: number): string => from[i % from.length] ?? "";

const READS: Readonly<Record<string, Read>> = {
  "messages, newest": (ctx) => listMessages(ctx, {}),
  "messages, a page from the middle": (ctx, { messageIds }, i) => listMessages(ctx, { before: pick(messageIds, i) }),
  "messages of a campaign": (ctx, { campaignIds }, i) => listMessages(ctx, { campaign: pick(campaignIds, i) }),
  "messages by a status that most have": (ctx) => listMessages(ctx, { status: "delivered" }),
  "messages by a status that none has": (ctx) => listMessages(ctx, { status: "queued" }),
  "search by number": (ctx, { numbers }, i) => listMessages(ctx, { q: pick(numbers, i) }),
  "search by last four digits": (ctx, { numbers }, i) => listMessages(ctx, { q: pick(numbers, i).slice(-4) }),
  "a message's timeline": (ctx, { messageIds }, i) => getMessage(ctx, { id: pick(messageIds, i) }),
  "a contact and its history": (ctx, { contactIds }, i) => getContact(ctx, pick(contactIds, i)),
  "campaigns, newest": (ctx) => listCampaigns(ctx, {}),
  "a campaign's report": async (ctx, { campaignIds }, i) => {
    await getCampaign(ctx, pick(campaignIds, i));
    await getCampaignProgress(ctx, pick(campaignIds, i));
  },
  "overview, 7 days": (ctx) => loadOverview(ctx, { range: "7d" }),
  "charts, 30 days": (ctx) => loadReport(ctx, { range: "30d" }),
  "charts, one campaign": (ctx, { campaignIds }, i) =>
    loadReport(ctx, { range: "30d", campaign: pick(campaignIds, i) }),
  "CSV of a chart, 30 days": (ctx) => exportReport(ctx, { range: "30d", chart: "campaigns" }),
};

export type ReadCost = {
  /** Of the whole use case, the program's own work included. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly statements: number;
  /** Looked at, those that a filter threw away included. */
  readonly rows: number;
  readonly pages: number;
  readonly indexes: string;
};

const WARM = 2;
const TIMED = 20;

/** More than the desk ever looks through for one answer: 20,000 messages (SCAN_BUDGET) with their sends, decisions and skips. */
const MOST_ROWS = 5 * SCAN_BUDGET;

/** @returns `faults` in words: each large table that a plan reads from end to end, each read of more rows than any needs; empty: none */
export async function explainReads(
  world: ReadWorld,
  filled: Filled,
): Promise<{ readonly costs: Readonly<Record<string, ReadCost>>; readonly faults: readonly string[] }> {
  const { accountId, shard, db, sql, admin } = world;
  const actor = { kind: "user", id: accountId, name: "bench", role: "admin" } as const;
  const ctx = tenantContext({ accountId, shard, actor }, { db, sql, now: () => new Date() });
  const relations = await readRelations(admin);
  const costs: Record<string, ReadCost> = {};
  const faults: string[] = [];
  for (const [name, read] of Object.entries(READS)) {
    const times: number[] = [];
    for (let i = 0; i < WARM + TIMED; i += 1) {
      const beganAt = performance.now();
      await read(ctx, filled, i);
      if (i >= WARM) times.push(performance.now() - beganAt);
    }
    const plans = await explain(admin, await record(() => read(ctx, filled, 0)), relations);
    const scanned = new Set(plans.flatMap((plan) => plan.scannedWhole));
    for (const table of scanned) faults.push(`${name}: reads ${table} from end to end`);
    const rows = sum(plans.map((plan) => plan.rows));
    if (rows > MOST_ROWS) faults.push(`${name}: looks at ${rows.toLocaleString("en")} rows`);
    costs[name] = {
      ...{ p50Ms: round(percentile(times, 0.5)), p99Ms: round(percentile(times, 0.99)), statements: plans.length },
      ...{ rows, pages: sum(plans.map((plan) => plan.pages)) },
      indexes: [...new Set(plans.flatMap((plan) => plan.indexes))].sort().join(", "),
    };
  }
  return { costs, faults };
}

async function record(work: () => Promise<unknown>): Promise<readonly Statement[]> {
  const recorder = recordStatements();
  try {
    await work();
  } finally {
    recorder.stop();
  }
  return recorder.statements();
}

/** A statement that ran with several sets of values counts for each. */
async function explain(
  admin: pg.Client,
  statements: readonly Statement[],
  relations: ReadonlyMap<string, Relation>,
): Promise<readonly PlanCost[]> {
  const costs: PlanCost[] = [];
  for (const { text, runs } of statements) {
    if (!/^\s*(SELECT|WITH)\b/i.test(text)) continue;
    for (const values of runs) {
      const { rows } = await admin.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, [...values]);
      const [{ Plan: plan }] = rows[0]?.["QUERY PLAN"] as [{ Plan: PlanNode }];
      costs.push(readPlan(plan, (name) => relations.get(name) ?? { root: name, isLarge: false }));
    }
  }
  return costs;
}

const LARGE_BYTES = 2_000_000;

/** Tables and indexes by name; a partition stands for the table that it is part of. */
async function readRelations(admin: pg.Client): Promise<ReadonlyMap<string, Relation>> {
  const { rows } = await admin.query<{ name: string; root: string; large: boolean }>(
    `SELECT relname AS name, coalesce(pg_partition_root(oid)::text, relname) AS root, pg_relation_size(oid) >= $1 AS large
     FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')`,
    [LARGE_BYTES],
  );
  return new Map(rows.map(({ name, root, large }) => [name, { root, isLarge: large }]));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
