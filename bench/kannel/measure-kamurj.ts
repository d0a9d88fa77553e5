import { join } from "node:path";
import type { BenchRow } from "../bench-row";
import { contextOf, makeCampaign } from "../full-path/make-campaign";
import { startStack, type Stack } from "../full-path/start-stack";
import { startMeter } from "../measure";
import { NAMES } from "../targets";
import { startMock, type Mock } from "./start-mock";

const WAIT_S = 3_600;
const LIMIT_MS = 5 * 60_000;

/** A campaign of so many through the worker to the mock, until the webhook of the last has been stored. */
export async function measureKamurj(messages: number): Promise<BenchRow> {
  const stack = await startStack({ workers: 0, receiptsPerWebhook: 1, sandboxSpeed: 10 });
  const mock = await startMock(join(stack.database.home, "subscriptions.json"));
  try {
    return await live(stack, mock, messages);
  } finally {
    await mock.stop();
    await stack.stop();
  }
}

async function live(stack: Stack, mock: Mock, messages: number): Promise<BenchRow> {
  const { launchCampaign } = await import("../../lib/server/dispatch/campaigns/launch-campaign");
  await stack.sql.query(
    "UPDATE connection SET config = config || jsonb_build_object('baseUrl', $1::text) WHERE kind = 'whatsapp_cloud'",
    [mock.url],
  );
  const campaignId = await makeCampaign(stack, messages, "whatsapp-sms", WAIT_S);
  await stack.startWorker();
  const { worker, receiver } = stack.pids();
  const meter = await startMeter(stack.database, { worker, receiver, mock: mock.pid });
  await launchCampaign(contextOf(stack), campaignId);
  await untilDelivered(stack, campaignId, messages);
  const measured = await meter.stop(messages);
  const note = "a campaign in, WhatsApp's Cloud API out, everything kept in PostgreSQL, one webhook a message";
  return { variant: NAMES.kamurjOverMock, ...measured, note };
}

async function untilDelivered(stack: Stack, campaignId: string, messages: number): Promise<void> {
  const givenUpAt = performance.now() + LIMIT_MS;
  for (;;) {
    const { rows } = await stack.sql.query(
      `SELECT coalesce(sum(n), 0)::integer AS delivered FROM rollup
       WHERE account_id = $1 AND campaign_id = $2 AND kind IN ('delivered', 'read')`,
      [stack.account.accountId, campaignId],
    );
    if (rows[0].delivered >= messages) return;
    if (performance.now() > givenUpAt) throw new Error(`Only ${rows[0].delivered} of ${messages} were delivered.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
