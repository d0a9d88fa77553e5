/**
 * Carriers' webhooks: first a campaign's receipts posted again, 100,000 of them, after which nothing may be otherwise; then 500 POSTs a
 * second, a receipt each that is news, while another campaign runs at the highest rate that WhatsApp gives a number. Latency is counted
 * from when a POST was to leave, so that one slow answer does not hide those behind it.
 *
 *   node --import tsx bench/webhooks.ts [messages] [--quick] [--json]
 */
import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Pool } from "undici";
import { z } from "zod";
import { printReport, type BenchRow } from "./bench-row";
import { contextOf, makeCampaign } from "./full-path/make-campaign";
import { setMix } from "./full-path/sandbox-ledger";
import { startStack, type Stack } from "./full-path/start-stack";
import { percentile, startMeter } from "./measure";
import { NAMES } from "./targets";

const args = process.argv.slice(2);
const quick = args.includes("--quick");
const messages = Number(args.find((arg) => /^\d+$/.test(arg)) ?? (quick ? 2_000 : 10_000));
const REPLAYED = quick ? 10_000 : 100_000;
const POSTS_A_SECOND = 500;
const FOR_S = Math.min(20, Math.floor(messages / POSTS_A_SECOND));
const CAMPAIGN_RATE = 1_000;
const STATUSES_A_POST = 100;
const SOCKETS = 64;
const SETTLES_WITHIN_MS = 60_000;

const subscriptionsSchema = z.object({
  whatsapp: z.tuple([z.object({ appSecret: z.string(), webhookUrl: z.string() })], z.unknown()),
});

type Receipt = { readonly id: string; readonly reference: string; readonly status: string; readonly atS: number };
type Target = { readonly pool: Pool; readonly path: string; readonly appSecret: string };

const rows = await measure();
if (args.includes("--json")) printReport({ part: "g", rows });
else for (const row of rows) console.log(row);

async function measure(): Promise<readonly BenchRow[]> {
  const stack = await startStack({ workers: 1, receiptsPerWebhook: 1, sandboxSpeed: 50 });
  const file = await readFile(join(stack.database.home, "subscriptions.json"), "utf8");
  const [{ appSecret, webhookUrl }] = subscriptionsSchema.parse(JSON.parse(file)).whatsapp;
  const pool = new Pool(new URL(webhookUrl).origin, { connections: SOCKETS });
  try {
    await setMix(stack.sandboxUrl, {
      whatsapp: { delivered_only: 100 },
      viber: { delivered_only: 100 },
      sms: { delivered: 100 },
    });
    const target = { pool, path: new URL(webhookUrl).pathname, appSecret };
    const receipts = await deliverFirstCampaign(stack);
    return [await replay(stack, target, receipts), await postWhileSending(stack, target, receipts)];
  } finally {
    await pool.close();
    await stack.stop();
  }
}

/** @returns a receipt of every message, as the carrier had sent it */
async function deliverFirstCampaign(stack: Stack): Promise<readonly Receipt[]> {
  const { launchCampaign } = await import("../lib/server/dispatch/campaigns/launch-campaign");
  const campaignId = await makeCampaign(stack, messages, "whatsapp-sms", 3_600);
  await launchCampaign(contextOf(stack), campaignId);
  await until("every message to be delivered", async () => (await deliveredOf(stack, campaignId)).length === messages);
  return deliveredOf(stack, campaignId);
}

async function deliveredOf(stack: Stack, campaignId: string): Promise<readonly Receipt[]> {
  const { rows: found } = await stack.sql.query(
    `SELECT a.carrier_id, a.message_id, a.step, a.try, floor(extract(epoch FROM e.carrier_at))::integer AS at_s
     FROM attempt a JOIN receipt_evidence e ON e.shard = a.shard AND e.message_id = a.message_id AND e.step = a.step AND e.try = a.try
     WHERE a.shard = $1 AND a.campaign_id = $2 AND a.delivered_at IS NOT NULL AND a.outcome_at IS NOT NULL AND e.kind = 3`,
    [stack.account.shard, campaignId],
  );
  return found.map((row) => ({
    ...{ id: String(row.carrier_id), status: "delivered", atS: Number(row.at_s) },
    reference: `${stack.account.shard}.${row.message_id}.${row.step}.${row.try}`,
  }));
}

/** All that a receipt could change. */
async function digest(stack: Stack): Promise<string> {
  const { rows: found } = await stack.sql.query(
    `SELECT (SELECT md5(string_agg(md5(a::text), '' ORDER BY message_id, step, try)) FROM attempt a WHERE shard = $1) AS attempts,
       (SELECT count(*) FROM receipt_evidence WHERE shard = $1) AS receipts,
       (SELECT count(*) FROM orphan_receipt WHERE shard = $1) AS orphans,
       (SELECT count(*) FROM suppression) AS suppressions,
       (SELECT count(*) FROM fallback_timer WHERE shard = $1 AND trigger <> 'silence') AS timers,
       (SELECT md5(string_agg(r::text, '' ORDER BY r::text)) FROM (
          SELECT channel, kind, code, sum(n), sum(segments), sum(cost_micros) FROM rollup GROUP BY 1, 2, 3) r) AS rollup`,
    [stack.account.shard],
  );
  return JSON.stringify(found[0]);
}

