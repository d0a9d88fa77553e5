/** One campaign from launch until the last receipt of its last step is stored, measured, and compared with the carriers' ledger. */
import type { Writable } from "node:stream";
import pg from "pg";
import { ATTEMPT_STATUS_CODE, type RouteKey } from "../../lib/domain/vocabulary";
import type { Mix } from "../../sandbox/scenarios/vocabulary";
import { compareLedger } from "../../scripts/compare-ledger";
import type { BenchRow } from "../bench-row";
import { explainCosts, startProfile, type Profile } from "../database-life/read-health";
import { percentile, startMeter } from "../measure";
import { contextOf, makeCampaign } from "./make-campaign";
import { judgeSms } from "./judge-sms";
import { readCounts, readTaken, setMix, slowDownAnswers, withScenario } from "./sandbox-ledger";
import { startStack, type Stack } from "./start-stack";
import { tellRest } from "./tell-rest";

/** One status in a webhook of its own; ten in one; or three statuses (sent, delivered, read), each in its own. */
export type Receipts = "one" | "ten" | "three-posts";

export type LifeOptions = {
  readonly variant: string;
  readonly recipients: number;
  readonly route: RouteKey;
  /** Of the first channel, 0 to 1: a failed receipt, and then SMS. */
  readonly failing: number;
  readonly receipts: Receipts;
  readonly workers: number;
  /** How often a worker is killed (-9) on the way. */
  readonly kills: number;
  /** Recipients of a campaign that goes before and is not measured: a service that has been up for a minute has compiled its code. */
  readonly warmUp: number;
  /** The first channel's carrier takes so long to answer; missing: as long as it needs. */
  readonly answerMs?: number;
};

export type LifeResult = { readonly row: BenchRow; readonly faults: readonly string[] };

const WAIT_S = 10;
const LIMIT_MS = 15 * 60_000;
/** Nobody reached for so long: what is left is told, once. Longer than the wait. */
const STALLED_MS = 30_000;
/** After a campaign is completed and every receipt has been told: what is stored last is stored by then. */
const SETTLED_MS = 5_000;
const AFTER_LAST_RECEIPT_MS = 90_000;

export async function runLife(options: LifeOptions, log: Writable): Promise<LifeResult> {
  const stack = await startStack({
    workers: options.workers,
    receiptsPerWebhook: options.receipts === "ten" ? 10 : 1,
    sandboxSpeed: 10,
  });
  try {
    return await live(stack, options, log);
  } finally {
    await stack.stop();
  }
}

async function live(stack: Stack, options: LifeOptions, log: Writable): Promise<LifeResult> {
  const { launchCampaign } = await import("../../lib/server/dispatch/campaigns/launch-campaign");
  const mix = mixOf(options);
  await setMix(stack.sandboxUrl, mix);
  if (options.warmUp > 0) await warmUp(stack, options, log);
  const { answerMs } = options;
  if (answerMs !== undefined) await slowDownAnswers(stack.sandboxUrl, firstChannel(options), answerMs);
  const campaignId = await makeCampaign(stack, options.recipients, options.route, WAIT_S);
  const people = await listPeople(stack, campaignId);
  const notThere = listFailing(mix, options, people);
  const profile = process.env.BENCH_PROFILE === undefined ? null : await startProfile(stack.database.url);
  const meter = await startMeter(stack.database, stack.pids());
  const startedAt = performance.now();
  await launchCampaign(contextOf(stack), campaignId);
  const launchMs = performance.now() - startedAt;
  const killing = killWorkers(stack, options.kills);
  const seconds = (await untilReached(stack, options, campaignId, log)) / 1_000;
  await untilCompleted(stack, campaignId);
  const measured = await meter.stop(options.recipients);
  await killing;
  if (profile !== null) log.write(`${await explain(stack, profile, options.recipients)}\n`);
  const { findings } = await compareLedger(stack.sql, stack.sandboxUrl, null);
  const faults = findings.filter(({ bad, count }) => bad && count > 0).map(({ what, count }) => `${what}: ${count}`);
  const own = new Set(people);
  const taken = (await readTaken(stack.ledgerFile)).filter(({ to }) => own.has(to));
  const sms = judgeSms(taken, notThere, await readWaitEnds(stack, campaignId));
  const unreached = await readUnreached(stack, campaignId);
  if (unreached.all > unreached.explained) faults.push(`reached by no channel: ${unreached.all - unreached.explained}`);
  const row: BenchRow = {
    variant: options.variant,
    ...measured,
    seconds: Math.round(seconds * 1_000) / 1_000,
    perSecond: Math.round(options.recipients / seconds),
    latencyMs: { launch: Math.round(launchMs), ...(await readLateness(stack, campaignId)) },
    ...{
      smsExpected: notThere.size,
      smsSent: taken.filter(({ channel }) => channel === "sms").length,
      disagreements: faults.length,
    },
    ...{ smsBeyondScenario: sms.beyond, smsForDeliveriesToldTooLate: sms.toldTooLate },
    endedUnreached: unreached.all,
    note: "CPU and WAL until the last timer has fired, seconds until the last receipt is stored",
  };
  return { row, faults };
}

