import { afterEach, describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import {
  countAttempts,
  faultsOf,
  isCompleted,
  startLiveStack,
  takenTwice,
  until,
  type LiveStack,
} from "../../../tests/int/live-stack";
import { createPool, QUERY_TIMEOUT_MS } from "../db/pool";
import { launchCampaign } from "./campaigns/launch-campaign";
import { LEASE_MS } from "./dispatch-deps";
import { setSwitch, testCampaign, testDispatch } from "./dispatch.fixture";
import { createWakeUp } from "./run-loop";
import { recoverBlocks } from "./sending/recover-blocks";
import { runSender } from "./sending/run-sender";

const database = useTestDatabase();
const held: { stack?: LiveStack } = {};
afterEach(async () => {
  await held.stack?.stop();
  delete held.stack;
});

async function slowStack(): Promise<LiveStack> {
  held.stack = await startLiveStack(database, { ratePerSecond: 150 });
  return held.stack;
}

type Owned = { readonly id: string; readonly owner: string; readonly epoch: number; readonly lease_ms: number };

/** Of each leased block: its owner, and how long its lease has to run, both by the database's clock. */
async function leasedBlocks(campaignId: string): Promise<Owned[]> {
  const { rows } = await database.sql.query(
    `SELECT id::text, owner, epoch, (extract(epoch FROM lease_until - clock_timestamp()) * 1000)::float8 AS lease_ms
     FROM block WHERE campaign_id = $1 AND state = 1`,
    [campaignId],
  );
  return rows;
}

async function isSilent(owners: readonly string[]): Promise<boolean> {
  const { rowCount } = await database.sql.query("SELECT 1 FROM block WHERE owner = ANY($1::uuid[]) LIMIT 1", [owners]);
  return rowCount === 0;
}

describe("a worker that dies", () => {
  it("holds each block for eight seconds at most; then another has them, sends the rest, and nobody is written to twice", async () => {
    const stack = await slowStack();
    const first = await stack.startWorker();
    const campaignId = await stack.launch({ people: 700, waitS: 5 });
    await until("it is in the middle", async () => (await countAttempts(database, campaignId)) >= 100);
    first.child.kill("SIGKILL");
    await first.exited;
    const left = await leasedBlocks(campaignId);
    expect(left.length).toBeGreaterThan(0);
    for (const { lease_ms } of left) expect(lease_ms).toBeLessThanOrEqual(LEASE_MS);
    await stack.startWorker();
    await until("another has its blocks", () => isSilent(left.map(({ owner }) => owner)));
    const { rows } = await database.sql.query("SELECT id::text, epoch FROM block WHERE id = ANY($1::bigint[])", [
      left.map(({ id }) => id),
    ]);
    for (const { id, epoch } of left)
      expect(rows.find((row) => row.id === id)?.epoch, `block ${id} has moved on`).toBeGreaterThan(epoch);
    await until("the campaign is completed", () => isCompleted(database, campaignId), 90_000);
    const comparison = await stack.compare();
    expect(faultsOf(comparison)).toEqual([]);
    expect(takenTwice(comparison)).toEqual([]);
  });
});

describe("a worker that is stopped beyond its lease and continued", () => {
  it("begins no send that it had the right to before", async () => {
    const stack = await slowStack();
    const first = await stack.startWorker();
    const campaignId = await stack.launch({ people: 600, waitS: 5 });
    await until("it is in the middle", async () => (await countAttempts(database, campaignId)) >= 100);
    first.child.kill("SIGSTOP");
    const stalled = (await leasedBlocks(campaignId)).map(({ owner }) => owner);
    await stack.startWorker();
    await until("another has its blocks", () => isSilent(stalled));
    first.child.kill("SIGCONT");
    await until("the campaign is completed", () => isCompleted(database, campaignId), 90_000);
    const comparison = await stack.compare();
    expect(faultsOf(comparison)).toEqual([]);
    expect(takenTwice(comparison)).toEqual([]);
  });
});

describe("a worker that stands still in the middle of a transaction", () => {
  it("loses its locks, so that another may take over what it holds", async () => {
    const serving = createPool(database.url, 1, QUERY_TIMEOUT_MS);
    const client = await serving.connect();
    try {
      await client.query("BEGIN");
      await client.query("SELECT pg_advisory_xact_lock(4711)");
      const isFree = async (): Promise<boolean> =>
        (await database.sql.query("SELECT pg_try_advisory_xact_lock_shared(4711) AS free")).rows[0].free === true;
      expect(await isFree()).toBe(false);
      await until("the lock is free", isFree, 20_000);
      await expect(client.query("SELECT 1")).rejects.toThrow();
    } finally {
      client.release(true);
      await serving.end();
    }
  });
});

describe("a lease", () => {
  it("does not depend on how long a carrier may take: with a wire timeout of two minutes it is as short, and sends", async () => {
    const account = await createTestAccount(database);
    await setSwitch(database, account, true);
    const dispatch = await testDispatch(database, account);
    const campaignId = await testCampaign(database, account, { people: 40 });
    await launchCampaign(account.as("marketer"), campaignId);
    await dispatch.plan(campaignId);
    const answers: (() => void)[] = [];
    dispatch.carriers.answer.whatsapp = (request) =>
      new Promise((resolve) =>
        answers.push(() => resolve({ kind: "accepted", carrierIds: [`id-${request.reference}`], raw: "" })),
      );
    const stop = new AbortController();
    const deps = { ...dispatch.deps, wireTimeoutMs: 120_000 };
    const sending = runSender(deps, () => Promise.resolve([account.shard]), stop.signal, createWakeUp());
    await until("all are on the wire", () => Promise.resolve(answers.length === 40));
    const leased = await leasedBlocks(campaignId);
    expect(leased).toHaveLength(1);
    expect(leased[0]?.lease_ms).toBeLessThanOrEqual(LEASE_MS);
    expect(await recoverBlocks(deps, account.shard)).toBe(0);
    for (const answer of answers) answer();
    stop.abort();
    await sending;
    expect(await countAttempts(database, campaignId, "status = 40")).toBe(40);
  });
});

describe("the blocks of a worker that is gone", () => {
  it("are taken over all at one look, however many they are", async () => {
    const account = await createTestAccount(database);
    const dispatch = await testDispatch(database, account);
    await database.sql.query(
      `INSERT INTO block (shard, id, account_id, step, lane, state, available_at, first_id, size, owner, epoch, lease_until)
       SELECT $1, dispatch_id_floor(now()) + (n << 10), $2, 0, 1, 1, now(), 0, 1, gen_random_uuid(), 1, now() - interval '1 second'
       FROM generate_series(1, 450) n`,
      [account.shard, account.accountId],
    );
    await recoverBlocks(dispatch.deps, account.shard);
    const { rows } = await database.sql.query(
      "SELECT state, epoch, count(*)::integer AS n FROM block WHERE account_id = $1 GROUP BY 1, 2",
      [account.accountId],
    );
    expect(rows).toEqual([{ state: 0, epoch: 2, n: 450 }]);
  });
});
