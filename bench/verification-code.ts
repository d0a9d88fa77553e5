/**
 * While a campaign runs, a verification code every 200 ms through the API's own way into the queue: how long from the call to the wire,
 * by the carrier's clock (it is this machine's). And how late fallbacks of the campaign are decided.
 *
 *   node --import tsx bench/verification-code.ts [recipients] [--quick] [--json]
 */
import { z } from "zod";
import { printReport, type BenchRow } from "./bench-row";
import { contextOf, makeCampaign, makeTemplate } from "./full-path/make-campaign";
import { readLateness } from "./full-path/run-life";
import { setMix } from "./full-path/sandbox-ledger";
import { startStack, type Stack } from "./full-path/start-stack";
import { percentile, startMeter } from "./measure";

const args = process.argv.slice(2);
const json = args.includes("--json");
const quick = args.includes("--quick");
const recipients = Number(args.find((arg) => /^\d+$/.test(arg)) ?? (quick ? 10_000 : 100_000));

const EVERY_MS = 200;
const FOR_MS = quick ? 8_000 : 30_000;
const WARM_UP_MS = 3_000;
const ARRIVE_MS = 20_000;

type Code = { readonly to: string; readonly calledAtMs: number; readonly acceptMs: number };

const pageSchema = z.object({ entries: z.array(z.object({ atMs: z.number() })) });

const row = await measure();
if (json) printReport({ part: "e", rows: [row] });
else console.log(row);

async function measure(): Promise<BenchRow> {
  const stack = await startStack({ workers: 1, receiptsPerWebhook: 1, sandboxSpeed: 10 });
  try {
    const first = { delivered_only: 70, not_on_whatsapp: 30 };
    await setMix(stack.sandboxUrl, { whatsapp: first, viber: first, sms: { delivered: 100 } });
    return await run(stack);
  } finally {
    await stack.stop();
  }
}

async function run(stack: Stack): Promise<BenchRow> {
  const { launchCampaign } = await import("../lib/server/dispatch/campaigns/launch-campaign");
  const campaignId = await makeCampaign(stack, recipients, "whatsapp-sms", 10);
  const templateId = await makeTemplate(stack, "authentication", "Your code is {{code}}.");
  const meter = await startMeter(stack.database, stack.pids());
  await launchCampaign(contextOf(stack), campaignId);
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
  const before = await countAttempts(stack, campaignId);
  const startedAt = performance.now();
  const codes = await sendCodes(stack, templateId);
  const campaignMessages = (await countAttempts(stack, campaignId)) - before;
  const campaignPerSecond = Math.round(campaignMessages / ((performance.now() - startedAt) / 1_000));
  const waits = await untilArrived(stack, codes);
  const measured = await meter.stop(await countAttempts(stack, campaignId));
  const accepts = codes.map(({ acceptMs }) => acceptMs);
  return {
    variant: `a code every ${EVERY_MS} ms beside ${recipients.toLocaleString("en")}`,
    ...measured,
    latencyMs: {
      ...{ "acceptToWire.p50": percentile(waits, 0.5), "acceptToWire.p90": percentile(waits, 0.9) },
      ...{ "acceptToWire.p99": percentile(waits, 0.99), "accept.p99": Math.round(percentile(accepts, 0.99)) },
      ...(await readLateness(stack, campaignId)),
    },
    ...{ codes: codes.length, codesNotArrived: codes.length - waits.length, campaignPerSecond },
    note: "from the call (its commit included) to the sandbox's ledger; messages are attempts of the campaign meanwhile",
  };
}

async function sendCodes(stack: Stack, templateId: string): Promise<Code[]> {
  const { enqueueMessage } = await import("../lib/server/dispatch/enqueue-message");
  const ctx = contextOf(stack);
  const sendOne = async (n: number): Promise<Code> => {
    // Outside the sandbox's magic numbers, and nobody twice.
    const to = `+37479${511_000 + n * 7}`;
    const calledAtMs = Date.now();
    await ctx.transaction((tx) =>
      enqueueMessage(tx, ctx, {
        ...{ e164: to, country: "AM", category: "authentication", route: "whatsapp-sms", fallbackMode: "inherit" },
        ...{
          waitS: 20,
          templateId,
          templateVersion: 1,
          content: null,
          vars: { code: String(100_000 + n) },
          apiKeyId: null,
        },
      }),
    );
    return { to, calledAtMs, acceptMs: Date.now() - calledAtMs };
  };
  const sent: Promise<Code>[] = [];
  const startedAt = performance.now();
  for (let n = 0; n * EVERY_MS < FOR_MS; n += 1) {
    const restMs = startedAt + n * EVERY_MS - performance.now();
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
    sent.push(sendOne(n));
  }
  return Promise.all(sent);
}

/** @returns milliseconds from call to wire of each code that the carrier has taken by its first channel */
async function untilArrived(stack: Stack, codes: readonly Code[]): Promise<number[]> {
  const startedAt = performance.now();
  const waits = new Map<string, number>();
  while (waits.size < codes.length && performance.now() - startedAt < ARRIVE_MS) {
    for (const { to, calledAtMs } of codes) {
      if (waits.has(to)) continue;
      const query = new URLSearchParams({ to, channel: "whatsapp", limit: "5" });
      const page = pageSchema.parse(await (await fetch(`${stack.sandboxUrl}/_sandbox/ledger?${query}`)).json());
      const atMs = page.entries[0]?.atMs;
      if (atMs !== undefined) waits.set(to, Math.max(0, atMs - calledAtMs));
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return [...waits.values()];
}

async function countAttempts(stack: Stack, campaignId: string): Promise<number> {
  const { rows } = await stack.sql.query(
    `SELECT coalesce(sum(n), 0)::integer AS n FROM rollup WHERE account_id = $1 AND campaign_id = $2
       AND kind IN ('accepted', 'sent', 'delivered', 'read', 'failed', 'refused', 'unknown')`,
    [stack.account.accountId, campaignId],
  );
  return rows[0]?.n;
}
