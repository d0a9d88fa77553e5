import { describe, expect, it } from "vitest";
import type { SendOutcome } from "@/lib/carriers/connector";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { until } from "../../../tests/int/live-stack";
import { launchCampaign } from "./campaigns/launch-campaign";
import { setSwitch, testCampaign, testContent, testDispatch, type TestCampaign } from "./dispatch.fixture";
import { enqueueMessage } from "./enqueue-message";
import { matchOrphans } from "./receipts/match-orphans";
import { createWakeUp } from "./run-loop";
import { recoverBlocks } from "./sending/recover-blocks";
import { runSender } from "./sending/run-sender";
import { MAX_IN_FLIGHT } from "./sending/send-run";

const database = useTestDatabase();

async function launched(wish: TestCampaign) {
  const account = await createTestAccount(database);
  await setSwitch(database, account, true);
  const dispatch = await testDispatch(database, account);
  const campaignId = await testCampaign(database, account, wish);
  await launchCampaign(account.as("marketer"), campaignId);
  await dispatch.plan(campaignId);
  return { account, dispatch, campaignId };
}

const attempts = async (accountId: string) =>
  (
    await database.sql.query(
      "SELECT step, try, status, error_code, carrier_id FROM attempt WHERE account_id = $1 ORDER BY message_id, step, try",
      [accountId],
    )
  ).rows;

describe("a worker that dies between intent and outcome", () => {
  it("leaves its in-flight messages unknown, the rest untouched, and marketing is never sent there again", async () => {
    const { account, dispatch } = await launched({ people: 300 });
    const { accountId, shard } = account;
    await database.sql.query(
      `UPDATE block SET state = 1, owner = gen_random_uuid(), epoch = 5, cursor = 200, lease_until = now() - interval '1 second',
         in_flight = ARRAY(SELECT generate_series(first_id, first_id + 49))
       WHERE account_id = $1`,
      [accountId],
    );
    expect(await recoverBlocks(dispatch.deps, shard)).toBe(50);
    expect(await recoverBlocks(dispatch.deps, shard)).toBe(0);
    expect(await attempts(accountId)).toHaveLength(50);
    await dispatch.send();
    expect(dispatch.carriers.calls).toHaveLength(100);
    dispatch.clock.aheadMs += 120_000;
    while ((await dispatch.fire()) > 0);
    await dispatch.send();
    const { rows } = await database.sql.query("SELECT id FROM message WHERE account_id = $1 ORDER BY id LIMIT 50", [
      accountId,
    ]);
    const unknown = new Set(rows.map((row) => String(row.id)));
    const again = dispatch.carriers.calls.filter(({ request }) => unknown.has(request.reference.split(".")[1] ?? ""));
    expect(again).toEqual([]);
  });

  it("and whose outcome comes back late after all stores it, but sends nothing more", async () => {
    const { account, dispatch } = await launched({ people: 500 });
    const release: (() => void)[] = [];
    dispatch.carriers.answer.whatsapp = (request) =>
      new Promise<SendOutcome>((resolve) => {
        release.push(() => resolve({ kind: "accepted", carrierIds: [`id-${request.reference}`], raw: "" }));
      });
    const sending = dispatch.send();
    // All that has its intent is on the wire, and less than a sub-batch is free, so the sender commits nothing more by itself. How many
    // these are is the rate limiter's to say: it may grant less than was asked for.
    await until("the sender rests", async () => {
      const { rows } = await database.sql.query(
        "SELECT coalesce(sum(cardinality(in_flight)), 0)::integer AS n FROM block WHERE account_id = $1",
        [account.accountId],
      );
      return rows[0].n === release.length && release.length > MAX_IN_FLIGHT / 2;
    });
    const onWire = release.length;
    await database.sql.query("UPDATE block SET lease_until = now() - interval '1 second' WHERE account_id = $1", [
      account.accountId,
    ]);
    const paused = { ...dispatch.deps, workerId: "00000000-0000-0000-0000-000000000001" };
    const unknown = await recoverBlocks(paused, account.shard);
    expect(unknown).toBe(onWire);
    await database.sql.query("UPDATE block SET state = 3 WHERE account_id = $1 AND state = 0", [account.accountId]);
    const sentBefore = dispatch.carriers.calls.length;
    for (const open of release) open();
    await sending;
    expect(dispatch.carriers.calls).toHaveLength(sentBefore);
    const stored = await attempts(account.accountId);
    expect(stored).toHaveLength(onWire);
    expect(stored.every((row) => row.status === 40)).toBe(true);
  });
});

