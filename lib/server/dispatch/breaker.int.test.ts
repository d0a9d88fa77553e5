import { describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../tests/int/harness";
import { until } from "../../../tests/int/live-stack";
import { launchCampaign } from "./campaigns/launch-campaign";
import { resumeCampaign } from "./campaigns/resume-campaign";
import {
  forgetNames,
  setSwitch,
  testCampaign,
  testContent,
  testDispatch,
  type TestCampaign,
  type TestDispatch,
} from "./dispatch.fixture";
import { closeBreaker, openBreaker, takeTrial } from "../connections/open-breaker";
import { enqueueMessage } from "./enqueue-message";
import { createWakeUp } from "./run-loop";
import { runSender } from "./sending/run-sender";
import { MAX_IN_FLIGHT } from "./sending/send-run";

const database = useTestDatabase();

async function start(switchOn = true) {
  const account = await createTestAccount(database);
  await setSwitch(database, account, switchOn);
  return { account, dispatch: await testDispatch(database, account) };
}

async function launch(account: TestAccount, dispatch: TestDispatch, wish: TestCampaign): Promise<string> {
  const campaignId = await testCampaign(database, account, wish);
  await launchCampaign(account.as("marketer"), campaignId);
  await dispatch.plan(campaignId);
  return campaignId;
}

/** WhatsApp says that the access token is no longer good. */
function revokeToken(dispatch: TestDispatch): void {
  dispatch.carriers.answer.whatsapp = () => ({
    ...{ kind: "refused", code: "190", detail: "Access token has expired", carrierIds: [], raw: "" },
  });
}

const calls = (dispatch: TestDispatch, channel: string) =>
  dispatch.carriers.calls.filter((call) => call.channel === channel).length;

async function settle(dispatch: TestDispatch, aheadMs = 0): Promise<void> {
  dispatch.clock.aheadMs += aheadMs;
  await dispatch.send();
  while ((await dispatch.fire()) > 0);
  await dispatch.send();
}

const attempts = async (campaignId: string) =>
  (
    await database.sql.query(
      `SELECT step, status, error_code, count(DISTINCT message_id)::integer AS n FROM attempt WHERE campaign_id = $1
       GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
      [campaignId],
    )
  ).rows;

const sumOf = (rows: readonly { readonly n: number }[]) => rows.reduce((sum, row) => sum + row.n, 0);

describe("a carrier that blames the sender", () => {
  it("rests, the marketing campaign pauses with its reason, and nobody is sent an SMS in its stead", async () => {
    const { account, dispatch } = await start();
    revokeToken(dispatch);
    const campaignId = await launch(account, dispatch, { people: 250 });
    await settle(dispatch, 15_000);
    const campaign = await database.db.campaign.findFirstOrThrow({ where: { id: campaignId } });
    expect(campaign).toMatchObject({ status: "paused", pausedReason: "whatsapp:190" });
    const { rows } = await database.sql.query(
      "SELECT breaker_reason, breaker_until > now() AS rests FROM connection WHERE account_id = $1 AND kind = 'whatsapp_cloud'",
      [account.accountId],
    );
    expect(rows).toEqual([{ breaker_reason: "190", rests: true }]);
    expect(calls(dispatch, "sms")).toBe(0);
    expect(calls(dispatch, "whatsapp")).toBeLessThanOrEqual(MAX_IN_FLIGHT);
    const audit = await database.db.auditEntry.findMany({
      where: { accountId: account.accountId, action: "campaign.paused_by_fault" },
    });
    expect(audit.map(({ target, detail }) => ({ target, detail }))).toEqual([
      { target: campaignId, detail: { channel: "whatsapp", code: "190" } },
    ]);
  });

  it("lets order updates and codes go on by the next channel, at once and without asking it again", async () => {
    const { account, dispatch } = await start();
    revokeToken(dispatch);
    await launch(account, dispatch, { people: 5 });
    await settle(dispatch);
    const before = calls(dispatch, "whatsapp");
    const campaignId = await launch(account, dispatch, { people: 40, category: "utility" });
    await account.as("admin").transaction((tx) =>
      enqueueMessage(tx, account.as("admin"), {
        ...{ e164: "+37477999999", country: "AM", category: "authentication", route: "whatsapp-sms" },
        ...{ fallbackMode: "inherit", waitS: 20, templateId: null, templateVersion: null },
        ...{ content: testContent("authentication", "Code {{code}}"), vars: { code: "123456" }, apiKeyId: null },
      }),
    );
    await settle(dispatch);
    expect(calls(dispatch, "whatsapp")).toBe(before);
    expect(calls(dispatch, "sms")).toBe(41);
    expect(await attempts(campaignId)).toEqual([
      { step: 0, status: 10, error_code: "breaker_open", n: 40 },
      { step: 1, status: 40, error_code: null, n: 40 },
    ]);
  });

  it("lets an order update that was refused itself go on as well", async () => {
    const { account, dispatch } = await start();
    revokeToken(dispatch);
    const campaignId = await launch(account, dispatch, { people: 250, category: "utility" });
    await settle(dispatch);
    expect(await database.db.campaign.findFirst({ where: { id: campaignId } })).toMatchObject({ status: "running" });
    const rows = await attempts(campaignId);
    expect(sumOf(rows.filter(({ step }) => step === 0))).toBe(250);
    expect(rows.filter(({ step }) => step === 1)).toEqual([{ step: 1, status: 40, error_code: null, n: 250 }]);
    expect(calls(dispatch, "sms")).toBe(250);
    expect(calls(dispatch, "whatsapp")).toBeLessThanOrEqual(MAX_IN_FLIGHT);
  });

  it("does not bring on an SMS against the switch, nor lose who has no value for a variable", async () => {
    const off = await start(false);
    revokeToken(off.dispatch);
    await launch(off.account, off.dispatch, { people: 10, category: "utility" });
    await settle(off.dispatch, 15_000);
    expect(calls(off.dispatch, "sms")).toBe(0);

    const { account, dispatch } = await start();
    revokeToken(dispatch);
    await launch(account, dispatch, { people: 1 });
    await settle(dispatch);
    const campaignId = await testCampaign(database, account, { people: 30, category: "utility", body: "Hi {{name}}" });
    await forgetNames(database, account, 7);
    await launchCampaign(account.as("marketer"), campaignId);
    await dispatch.plan(campaignId);
    await settle(dispatch);
    const { rows } = await database.sql.query(
      "SELECT reason, count(*)::integer AS n FROM skipped_send WHERE account_id = $1 GROUP BY 1",
      [account.accountId],
    );
    expect(rows).toEqual([{ reason: "missing_values", n: 7 }]);
    expect(calls(dispatch, "sms")).toBe(23);
  });

  it("is asked again after its rest; resumed before, the campaign waits, and then reaches everyone once", async () => {
    const { account, dispatch } = await start();
    const accept = dispatch.carriers.answer.whatsapp;
    revokeToken(dispatch);
    const campaignId = await launch(account, dispatch, { people: 250 });
    await settle(dispatch);
    const before = calls(dispatch, "whatsapp");
    dispatch.carriers.answer.whatsapp = accept;
    await resumeCampaign(account.as("marketer"), campaignId);
    const { rows: ready } = await database.sql.query(
      "SELECT sum(size - cursor)::integer AS n FROM block WHERE campaign_id = $1 AND state = 0",
      [campaignId],
    );
    expect(ready).toEqual([{ n: 250 }]);
    dispatch.clock.aheadMs += 6 * 60_000;
    await dispatch.send();
    expect(calls(dispatch, "whatsapp")).toBe(before + 250);
    const references = dispatch.carriers.calls.map(({ request }) => request.reference);
    expect(new Set(references).size).toBe(references.length);
    const taken = await database.sql.query(
      "SELECT count(*)::integer AS n, count(DISTINCT message_id)::integer AS people FROM attempt WHERE campaign_id = $1 AND status = 40",
      [campaignId],
    );
    expect(taken.rows).toEqual([{ n: 250, people: 250 }]);
  });
});

/** Nobody answers at WhatsApp's. */
function cutOff(dispatch: TestDispatch): void {
  dispatch.carriers.answer.whatsapp = () => ({
    ...{ kind: "not_sent", code: "connection_refused", detail: "", retryAfterMs: null, raw: "" },
  });
}

const breaker = async (account: TestAccount) =>
  (
    await database.sql.query(
      `SELECT breaker_reason AS reason, breaker_opens AS opens, breaker_until IS NOT NULL AS rests, breaker_trial_until IS NOT NULL AS trial
       FROM connection WHERE account_id = $1 AND kind = 'whatsapp_cloud'`,
      [account.accountId],
    )
  ).rows[0];

/** Drives a sender until the condition holds, with the test's clock running ahead of its rests. */
async function sendUntil(
  dispatch: TestDispatch,
  shard: number,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const stop = new AbortController();
  const sender = runSender(dispatch.deps, () => Promise.resolve([shard]), stop.signal, createWakeUp());
  try {
    await until("what the sender is driven for", () => Promise.resolve(holds()));
  } finally {
    stop.abort();
    await sender;
  }
}

describe("a carrier that nobody reaches", () => {
  it("is left alone after a few misses, then asked with one message after each rest, each longer than the last", async () => {
    const { account, dispatch } = await start();
    cutOff(dispatch);
    const campaignId = await launch(account, dispatch, { people: 400, waitS: 600 });
    await sendUntil(dispatch, account.shard, async () => (await breaker(account))?.opens === 1);
    const poured = calls(dispatch, "whatsapp");
    // What had its intent when the first answers came, and what got it while they were stored.
    expect(poured).toBeLessThanOrEqual(2 * MAX_IN_FLIGHT);
    for (const opens of [2, 3, 4]) {
      dispatch.clock.aheadMs += 60_000;
      await sendUntil(dispatch, account.shard, async () => (await breaker(account))?.opens === opens);
    }
    expect(await breaker(account)).toMatchObject({ reason: "connection_refused", rests: true, trial: false });
    expect(calls(dispatch, "whatsapp")).toBe(poured + 3);
    expect(await database.db.campaign.findFirst({ where: { id: campaignId } })).toMatchObject({ status: "running" });
    expect(calls(dispatch, "sms")).toBe(0);
  });

  it("and answers again: that one message closes it, and everyone is written to once", async () => {
    const { account, dispatch } = await start();
    const accept = dispatch.carriers.answer.whatsapp;
    cutOff(dispatch);
    await launch(account, dispatch, { people: 200, waitS: 600 });
    await sendUntil(dispatch, account.shard, async () => (await breaker(account))?.rests === true);
    const before = dispatch.carriers.calls.length;
    const first: { release: (() => void) | null } = { release: null };
    dispatch.carriers.answer.whatsapp = (request, nth) => {
      const answer = accept(request, nth);
      if (first.release !== null) return answer;
      return new Promise((resolve) => {
        first.release = () => resolve(answer);
      });
    };
    dispatch.clock.aheadMs += 60_000;
    await sendUntil(dispatch, account.shard, async () => {
      if (first.release === null) return false;
      // While it is on its way nobody follows it.
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(dispatch.carriers.calls.length).toBe(before + 1);
      first.release();
      return true;
    });
    await dispatch.send();
    expect(await breaker(account)).toEqual({ reason: null, opens: 0, rests: false, trial: false });
    const taken = await database.sql.query(
      "SELECT count(*)::integer AS n, count(DISTINCT message_id)::integer AS people FROM attempt WHERE account_id = $1 AND status = 40",
      [account.accountId],
    );
    expect(taken.rows).toEqual([{ n: 200, people: 200 }]);
  });

  it("is asked by one of two workers only", async () => {
    const { account, dispatch } = await start();
    const connection = dispatch.deps.connections.forChannel(account.accountId, "whatsapp");
    if (connection === null) throw new Error("no connection");
    const now = Date.now();
    await openBreaker(database.sql, connection, "dns", now - 120_000);
    const answers = await Promise.all([1, 2, 3, 4].map(() => takeTrial(database.sql, connection, now, 10_000)));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await takeTrial(database.sql, connection, now + 10_001, 10_000)).toBe(true);
  });

  it("does not end a rest that somebody else found reason for meanwhile", async () => {
    const { account, dispatch } = await start();
    const connection = dispatch.deps.connections.forChannel(account.accountId, "whatsapp");
    if (connection === null) throw new Error("no connection");
    const rest = await openBreaker(database.sql, connection, "190", Date.now());
    const again = await openBreaker(database.sql, connection, "190", Date.now());
    expect(again.untilMs).toBeCloseTo(rest.untilMs, -1);
    await closeBreaker(database.sql, connection, Date.now());
    expect(await breaker(account)).toMatchObject({ reason: "190", opens: 1, rests: true });
  });

  it("does not hold a code for longer than it would wait for a delivery", async () => {
    const { account, dispatch } = await start();
    cutOff(dispatch);
    await launch(account, dispatch, { people: 50, waitS: 600 });
    await sendUntil(dispatch, account.shard, async () => (await breaker(account))?.rests === true);
    const stopped = await database.sql.query(
      "UPDATE connection SET breaker_since = $2, breaker_until = $3 WHERE account_id = $1 AND kind = 'whatsapp_cloud'",
      [account.accountId, new Date(dispatch.clock.now() - 21_000), new Date(dispatch.clock.now() + 60_000)],
    );
    expect(stopped.rowCount).toBe(1);
    await dispatch.deps.connections.refresh();
    await account.as("admin").transaction((tx) =>
      enqueueMessage(tx, account.as("admin"), {
        ...{ e164: "+37477999999", country: "AM", category: "authentication", route: "whatsapp-sms" },
        ...{ fallbackMode: "inherit", waitS: 20, templateId: null, templateVersion: null },
        ...{ content: testContent("authentication", "Code {{code}}"), vars: { code: "123456" }, apiKeyId: null },
      }),
    );
    const hasFailed = async (): Promise<boolean> => {
      const { rowCount } = await database.sql.query(
        "SELECT 1 FROM attempt WHERE account_id = $1 AND error_code = 'breaker_open' AND category = 0",
        [account.accountId],
      );
      return rowCount === 1;
    };
    await sendUntil(dispatch, account.shard, hasFailed);
    while ((await dispatch.fire()) > 0);
    await sendUntil(dispatch, account.shard, () => calls(dispatch, "sms") === 1);
    expect(dispatch.carriers.calls.filter(({ channel }) => channel === "sms").map(({ request }) => request.to)).toEqual(
      ["+37477999999"],
    );
  });
});