async function replay(stack: Stack, target: Target, receipts: readonly Receipt[]): Promise<BenchRow> {
  const before = await digest(stack);
  const meter = await startMeter(stack.database, stack.pids());
  const posts = Array.from({ length: REPLAYED / STATUSES_A_POST }, (_, n) =>
    Array.from({ length: STATUSES_A_POST }, (_one, i) => receipts[(n * STATUSES_A_POST + i) % receipts.length]),
  );
  const statuses = new Map<number, number>();
  const take = posts.values();
  await Promise.all(
    Array.from({ length: SOCKETS / 4 }, async () => {
      for (const batch of take) {
        const status = await post(
          target,
          batch.filter((one) => one !== undefined),
        );
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    }),
  );
  const measured = await meter.stop(REPLAYED);
  const changed = Number((await digest(stack)) !== before);
  const refused = posts.length - (statuses.get(200) ?? 0);
  return { variant: `${REPLAYED.toLocaleString("en")} receipts again`, ...measured, changed, refused };
}

async function postWhileSending(stack: Stack, target: Target, receipts: readonly Receipt[]): Promise<BenchRow> {
  const { launchCampaign } = await import("../lib/server/dispatch/campaigns/launch-campaign");
  const people = CAMPAIGN_RATE * (FOR_S + 20);
  await stack.sql.query("DELETE FROM audience_member");
  await stack.sql.query("DELETE FROM contact");
  await stack.sql.query("UPDATE template SET name = name || ' of before'");
  await stack.sql.query("UPDATE audience SET name = name || ' of before'");
  await stack.sql.query("UPDATE connection SET rate_per_second = $1", [CAMPAIGN_RATE]);
  const campaignId = await makeCampaign(stack, people, "whatsapp-sms", 3_600);
  await launchCampaign(contextOf(stack), campaignId);
  await until("the campaign to run", async () => (await sentOf(stack, campaignId)) > CAMPAIGN_RATE);
  const before = await sentOf(stack, campaignId);
  const meter = await startMeter(stack.database, stack.pids());
  const startedAt = performance.now();
  const total = POSTS_A_SECOND * FOR_S;
  const answers: Promise<{ readonly status: number; readonly ms: number }>[] = [];
  for (let n = 0; n < total; n += 1) {
    const dueMs = startedAt + (n * 1_000) / POSTS_A_SECOND;
    const restMs = dueMs - performance.now();
    if (restMs > 1) await new Promise((resolve) => setTimeout(resolve, restMs));
    const receipt = receipts[n];
    if (receipt === undefined) throw new Error("There are fewer messages than posts.");
    // Told now: an old one would show receipts that lag, and slow the campaign.
    const sent = post(target, [{ ...receipt, status: "read", atS: Math.floor(Date.now() / 1_000) }]);
    answers.push(sent.then((status) => ({ status, ms: performance.now() - dueMs })));
  }
  const answered = await Promise.all(answers);
  const measured = await meter.stop(total);
  const seconds = (performance.now() - startedAt) / 1_000;
  const waits = answered.map(({ ms }) => Math.round(ms * 10) / 10);
  return {
    variant: NAMES.webhooksBesideCampaign,
    ...measured,
    latencyMs: {
      ...{ "webhook.p50": percentile(waits, 0.5), "webhook.p90": percentile(waits, 0.9) },
      ...{ "webhook.p99": percentile(waits, 0.99), "webhook.max": percentile(waits, 1) },
    },
    refused: answered.filter(({ status }) => status !== 200).length,
    readsStored: await readsOf(stack),
    campaignPerSecond: Math.round(((await sentOf(stack, campaignId)) - before) / seconds),
    note: `${POSTS_A_SECOND} posts a second for ${FOR_S} s; the campaign's own webhooks come beside them`,
  };
}

async function readsOf(stack: Stack): Promise<number> {
  const query = "SELECT count(*)::integer AS n FROM receipt_evidence WHERE shard = $1 AND kind = 4";
  return Number((await stack.sql.query(query, [stack.account.shard])).rows[0]?.n);
}

async function sentOf(stack: Stack, campaignId: string): Promise<number> {
  const { rows: found } = await stack.sql.query(
    "SELECT count(*)::integer AS n FROM attempt WHERE shard = $1 AND campaign_id = $2",
    [stack.account.shard, campaignId],
  );
  return Number(found[0]?.n);
}

async function post({ pool, path, appSecret }: Target, receipts: readonly Receipt[]): Promise<number> {
  const statuses = receipts.map(({ id, reference, status, atS }) => ({
    ...{ id, status, timestamp: String(atS), recipient_id: "37477000001", biz_opaque_callback_data: reference },
  }));
  const value = { messaging_product: "whatsapp", metadata: { phone_number_id: "1" }, statuses };
  const entry = [{ id: "1", changes: [{ field: "messages", value }] }];
  const body = JSON.stringify({ object: "whatsapp_business_account", entry });
  const signature = `sha256=${createHmac("sha256", appSecret).update(body).digest("hex")}`;
  const headers = { "content-type": "application/json", "x-hub-signature-256": signature };
  const answer = await pool.request({ path, method: "POST", headers, body });
  await answer.body.dump();
  return answer.statusCode;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + SETTLES_WITHIN_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