describe("a worker that is told to stop", () => {
  it("finishes what is on the wire, gives the rest back, and leaves nothing unknown", async () => {
    const { account, dispatch } = await launched({ people: 900 });
    const stop = new AbortController();
    dispatch.carriers.answer.whatsapp = async (request, nth) => {
      if (nth === 50) stop.abort();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { kind: "accepted", carrierIds: [`id-${request.reference}`], raw: "" };
    };
    await runSender(dispatch.deps, () => Promise.resolve([account.shard]), stop.signal, createWakeUp());
    const { rows } = await database.sql.query(
      "SELECT state, size - cursor AS untouched, cardinality(in_flight) AS in_flight FROM block WHERE account_id = $1",
      [account.accountId],
    );
    const sent = dispatch.carriers.calls.length;
    expect(rows).toEqual([{ state: 0, untouched: 900 - sent, in_flight: 0 }]);
    expect((await attempts(account.accountId)).filter((row) => row.status === 40)).toHaveLength(sent);
    await dispatch.send();
    expect(new Set(dispatch.carriers.calls.map(({ request }) => request.reference)).size).toBe(900);
    expect(dispatch.carriers.calls).toHaveLength(900);
  });
});

describe("receipts", () => {
  it("that beat the outcome of their send are kept, and the outcome adds to them", async () => {
    const { account, dispatch } = await launched({ people: 1 });
    dispatch.carriers.answer.whatsapp = async (request) => {
      await dispatch.receive("whatsapp", [{ reference: request.reference, kind: "read", carrierId: "wamid" }]);
      return { kind: "accepted", carrierIds: ["wamid"], raw: "" };
    };
    await dispatch.send();
    const { rows } = await database.sql.query(
      "SELECT status, carrier_id, price_micros::integer, cost_micros::integer FROM attempt WHERE account_id = $1",
      [account.accountId],
    );
    expect(rows).toEqual([{ status: 80, carrier_id: "wamid", price_micros: 30_000, cost_micros: 30_000 }]);
  });

  it("without our reference wait in the orphan inbox for their send's outcome", async () => {
    const { account, dispatch } = await launched({ people: 1, route: "viber-sms" });
    dispatch.carriers.answer.viber = async (request) => {
      await dispatch.receive("viber", [{ carrierId: `id-${request.reference}`, kind: "delivered" }]);
      return { kind: "accepted", carrierIds: [`id-${request.reference}`], raw: "" };
    };
    await dispatch.send();
    await matchOrphans(database.sql, account.shard, dispatch.clock.now());
    expect(await attempts(account.accountId)).toMatchObject([{ status: 70 }]);
    const { rows } = await database.sql.query(
      "SELECT count(*)::integer AS n FROM orphan_receipt WHERE account_id = $1",
      [account.accountId],
    );
    expect(rows).toEqual([{ n: 0 }]);
  });

  it("twice and out of order come to the same", async () => {
    const { account, dispatch } = await launched({ people: 1 });
    await dispatch.send();
    const reference = dispatch.carriers.calls[0]?.request.reference ?? "";
    const at = dispatch.clock.now();
    for (const kind of ["read", "sent", "delivered", "sent", "read"] as const) {
      await dispatch.receive("whatsapp", [{ reference, kind, carrierTimeMs: at }]);
    }
    expect(await attempts(account.accountId)).toMatchObject([{ status: 80 }]);
    const { rows } = await database.sql.query("SELECT count(*)::integer AS n FROM receipt WHERE account_id = $1", [
      account.accountId,
    ]);
    expect(rows).toEqual([{ n: 3 }]);
  });

  it("of another account's connection change nothing and are kept aside (invariant 12)", async () => {
    const victim = await launched({ people: 1 });
    const other = await createTestAccount(database);
    await database.sql.query("UPDATE account SET shard = $2 WHERE id = $1", [other.accountId, victim.account.shard]);
    const attacker = await testDispatch(database, { ...other, shard: victim.account.shard });
    await victim.dispatch.send();
    const reference = victim.dispatch.carriers.calls[0]?.request.reference ?? "";
    await attacker.receive("whatsapp", [{ reference, kind: "failed", code: "131050", carrierId: "forged" }]);
    expect(await attempts(victim.account.accountId)).toMatchObject([{ status: 40 }]);
    const { rows } = await database.sql.query("SELECT account_id FROM orphan_receipt WHERE carrier_id = 'forged'");
    expect(rows).toEqual([{ account_id: other.accountId }]);
    expect(await database.db.suppression.count({ where: { accountId: victim.account.accountId } })).toBe(0);
    expect(await database.db.suppression.count({ where: { accountId: other.accountId } })).toBe(0);
  });
});