async function explain(stack: Stack, profile: Profile, recipients: number): Promise<string> {
  const admin = new pg.Client({ connectionString: stack.database.url });
  await admin.connect();
  try {
    return await explainCosts(admin, profile, recipients);
  } finally {
    await admin.end();
  }
}

function mixOf({ failing, receipts }: LifeOptions): Mix {
  const good = receipts === "three-posts" ? "delivered_read" : "delivered_only";
  const first = (bad: "not_on_whatsapp" | "not_on_viber") => ({ [good]: 100 * (1 - failing), [bad]: 100 * failing });
  return { whatsapp: first("not_on_whatsapp"), viber: first("not_on_viber"), sms: { delivered: 100 } };
}

async function warmUp(stack: Stack, options: LifeOptions, log: Writable): Promise<void> {
  const { launchCampaign } = await import("../../lib/server/dispatch/campaigns/launch-campaign");
  const warming = { ...options, recipients: options.warmUp };
  const campaignId = await makeCampaign(stack, options.warmUp, options.route, WAIT_S, options.recipients + 1);
  await launchCampaign(contextOf(stack), campaignId);
  await untilReached(stack, warming, campaignId, log);
  await untilCompleted(stack, campaignId);
}

async function listPeople(stack: Stack, campaignId: string): Promise<string[]> {
  const { rows } = await stack.sql.query(
    `SELECT c.e164 FROM campaign JOIN audience_member m ON m.account_id = campaign.account_id AND m.audience_id = campaign.audience_id
       JOIN contact c ON c.account_id = m.account_id AND c.id = m.contact_id
     WHERE campaign.account_id = $1 AND campaign.id = $2`,
    [stack.account.accountId, campaignId],
  );
  return rows.map((row) => String(row.e164));
}

function listFailing(mix: Mix, options: LifeOptions, numbers: readonly string[]): ReadonlySet<string> {
  const channel = firstChannel(options);
  return withScenario(mix, channel, `not_on_${channel}`, numbers);
}

function firstChannel({ route }: Pick<LifeOptions, "route">): "whatsapp" | "viber" {
  return route.startsWith("viber") ? "viber" : "whatsapp";
}

/** By number, for those who fell back because nothing was heard: when the wait ended, as the decision says. */
async function readWaitEnds(stack: Stack, campaignId: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await stack.sql.query(
    `SELECT m.e164, extract(epoch FROM d.due_at)::float8 * 1000 AS ends_ms FROM fallback_decision d
     JOIN message m ON m.shard = d.shard AND m.id = d.message_id
     WHERE d.shard = $1 AND d.campaign_id = $2 AND d.trigger IN ('silence', 'unknown') AND d.due_at IS NOT NULL`,
    [stack.account.shard, campaignId],
  );
  return new Map(rows.map((row): [string, number] => [String(row.e164), Number(row.ends_ms)]));
}

/**
 * @returns milliseconds from now until everyone is reached by one channel or the other and every receipt is stored; or until the last of
 *   those was reached, where the campaign ended without the others ({@link readUnreached} says whether that is ours to answer for)
 */
