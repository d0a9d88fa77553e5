import { afterEach, describe, expect, it } from "vitest";
import { ATTEMPT_STATUS_CODE } from "../../lib/domain/vocabulary";
import { launchCampaign } from "../../lib/server/dispatch/campaigns/launch-campaign";
import { testCampaign } from "../../lib/server/dispatch/dispatch.fixture";
import { compareLedger } from "../../scripts/compare-ledger";
import { faultsOf, takenTwice, until } from "../int/live-stack";
import { startChaosStack, type ChaosStack } from "./chaos-stack";

const held: { stack?: ChaosStack } = {};
afterEach(async () => {
  await held.stack?.stop();
  delete held.stack;
});

async function stackWithOneWorker(): Promise<ChaosStack> {
  held.stack = await startChaosStack({ ratePerSecond: 100, sandboxSpeed: 20, wireTimeoutMs: 10_000, workers: 1 });
  held.stack.sandbox.scenarios.replace({
    mix: { whatsapp: { delivered: 70, not_on_whatsapp: 30 }, sms: { delivered: 100 } },
  });
  return held.stack;
}

async function launch(stack: ChaosStack, people: number): Promise<string> {
  const campaignId = await testCampaign(stack.database, stack.account, { people, waitS: 5, firstPlace: 101 });
  await launchCampaign(stack.account.as("marketer"), campaignId);
  return campaignId;
}

function workerOf(stack: ChaosStack) {
  const worker = stack.workers[0]?.current();
  if (worker === null || worker === undefined) throw new Error("No worker is up.");
  return worker;
}

async function inFlight(stack: ChaosStack): Promise<number> {
  const { rows } = await stack.database.sql.query(
    "SELECT coalesce(sum(cardinality(in_flight)), 0)::integer AS n FROM block WHERE state = 1",
  );
  return Number(rows[0]?.n);
}

/** Ends by itself, or the test fails: it is killed. */
const BOUND_MS = 25_000;

async function endOf(stack: ChaosStack, signal: NodeJS.Signals): Promise<number | null> {
  const { child, exited } = workerOf(stack);
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), BOUND_MS);
  return exited.finally(() => clearTimeout(timer));
}

describe("a worker that is told to stop while carriers are slow to answer", () => {
  it("waits for what is on the wire: it ends with 0, holds no block, leaves nothing unknown, and the ledger agrees", async () => {
    const stack = await stackWithOneWorker();
    await launch(stack, 600);
    await until("it sends", async () => stack.sandbox.ledger.count() >= 50);
    // From here on each answer takes four seconds: less than a wire call may, and less than the stop may.
    stack.proxies.http.setMode({ kind: "latency", ms: 2_000 });
    stack.proxies.smpp.setMode({ kind: "latency", ms: 2_000 });
    await until("sends are on the wire", async () => (await inFlight(stack)) > 0);
    expect(await endOf(stack, "SIGTERM")).toBe(0);

    stack.proxies.http.setMode({ kind: "normal" });
    stack.proxies.smpp.setMode({ kind: "normal" });
    const { sql } = stack.database;
    const { rows: leased } = await sql.query("SELECT id FROM block WHERE state = 1 OR cardinality(in_flight) > 0");
    expect(leased).toEqual([]);
    const unknown = "SELECT error_code FROM attempt WHERE status = $1";
    expect((await sql.query(unknown, [ATTEMPT_STATUS_CODE.unknown])).rows).toEqual([]);
    const { rows: left } = await sql.query("SELECT count(*)::integer AS n FROM block WHERE state = 0");
    expect(left[0]?.n).toBeGreaterThan(0);
    const comparison = await compareLedger(sql, stack.sandboxUrl, null);
    expect(faultsOf(comparison)).toEqual([]);
    expect(takenTwice(comparison)).toEqual([]);
  });
});

describe("a worker that is told to stop while PostgreSQL is away", () => {
  it("ends within its bound all the same, and nothing is lost or sent twice by who comes after it", async () => {
    const stack = await stackWithOneWorker();
    const campaignId = await launch(stack, 300);
    await until("it sends", async () => stack.sandbox.ledger.count() >= 50);
    await stack.postgres.kill();
    expect(await endOf(stack, "SIGTERM")).not.toBeNull(); // null: it had to be killed
    await stack.postgres.start();
    await stack.workers[1]?.start();
    const { sql } = stack.database;
    await until(
      "the campaign is completed",
      async () =>
        (await sql.query("SELECT 1 FROM campaign WHERE id = $1 AND status = 'completed'", [campaignId])).rowCount === 1,
      90_000,
    );
    const comparison = await compareLedger(sql, stack.sandboxUrl, null);
    expect(faultsOf(comparison)).toEqual([]);
    expect(takenTwice(comparison)).toEqual([]);
  });
});