describe("what was not sent", () => {
  it("is tried again under a new number of try, and only what was not sent", async () => {
    const { account, dispatch } = await launched({ people: 10 });
    dispatch.carriers.answer.whatsapp = (request, nth) =>
      nth <= 4
        ? { kind: "not_sent", code: "130429", detail: "", retryAfterMs: 1_000, raw: "" }
        : { kind: "accepted", carrierIds: [`id-${request.reference}`], raw: "" };
    await dispatch.send();
    expect(await attempts(account.accountId)).toHaveLength(6);
    dispatch.clock.aheadMs += 2_500;
    await dispatch.send();
    const rows = await attempts(account.accountId);
    expect(rows.map((row) => row.try).sort()).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
    expect(new Set(dispatch.carriers.calls.map(({ request }) => request.reference)).size).toBe(14);
  });

  it("counts as failed when the wait is over, and the next channel is asked", async () => {
    const { account, dispatch } = await launched({ people: 2 });
    dispatch.carriers.answer.whatsapp = () => ({
      kind: "not_sent",
      code: "connection_refused",
      detail: "",
      retryAfterMs: null,
      raw: "",
    });
    for (let i = 0; i < 8; i += 1) {
      await dispatch.send();
      dispatch.clock.aheadMs += 10_000;
    }
    while ((await dispatch.fire()) > 0);
    await dispatch.send();
    expect((await attempts(account.accountId)).map((row) => [row.step, row.status])).toEqual([
      [0, 10],
      [1, 40],
      [0, 10],
      [1, 40],
    ]);
  });
});

describe("faults", () => {
  it("of the template pause the campaign and lose nothing: mended, it goes on with everyone", async () => {
    const { account, dispatch, campaignId } = await launched({ people: 250 });
    const accept = dispatch.carriers.answer.whatsapp;
    dispatch.carriers.answer.whatsapp = () => ({
      kind: "refused",
      code: "132001",
      detail: "no such template",
      carrierIds: [],
      raw: "",
    });
    await dispatch.send();
    expect(await database.db.campaign.findFirst({ where: { id: campaignId } })).toMatchObject({
      status: "paused",
      pausedReason: "whatsapp:132001",
    });
    dispatch.carriers.answer.whatsapp = accept;
    const { resumeCampaign } = await import("./campaigns/resume-campaign");
    await resumeCampaign(account.as("marketer"), campaignId);
    await dispatch.send();
    const { rows } = await database.sql.query(
      "SELECT count(DISTINCT message_id)::integer AS n FROM attempt WHERE account_id = $1 AND status = 40",
      [account.accountId],
    );
    expect(rows).toEqual([{ n: 250 }]);
  });
});

describe("messages of the API", () => {
  it("with a code do not wait for a campaign's, though they came later", async () => {
    const { account, dispatch } = await launched({ people: 1_000 });
    const ctx = account.as("admin");
    const messageId = await ctx.transaction(async (tx) => {
      const queued = await enqueueMessage(tx, ctx, {
        ...{
          e164: "+37477999999",
          country: "AM",
          category: "authentication",
          route: "whatsapp-sms",
          fallbackMode: "inherit",
        },
        ...{
          waitS: 20,
          templateId: null,
          templateVersion: null,
          content: testContent("authentication", "Code {{code}}"),
        },
        ...{ vars: { code: "123456" }, apiKeyId: null },
      });
      return queued.messageId;
    });
    await dispatch.send();
    expect(dispatch.carriers.calls).toHaveLength(1_001);
    // Leased first; by how little the campaign's first sub-batches may overtake it on the way to the wire is up to the machine.
    const place = dispatch.carriers.calls.findIndex(({ request }) => request.to === "+37477999999");
    expect(dispatch.carriers.calls[place]?.request.reference).toBe(`${account.shard}.${messageId}.0.0`);
    expect(place).toBeLessThan(500);
  });
});