async function untilReached(stack: Stack, options: LifeOptions, campaignId: string, log: Writable): Promise<number> {
  const startedAt = performance.now();
  let said = 0;
  let moved = { atMs: 0, reached: 0 };
  let isStallTold = false;
  for (;;) {
    const elapsedMs = performance.now() - startedAt;
    const { rows } = await stack.sql.query(
      `SELECT coalesce(sum(n) FILTER (WHERE kind IN ('delivered', 'read')), 0)::integer AS reached,
         coalesce(sum(n) FILTER (WHERE kind = 'unknown'), 0)::integer AS unknown,
         coalesce(sum(n) FILTER (WHERE kind = 'message'), 0)::integer AS planned,
         (SELECT status FROM campaign WHERE account_id = $1 AND id = $2) AS status
       FROM rollup WHERE account_id = $1 AND campaign_id = $2`,
      [stack.account.accountId, campaignId],
    );
    const { reached, unknown, planned, status } = rows[0];
    const { receipts } = await readCounts(stack.sandboxUrl);
    if (elapsedMs - said > 5_000) {
      said = elapsedMs;
      log.write(`${Math.round(elapsedMs / 1_000)} s: ${planned} planned, ${reached} reached, ${unknown} unknown\n`);
    }
    const isTold = receipts.planned === receipts.acknowledged;
    if (reached + unknown >= options.recipients && isTold) return elapsedMs;
    if (reached > moved.reached) moved = { atMs: elapsedMs, reached };
    const stillMs = elapsedMs - moved.atMs;
    if (status === "completed" && isTold && stillMs > SETTLED_MS) return moved.atMs;
    if (stillMs > STALLED_MS && !isStallTold) {
      isStallTold = true;
      log.write(`nobody was reached for ${STALLED_MS / 1_000} s. What is left:\n${await tellRest(stack)}`);
    }
    if (elapsedMs > LIMIT_MS) throw new Error(`only ${reached} of ${options.recipients} were reached`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function untilCompleted(stack: Stack, campaignId: string): Promise<void> {
  const startedAt = performance.now();
  while (performance.now() - startedAt < AFTER_LAST_RECEIPT_MS) {
    const { rows } = await stack.sql.query("SELECT status FROM campaign WHERE account_id = $1 AND id = $2", [
      stack.account.accountId,
      campaignId,
    ]);
    if (rows[0]?.status === "completed") return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`the campaign was not completed. What is left:\n${await tellRest(stack)}`);
}

/**
 * Who was reached by no channel, with no send of theirs unknown. A marketing send whose answer never came is not followed by the next
 * channel when its wait ends, and what its receipt says later does not change that decision: those are `explained`.
 */
async function readUnreached(
  stack: Stack,
  campaignId: string,
): Promise<{ readonly all: number; readonly explained: number }> {
  const { rows } = await stack.sql.query(
    `SELECT count(*)::integer AS all, (count(*) FILTER (WHERE EXISTS (
         SELECT 1 FROM fallback_decision d WHERE d.shard = m.shard AND d.message_id = m.id AND d.trigger = 'unknown' AND NOT d.allowed
       )))::integer AS explained
     FROM message m WHERE m.shard = $1 AND m.campaign_id = $2 AND NOT EXISTS (
       SELECT 1 FROM attempt a WHERE a.shard = m.shard AND a.message_id = m.id AND (a.status >= $3 OR a.status = $4))`,
    [stack.account.shard, campaignId, ATTEMPT_STATUS_CODE.delivered, ATTEMPT_STATUS_CODE.unknown],
  );
  return rows[0];
}

/** From a decision's due time, extended by the receipts' lag as the rule says, to the decision. */
export async function readLateness(stack: Stack, campaignId: string): Promise<Record<string, number>> {
  const { rows } = await stack.sql.query(
    `SELECT extract(epoch FROM decided_at - due_at)::float8 * 1000 - coalesce(receipt_lag_ms, 0) AS late_ms FROM fallback_decision
     WHERE shard = $1 AND campaign_id = $2 AND due_at IS NOT NULL`,
    [stack.account.shard, campaignId],
  );
  const late = rows.map((row) => Math.max(0, Number(row.late_ms)));
  return {
    "fallbackLateness.p50": Math.round(percentile(late, 0.5)),
    "fallbackLateness.p99": Math.round(percentile(late, 0.99)),
  };
}

/** A second and a half apart; each time another one takes its place. */
async function killWorkers(stack: Stack, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    stack.killWorker();
    await stack.startWorker();
  }
}
