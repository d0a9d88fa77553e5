import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countAttempts, countOf, faultsOf, isCompleted, takenTwice, until } from "../int/live-stack";
import { launchCampaign } from "../../lib/server/dispatch/campaigns/launch-campaign";
import { testCampaign } from "../../lib/server/dispatch/dispatch.fixture";
import { compareLedger } from "../../scripts/compare-ledger";
import { startChaosStack, type ChaosStack } from "./chaos-stack";
import { judge } from "./judge";
import { readStory } from "./read-story";

/** Longer than a lease. KAMURJ_OUTAGE_S=60 is what docs/chaos.md reports. */
const AWAY_MS = 1_000 * Number(process.env.KAMURJ_OUTAGE_S ?? "10");
let stack: ChaosStack;

beforeAll(async () => {
  stack = await startChaosStack({ ratePerSecond: 120, sandboxSpeed: 20, wireTimeoutMs: 3_000, workers: 1 });
});
afterAll(() => stack.stop());

type Backlog = { readonly backlog: Readonly<Record<string, number>>; readonly scheduled: number };

async function backlog(): Promise<number> {
  const summary = (await (await fetch(`${stack.sandboxUrl}/_sandbox/ledger/summary`)).json()) as Backlog;
  return summary.scheduled + Object.values(summary.backlog).reduce((sum, n) => sum + n, 0);
}

/** As the carrier would, about a message that nobody knows. */
async function postWebhook(): Promise<number> {
  const body = JSON.stringify({ message_token: 4711, message_status: "delivered", message_time: Date.now() });
  const signature = createHmac("sha256", stack.viber.signingKey).update(body).digest("hex");
  const headers = { "content-type": "application/json", "x-viber-content-signature": signature };
  return (await fetch(stack.viber.webhookUrl, { method: "POST", body, headers })).status;
}

describe("PostgreSQL away for longer than a lease, in the middle of a campaign", () => {
  it("webhooks are answered 503 and come again, the worker waits and goes on by itself; nothing is lost or sent twice", async () => {
    const { database, account } = stack;
    const people = 800;
    const wish = { people, waitS: 5, route: "viber-sms" as const, firstPlace: 101 };
    const campaignId = await testCampaign(database, account, wish);
    await launchCampaign(account.as("marketer"), campaignId);
    await until("it is in the middle", async () => (await countAttempts(database, campaignId)) >= 150);
    expect(await postWebhook()).toBe(200);

    const fromMs = Date.now();
    await stack.postgres.kill();
    expect(await postWebhook()).toBe(503);
    await until("carriers keep what we cannot take", async () => (await backlog()) > 0);
    await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
    expect(await postWebhook()).toBe(503);
    await stack.postgres.start();
    const away = {
      fault: { kind: "kill_postgres", lastMs: AWAY_MS },
      name: "kill_postgres",
      fromMs,
      untilMs: Date.now(),
    } as const;

    expect(await countAttempts(database, campaignId, "step = 0")).toBeLessThan(people);
    await until("the campaign is completed", () => isCompleted(database, campaignId), 90_000);
    await until("carriers have got rid of everything", async () => (await backlog()) === 0, 90_000);
    expect(stack.workers[0]?.current()?.child.exitCode).toBeNull();
    expect(stack.receiver.current()?.child.exitCode).toBeNull();
    const comparison = await compareLedger(database.sql, stack.sandboxUrl, null);
    expect(faultsOf(comparison)).toEqual([]);
    expect(takenTwice(comparison)).toEqual([]);
    expect(countOf(comparison, "messages")).toBe(people);
    const verdict = judge(await readStory(stack, comparison.entries, [away]));
    expect(verdict.lostReceipts).toEqual([]);
    expect(verdict.receipts).toBeGreaterThan(people);
    expect(verdict.unexplained).toEqual([]);
  });
});
