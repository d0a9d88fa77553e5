import { afterEach, describe, expect, it } from "vitest";
import { ATTEMPT_STATUS_CODE, CHANNELS } from "../../lib/domain/vocabulary";
import { useTestDatabase } from "./harness";
import {
  countAttempts,
  countOf,
  faultsOf,
  isCompleted,
  startLiveStack,
  takenTwice,
  until,
  type LiveStack,
} from "./live-stack";

const database = useTestDatabase();
const held: { stack?: LiveStack } = {};
afterEach(() => held.stack?.stop());

/** Slow enough that a worker is met in the middle of its work. */
async function slowStack(): Promise<LiveStack> {
  held.stack = await startLiveStack(database, { ratePerSecond: 150 });
  return held.stack;
}

/** Attempts without an outcome that no carrier's behaviour explains: ours to answer for. */
async function unexplained(stack: LiveStack, campaignId: string): Promise<string[]> {
  const { rows } = await database.sql.query(
    `SELECT a.channel, a.error_code, m.e164 FROM attempt a JOIN message m ON m.shard = a.shard AND m.id = a.message_id
     WHERE a.campaign_id = $1 AND a.status = $2`,
    [campaignId, ATTEMPT_STATUS_CODE.unknown],
  );
  return rows
    .filter(({ channel, e164 }) => {
      const { scenario } = stack.sandbox.scenarios.choose(CHANNELS[Number(channel) - 1] ?? "sms", e164);
      return scenario !== "timeout" && scenario !== "error_500";
    })
    .map(({ error_code, e164 }) => `${error_code} ${e164}`);
}

async function openBlocks(campaignId: string): Promise<number> {
  const { rows } = await database.sql.query(
    "SELECT count(*)::integer AS n FROM block WHERE campaign_id = $1 AND (state = 1 OR cardinality(in_flight) > 0)",
    [campaignId],
  );
  return Number(rows[0]?.n);
}

describe("a worker that is told to stop in the middle of a campaign", () => {
  it("ends by itself, leaves nothing unknown that the carrier did not leave so, and the next one completes it", async () => {
    const stack = await slowStack();
    const people = 600;
    const first = await stack.startWorker();
    const campaignId = await stack.launch({ people, waitS: 5 });
    await until("it is in the middle", async () => (await countAttempts(database, campaignId)) >= 150);
    first.child.kill("SIGTERM");
    expect(await first.exited).toBe(0);
    expect(await countAttempts(database, campaignId, "step = 0")).toBeLessThan(people);
    expect(await unexplained(stack, campaignId)).toEqual([]);
    expect(await openBlocks(campaignId)).toBe(0);
    expect(faultsOf(await stack.compare())).toEqual([]);

    await stack.startWorker();
    await until("the campaign is completed", () => isCompleted(database, campaignId));
    const comparison = await stack.compare();
    expect(faultsOf(comparison)).toEqual([]);
    expect(takenTwice(comparison)).toEqual([]);
    expect(countOf(comparison, "messages")).toBe(people);
    expect(await unexplained(stack, campaignId)).toEqual([]);
  });
});

describe("a worker that is killed", () => {
  it("while it sends, and again while SMS leave: new ones complete the campaign after the lease; no SMS twice, no marketing again", async () => {
    const stack = await slowStack();
    const people = 500;
    // Half are not on WhatsApp, so that SMS leave while the first channel is still being sent.
    stack.sandbox.scenarios.replace({ mix: { whatsapp: { delivered_read: 50, not_on_whatsapp: 50 } } });
    const first = await stack.startWorker();
    const campaignId = await stack.launch({ people, waitS: 5 });
    await until("WhatsApp is being sent", async () => (await countAttempts(database, campaignId)) >= 80);
    first.child.kill("SIGKILL");
    await first.exited;
    const second = await stack.startWorker();
    await until("SMS are being sent", async () => (await countAttempts(database, campaignId, "step = 1")) >= 20);
    second.child.kill("SIGKILL");
    await second.exited;
    await stack.startWorker();
    await until("the campaign is completed", () => isCompleted(database, campaignId), 90_000);

    const comparison = await stack.compare();
    expect(faultsOf(comparison)).toEqual([]);
    expect(takenTwice(comparison)).toEqual([]);
    expect(countOf(comparison, "messages")).toBe(people);
    expect(await openBlocks(campaignId)).toBe(0);
    const { rows: tries } = await database.sql.query(
      "SELECT message_id FROM attempt WHERE campaign_id = $1 GROUP BY message_id, step HAVING count(*) > 1",
      [campaignId],
    );
    expect(tries).toEqual([]);
  });
});
