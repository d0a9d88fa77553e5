/** A campaign of a million: planned with nothing else running, then a while of sending from it; the worker's memory all along. */
import type { Writable } from "node:stream";
import type { BenchRow } from "../bench-row";
import { startMeter } from "../measure";
import { contextOf, makeCampaign } from "./make-campaign";
import { setMix } from "./sandbox-ledger";
import { startStack, type Stack } from "./start-stack";

const WAIT_S = 3_600;

export async function runMillion(recipients: number, sendingMs: number, log: Writable): Promise<BenchRow[]> {
  const stack = await startStack({ workers: 1, receiptsPerWebhook: 1, sandboxSpeed: 10 });
  try {
    const fine = { delivered_only: 100 };
    await setMix(stack.sandboxUrl, { whatsapp: fine, viber: fine, sms: fine });
    const campaignId = await makeCampaign(stack, recipients, "whatsapp-sms", WAIT_S);
    log.write(`${recipients} recipients are there\n`);
    return [await plan(stack, campaignId, recipients), await send(stack, campaignId, sendingMs)];
  } finally {
    await stack.stop();
  }
}

/** Every connection is paused: there is nothing to do but to plan. */
async function plan(stack: Stack, campaignId: string, recipients: number): Promise<BenchRow> {
  const { launchCampaign } = await import("../../lib/server/dispatch/campaigns/launch-campaign");
  await stack.sql.query("UPDATE connection SET status = 'paused'");
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const meter = await startMeter(stack.database, stack.pids());
  const startedAt = performance.now();
  await launchCampaign(contextOf(stack), campaignId);
  const launchMs = Math.round(performance.now() - startedAt);
  for (;;) {
    const { rows } = await stack.sql.query(
      "SELECT planned_count, extract(epoch FROM planned_at - launched_at)::float8 AS took_s FROM campaign WHERE account_id = $1 AND id = $2",
      [stack.account.accountId, campaignId],
    );
    const seconds: number | null = rows[0]?.took_s ?? null;
    if (seconds !== null && rows[0]?.planned_count !== recipients) throw new Error("the plan is not whole");
    if (seconds !== null) {
      const plannedPerSecond = Math.round(recipients / seconds);
      const measured = await meter.stop(recipients);
      const variant = `${recipients.toLocaleString("en")} planned`;
      const whole = { seconds: Math.round(seconds * 1_000) / 1_000, perSecond: plannedPerSecond };
      return { variant, ...measured, ...whole, plannedPerSecond, latencyMs: { launch: launchMs } };
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function send(stack: Stack, campaignId: string, forMs: number): Promise<BenchRow> {
  const attempts = async (): Promise<number> => {
    const { rows } = await stack.sql.query(
      "SELECT coalesce(sum(n), 0)::integer AS n FROM rollup WHERE account_id = $1 AND campaign_id = $2 AND kind IN ('accepted', 'sent', 'delivered')",
      [stack.account.accountId, campaignId],
    );
    return rows[0]?.n;
  };
  await stack.sql.query("UPDATE connection SET status = 'active'");
  while ((await attempts()) === 0) await new Promise((resolve) => setTimeout(resolve, 100));
  const before = await attempts();
  const meter = await startMeter(stack.database, stack.pids());
  await new Promise((resolve) => setTimeout(resolve, forMs));
  const messages = (await attempts()) - before;
  return { variant: "sending from it", ...(await meter.stop(messages)) };
}
