import { describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../tests/int/harness";
import { setSmsFallback } from "../accounts/set-sms-fallback";
import { launchCampaign } from "./campaigns/launch-campaign";
import { setSwitch, testCampaign, testDispatch, type TestCampaign, type TestDispatch } from "./dispatch.fixture";
import { receiveInbound } from "./receive-inbound";
import { readIntake } from "./receipts/beat-intake";
import { fireTimers } from "./timers/fire-timers";

const database = useTestDatabase();

async function launched(wish: TestCampaign, switchOn = true) {
  const account = await createTestAccount(database);
  await setSwitch(database, account, switchOn);
  const dispatch = await testDispatch(database, account);
  const campaignId = await testCampaign(database, account, wish);
  await launchCampaign(account.as("marketer"), campaignId);
  await dispatch.plan(campaignId);
  return { account, dispatch, campaignId };
}

const decisions = async (account: TestAccount) =>
  (
    await database.sql.query(
      `SELECT trigger, allowed, denial, policy_source, count(*)::integer AS n FROM fallback_decision WHERE account_id = $1
       GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3`,
      [account.accountId],
    )
  ).rows;

const sms = (dispatch: TestDispatch) => dispatch.carriers.calls.filter(({ channel }) => channel === "sms").length;

async function settle(dispatch: TestDispatch, aheadMs: number): Promise<void> {
  dispatch.clock.aheadMs += aheadMs;
  while ((await dispatch.fire()) > 0);
  await dispatch.send();
}

const refuse = (code: string) => () => ({ kind: "refused", code, detail: "no", carrierIds: [], raw: "" }) as const;

describe("fallback", () => {
  it("of marketing does not follow an unknown send, nor a failure of it that is told after its wait", async () => {
    const lost = () => ({ kind: "unknown", code: "timeout", detail: "", carrierIds: [], raw: "" }) as const;
    const { account, dispatch, campaignId } = await launched({ people: 4, waitS: 10 });
    dispatch.carriers.answer.whatsapp = lost;
    await dispatch.send();
    const [early, ...late] = dispatch.carriers.calls.map(({ request }) => request.reference);
    const fail = (references: readonly (string | undefined)[]) =>
      dispatch.receive(
        "whatsapp",
        references.map((reference = "") => ({ reference, kind: "failed", code: "131026" })),
      );
    await fail([early]);
    await settle(dispatch, 11_000);
    await fail(late);
    await settle(dispatch, 0);
    expect(await decisions(account)).toMatchObject([
      { trigger: "failure", allowed: true, n: 1 },
      { trigger: "unknown", allowed: false, denial: "policy", n: 3 },
    ]);
    expect(sms(dispatch)).toBe(1);
    // Nothing hangs for it: no block, no wait is left that a campaign's end would wait for.
    const { rows } = await database.sql.query(
      `SELECT (SELECT count(*) FROM fallback_timer WHERE campaign_id = $1)::integer AS waits,
         (SELECT count(*) FROM block WHERE campaign_id = $1 AND state <> 2)::integer AS blocks`,
      [campaignId],
    );
    expect(rows).toMatchObject([{ waits: 0, blocks: 0 }]);
  });

  it("follows a refusal at once, without waiting and without hearing receipts", async () => {
    const { account, dispatch } = await launched({ people: 5 });
    dispatch.carriers.answer.whatsapp = refuse("131026");
    await dispatch.send();
    while ((await fireTimers(dispatch.deps, account.shard, new Map())) > 0);
    await dispatch.send();
    expect(sms(dispatch)).toBe(5);
    expect(await decisions(account)).toMatchObject([
      { trigger: "failure", allowed: true, policy_source: "account", n: 5 },
    ]);
  });

  it("follows a failure that a receipt reports, at once", async () => {
    const { dispatch } = await launched({ people: 3 });
    await dispatch.send();
    const references = dispatch.carriers.calls.map(({ request }) => request.reference);
    await dispatch.receive(
      "whatsapp",
      references.map((reference) => ({ reference, kind: "failed", code: "131026" })),
    );
    await settle(dispatch, 0);
    expect(sms(dispatch)).toBe(3);
  });

  it("does not follow silence while the channel's receipts cannot be heard", async () => {
    const { account, dispatch } = await launched({ people: 3 });
    await dispatch.send();
    dispatch.clock.aheadMs += 60_000;
    await database.sql.query("DELETE FROM receipt_intake");
    expect(await fireTimers(dispatch.deps, account.shard, await readIntake(database.sql))).toBe(0);
    const late = new Map([["whatsapp", { lagMs: 120_000, backlog: 0 }] as const]);
    expect(await fireTimers(dispatch.deps, account.shard, late)).toBe(0);
    expect(await dispatch.fire()).toBe(3);
  });

  it("is stopped by a delivery that came first, and marks one that came later as a double reach", async () => {
    const { account, dispatch } = await launched({ people: 2 });
    await dispatch.send();
    const [first, second] = dispatch.carriers.calls.map(({ request }) => request.reference);
    await dispatch.receive("whatsapp", [{ reference: first ?? "", kind: "delivered" }]);
    await settle(dispatch, 11_000);
    expect(sms(dispatch)).toBe(1);
    await dispatch.receive("whatsapp", [{ reference: second ?? "", kind: "delivered" }]);
    const { rows } = await database.sql.query(
      "SELECT double_reach, count(*)::integer AS n FROM attempt WHERE account_id = $1 AND step = 0 GROUP BY 1 ORDER BY 1",
      [account.accountId],
    );
    expect(rows).toEqual([
      { double_reach: false, n: 1 },
      { double_reach: true, n: 1 },
    ]);
  });

  it("is not sent when the delivery comes between the decision and the send", async () => {
    const { account, dispatch } = await launched({ people: 1 });
    await dispatch.send();
    dispatch.clock.aheadMs += 11_000;
    expect(await dispatch.fire()).toBe(1);
    await dispatch.receive("whatsapp", [{ reference: dispatch.carriers.calls[0]?.request.reference ?? "" }]);
    await dispatch.send();
    expect(sms(dispatch)).toBe(0);
    const { rows } = await database.sql.query("SELECT reason FROM skipped_send WHERE account_id = $1", [
      account.accountId,
    ]);
    expect(rows).toEqual([{ reason: "delivered" }]);
  });

  it.each([
    ["131050", "opted_out"],
    ["131053", "content_fault"],
  ])("never follows refusal %s: %s", async (code, denial) => {
    const { account, dispatch } = await launched({ people: 2 });
    dispatch.carriers.answer.whatsapp = refuse(code);
    await dispatch.send();
    await settle(dispatch, 11_000);
    expect(sms(dispatch)).toBe(0);
    expect(await decisions(account)).toMatchObject([{ trigger: "failure", allowed: false, denial, n: 2 }]);
  });

  it("never follows for who blocked the sender on Viber, and remembers it", async () => {
    const { account, dispatch } = await launched({ people: 2, route: "viber-sms" });
    dispatch.carriers.answer.viber = refuse("8");
    await dispatch.send();
    await settle(dispatch, 11_000);
    expect(sms(dispatch)).toBe(0);
    const kept = await database.db.suppression.findMany({ where: { accountId: account.accountId } });
    expect(kept.map(({ reason, category }) => [reason, category])).toEqual([
      ["blocked", "marketing"],
      ["blocked", "marketing"],
    ]);
  });

  it("never follows after STOP, and the next campaign leaves that person out", async () => {
    const { account, dispatch } = await launched({ people: 2 });
    await dispatch.send();
    const to = dispatch.carriers.calls[0]?.request.to ?? "";
    const from = dispatch.deps.connections.forChannel(account.accountId, "whatsapp");
    if (from === null) throw new Error("no connection");
    await receiveInbound(database.sql, from, [{ from: to, text: "Stop!", carrierId: "x", carrierTimeMs: null }]);
    await settle(dispatch, 11_000);
    expect(dispatch.carriers.calls.filter(({ channel, request }) => channel === "sms" && request.to === to)).toEqual(
      [],
    );
    expect(await decisions(account)).toMatchObject([
      { allowed: false, denial: "opted_out", n: 1 },
      { allowed: true, n: 1 },
    ]);
    const next = await testCampaign(database, account, { people: 2 });
    await launchCampaign(account.as("marketer"), next);
    await dispatch.plan(next);
    expect(await database.db.campaign.findFirst({ where: { id: next } })).toMatchObject({
      plannedCount: 1,
      excludedCount: 1,
    });
  });

  it("keeps silent marketing with an unknown outcome where it is, and lets a code go on", async () => {
    const lost = () => ({ kind: "unknown", code: "timeout", detail: "", carrierIds: [], raw: "" }) as const;
    const marketing = await launched({ people: 2 });
    marketing.dispatch.carriers.answer.whatsapp = lost;
    await marketing.dispatch.send();
    await settle(marketing.dispatch, 60_000);
    expect(marketing.dispatch.carriers.calls).toHaveLength(2);
    expect(await decisions(marketing.account)).toMatchObject([
      { trigger: "unknown", allowed: false, denial: "policy", n: 2 },
    ]);
    const code = await launched({ people: 2, category: "authentication" });
    code.dispatch.carriers.answer.whatsapp = lost;
    await code.dispatch.send();
    await settle(code.dispatch, 31_000);
    expect(sms(code.dispatch)).toBe(2);
  });
});

describe("the switch", () => {
  it("off: silence is answered with a denial that says so", async () => {
    const { account, dispatch } = await launched({ people: 2 }, false);
    await dispatch.send();
    await settle(dispatch, 11_000);
    expect(sms(dispatch)).toBe(0);
    expect(await decisions(account)).toMatchObject([{ allowed: false, denial: "switch_off", n: 2 }]);
  });

  it("off after the decision and before the send: nothing is sent", async () => {
    const { account, dispatch } = await launched({ people: 2 });
    await dispatch.send();
    dispatch.clock.aheadMs += 11_000;
    expect(await dispatch.fire()).toBe(2);
    await setSmsFallback(account.as("admin"), { enabled: false });
    await dispatch.send();
    expect(sms(dispatch)).toBe(0);
  });

  it("off in the middle of a decision waits for it; begun before, the decision waits and is denied", async () => {
    const { account, dispatch } = await launched({ people: 1 });
    await dispatch.send();
    dispatch.clock.aheadMs += 11_000;
    const off = await database.sql.connect();
    await off.query("BEGIN");
    await off.query("SELECT pg_advisory_xact_lock(permission_lock_key($1::uuid))", [account.accountId]);
    await off.query("UPDATE account SET sms_fallback_enabled = false WHERE id = $1", [account.accountId]);
    let decided = false;
    const deciding = dispatch.fire().finally(() => {
      decided = true;
    });
    await waitForLockWaiter(1);
    expect(decided).toBe(false);
    await off.query("COMMIT");
    await deciding;
    expect(await decisions(account)).toMatchObject([{ allowed: false, denial: "switch_off" }]);

    const on = await launched({ people: 1 });
    await on.dispatch.send();
    const decision = await database.sql.connect();
    await decision.query("BEGIN");
    await decision.query("SELECT pg_advisory_xact_lock_shared(permission_lock_key($1::uuid))", [on.account.accountId]);
    let flipped = false;
    const flipping = setSmsFallback(on.account.as("admin"), { enabled: false }).finally(() => {
      flipped = true;
    });
    await waitForLockWaiter(1);
    expect(flipped).toBe(false);
    await decision.query("COMMIT");
    await flipping;
    off.release();
    decision.release();
  });

  it("set by the campaign itself goes before the account's", async () => {
    const { account, dispatch } = await launched({ people: 1, mode: "on" }, false);
    await dispatch.send();
    await settle(dispatch, 11_000);
    expect(sms(dispatch)).toBe(1);
    expect(await decisions(account)).toMatchObject([{ allowed: true, policy_source: "campaign" }]);
  });
});

async function waitForLockWaiter(count: number): Promise<void> {
  for (;;) {
    const { rows } = await database.sql.query(
      "SELECT count(*)::integer AS n FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE l.locktype = 'advisory' AND NOT l.granted AND d.datname = current_database()",
    );
    if (rows[0]?.n >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
