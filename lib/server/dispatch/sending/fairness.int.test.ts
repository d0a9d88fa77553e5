import { describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../../tests/int/harness";
import { until } from "../../../../tests/int/live-stack";
import { launchCampaign } from "../campaigns/launch-campaign";
import { setSwitch, testCampaign, testContent, testDispatch, type TestDispatch } from "../dispatch.fixture";
import { enqueueMessage } from "../enqueue-message";
import { createWakeUp } from "../run-loop";
import { leaseBlocks, listReadyBlocks } from "./claim-blocks";
import { runSender } from "./run-sender";

const database = useTestDatabase();

/** Two accounts on one shard, as one database has many. */
async function neighbours(): Promise<readonly [TestAccount, TestAccount]> {
  const [first, second] = [await createTestAccount(database), await createTestAccount(database)];
  await database.sql.query("UPDATE account SET shard = $2 WHERE id = $1", [second.accountId, first.shard]);
  return [first, { ...second, shard: first.shard }];
}

let made = 0;

async function addBlocks(account: TestAccount, blocks: number, agoS: number): Promise<void> {
  await database.sql.query(
    `INSERT INTO block (shard, id, account_id, campaign_id, step, lane, available_at, first_id, size)
     SELECT $1, $5::bigint * 1000000 + n, $2, $2, 0, 2, now() - make_interval(secs => $3), 0, 1000
     FROM generate_series(1, $4::integer) n`,
    [account.shard, account.accountId, agoS, blocks, (made += 1)],
  );
}

async function launch(account: TestAccount, dispatch: TestDispatch, people: number): Promise<string> {
  const campaignId = await testCampaign(database, account, { people });
  await launchCampaign(account.as("marketer"), campaignId);
  await dispatch.plan(campaignId);
  return campaignId;
}

describe("a claim", () => {
  it("sees an account's one block behind another's twenty thousand, and reads no more rows for them", async () => {
    const [big, small] = await neighbours();
    await addBlocks(big, 20_000, 600);
    await addBlocks(small, 1, 1);
    const ready = await listReadyBlocks(database.sql, big.shard, Date.now());
    expect(ready.filter((block) => block.accountId === small.accountId)).toHaveLength(1);
    expect(ready.length).toBeLessThanOrEqual(21);
  });

  it("costs as little with twenty thousand ready blocks of a campaign as with fifty", async () => {
    const [few, many] = [await createTestAccount(database), await createTestAccount(database)];
    await database.sql.query("UPDATE account SET shard = (shard + 1) % 64 WHERE id = $1 AND shard = $2", [
      many.accountId,
      few.shard,
    ]);
    const { rows } = await database.sql.query("SELECT shard FROM account WHERE id = $1", [many.accountId]);
    const shard = Number(rows[0]?.shard);
    await addBlocks(few, 50, 600);
    await addBlocks({ ...many, shard }, 20_000, 600);
    const cost = async (of: number): Promise<number> => {
      const client = await database.sql.connect();
      try {
        await client.query("BEGIN; SET LOCAL track_io_timing = off");
        const read = async (): Promise<number> => {
          const { rows: stats } = await client.query(
            `SELECT sum(pg_stat_get_xact_tuples_fetched(oid) + pg_stat_get_xact_tuples_returned(oid))::integer AS n FROM pg_class
             WHERE oid = 'block'::regclass OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = 'block'::regclass)`,
          );
          return Number(stats[0]?.n);
        };
        const before = await read();
        await listReadyBlocks(client, of, Date.now());
        return (await read()) - before;
      } finally {
        await client.query("ROLLBACK");
        client.release();
      }
    };
    const ofFew = await cost(few.shard);
    expect(ofFew).toBeGreaterThanOrEqual(20);
    expect(await cost(shard)).toBeLessThanOrEqual(ofFew + 5);
  });

  it("leases a block to one worker only, and two workers share what is ready", async () => {
    const account = await createTestAccount(database);
    await addBlocks(account, 40, 10);
    const ids = (await listReadyBlocks(database.sql, account.shard, Date.now())).map(({ id }) => id);
    const workers = ["00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"];
    const leased = await Promise.all(
      workers.flatMap((owner) => ids.map((id) => leaseBlocks(database.sql, account.shard, [id], owner, 8_000))),
    );
    const taken = leased.flat().map(({ id }) => id);
    expect(new Set(taken).size).toBe(taken.length);
    expect([...taken].sort()).toEqual([...ids].sort());
  });
});

describe("senders", () => {
  it("serve an account's hundred people while another's many blocks wait for its slow carrier", async () => {
    const [big, small] = await neighbours();
    const slow = await testDispatch(database, big, { ratePerSecond: 100 });
    // One registry for both accounts, as a worker has it.
    const dispatch = await testDispatch(database, small);
    for (const account of [big, small]) await setSwitch(database, account, true);
    for (let i = 0; i < 8; i += 1) await launch(big, slow, 150);
    const campaignId = await launch(small, dispatch, 100);
    const stop = new AbortController();
    const sending = runSender(dispatch.deps, () => Promise.resolve([small.shard]), stop.signal, createWakeUp());
    let ofBig = 0;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const { rows } = await database.sql.query(
        "SELECT campaign_id = $2 AS own, sum(cursor)::integer AS n FROM block WHERE shard = $1 GROUP BY 1",
        [small.shard, campaignId],
      );
      ofBig = Number(rows.find(({ own }) => own === false)?.n ?? 0);
      if (Number(rows.find(({ own }) => own === true)?.n ?? 0) === 100) break;
    }
    stop.abort();
    await sending;
    expect(ofBig).toBeLessThan(8 * 150);
  });

  it("put a code on the wire before the campaign's people that wait for the same scarce rate", async () => {
    const account = await createTestAccount(database);
    await setSwitch(database, account, true);
    const dispatch = await testDispatch(database, account, { ratePerSecond: 40 });
    await launch(account, dispatch, 400);
    const stop = new AbortController();
    const sending = runSender(dispatch.deps, () => Promise.resolve([account.shard]), stop.signal, createWakeUp());
    await until("twenty sends", () => Promise.resolve(dispatch.carriers.calls.length >= 20));
    await account.as("admin").transaction((tx) =>
      enqueueMessage(tx, account.as("admin"), {
        ...{ e164: "+37477999999", country: "AM", category: "authentication", route: "whatsapp-sms" },
        ...{ fallbackMode: "inherit", waitS: 20, templateId: null, templateVersion: null },
        ...{ content: testContent("authentication", "Code {{code}}"), vars: { code: "123456" }, apiKeyId: null },
      }),
    );
    const before = dispatch.carriers.calls.length;
    const isCode = (): boolean => dispatch.carriers.calls.some(({ request }) => request.to === "+37477999999");
    await until("the code's send", () => Promise.resolve(isCode()));
    const at = dispatch.carriers.calls.findIndex(({ request }) => request.to === "+37477999999");
    stop.abort();
    await sending;
    // The campaign has some ten intents waiting for slots and many more blocks' worth behind: the code passes all but the next few.
    expect(at - before).toBeLessThan(40);
  });
});
