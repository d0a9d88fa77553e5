import { describe, expect, it } from "vitest";
import type { SendOutcome } from "@/lib/carriers/connector";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../tests/int/harness";
import { forgetUnreachable } from "../contacts/forget-unreachable";
import { getContact } from "../contacts/get-contact";
import { launchCampaign } from "../dispatch/campaigns/launch-campaign";
import { sumConservation } from "../dispatch/conservation";
import {
  setSwitch,
  testCampaign,
  testDispatch,
  type TestCampaign,
  type TestDispatch,
} from "../dispatch/dispatch.fixture";
import { readRollup, reconstructRollup } from "../dispatch/rollup-reconstruction.fixture";
import { suppress } from "../dispatch/suppress";
import { rememberUnreachable } from "./remember-unreachable";

const database = useTestDatabase();
const DAY_MS = 86_400_000;
const PEOPLE = 3;

const refuse = (code: string) => (): SendOutcome => ({ kind: "refused", code, detail: "", carrierIds: [], raw: "" });
const accept = ({ reference }: { readonly reference: string }): SendOutcome => ({
  kind: "accepted",
  carrierIds: [`id-${reference}`],
  raw: "",
});

/** A campaign whose first channel refused everyone with the code; then the carrier takes everything. */
async function refused(code = "131026", wish: Partial<TestCampaign> = {}) {
  const account = await createTestAccount(database);
  await setSwitch(database, account, true);
  const dispatch = await testDispatch(database, account);
  dispatch.carriers.answer.whatsapp = refuse(code);
  dispatch.carriers.answer.viber = refuse(code);
  await runCampaign(account, dispatch, wish);
  dispatch.carriers.answer.whatsapp = accept;
  dispatch.carriers.answer.viber = accept;
  return { account, dispatch };
}

/** @returns the channels of its wire calls, in order */
async function runCampaign(account: TestAccount, dispatch: TestDispatch, wish: Partial<TestCampaign> = {}) {
  const campaign = await testCampaign(database, account, { people: PEOPLE, ...wish });
  await launchCampaign(account.as("marketer"), campaign);
  await dispatch.plan(campaign);
  const before = dispatch.carriers.calls.length;
  await dispatch.send();
  await dispatch.fire();
  await dispatch.send();
  const calls = dispatch.carriers.calls.slice(before).map(({ channel }) => channel);
  return { campaign, calls: calls.sort() };
}

const memoryOf = async ({ accountId }: TestAccount) =>
  (
    await database.sql.query("SELECT e164, channel, code, evidence_at FROM reachability WHERE account_id = $1", [
      accountId,
    ])
  ).rows;

describe("a channel that has said it does not know the number", () => {
  it("is left out the next time: the message goes on at once, and the decision says why and since when", async () => {
    const { account, dispatch } = await refused();
    const { campaign, calls } = await runCampaign(account, dispatch);
    expect(calls).toEqual(["sms", "sms", "sms"]);
    const [memory] = await memoryOf(account);
    const { rows } = await database.sql.query(
      "SELECT step, allowed, trigger, error_code, evidence_at FROM fallback_decision WHERE campaign_id = $1",
      [campaign],
    );
    expect(rows).toHaveLength(PEOPLE);
    expect(rows[0]).toEqual({
      ...{ step: 0, allowed: true, trigger: "memory", error_code: "131026", evidence_at: memory.evidence_at },
    });
    const counted = await database.sql.query(
      "SELECT sum(n)::integer AS n FROM rollup WHERE campaign_id = $1 AND kind = 'fallback' AND code = 'memory'",
      [campaign],
    );
    expect(counted.rows).toEqual([{ n: PEOPLE }]);
  });

  it("leaves no message behind, and the counts can be made again from the rows", async () => {
    const { account, dispatch } = await refused();
    await runCampaign(account, dispatch);
    const books = await sumConservation(database.sql, [account.shard], Date.now() - DAY_MS);
    expect(books).toMatchObject({ accepted: 2 * PEOPLE, missing: 0, doubled: 0 });
    const rollup = await readRollup(database.sql, account.accountId);
    expect(rollup.some((line) => line.includes("memory"))).toBe(true);
    expect(rollup).toEqual(await reconstructRollup(database.sql, account.accountId));
  });

  it("is passed one after the other where two do not know it", async () => {
    const account = await createTestAccount(database);
    await setSwitch(database, account, true);
    const dispatch = await testDispatch(database, account);
    dispatch.carriers.answer.whatsapp = refuse("131026");
    await runCampaign(account, dispatch, { route: "whatsapp-sms" });
    dispatch.carriers.answer.viber = refuse("9");
    await runCampaign(account, dispatch, { route: "viber-sms" });
    const { calls } = await runCampaign(account, dispatch, { route: "whatsapp-viber-sms" });
    expect(calls).toEqual(["sms", "sms", "sms"]);
  });

  it("is tried again after 30 days", async () => {
    const { account, dispatch } = await refused();
    dispatch.clock.aheadMs += 30 * DAY_MS - 60_000;
    expect((await runCampaign(account, dispatch)).calls).toEqual(["sms", "sms", "sms"]);
    dispatch.clock.aheadMs += 61_000;
    expect((await runCampaign(account, dispatch)).calls).toEqual(["whatsapp", "whatsapp", "whatsapp"]);
  });

  // By Viber: WhatsApp takes a second message to a person six seconds after the first, on a clock that no test moves.
  it("is tried again for whoever it has delivered to since", async () => {
    const viber = { route: "viber-sms" } as const;
    const { account, dispatch } = await refused("9", viber);
    await setSwitch(database, account, false);
    expect((await runCampaign(account, dispatch, viber)).calls).toEqual(["viber", "viber", "viber"]);
    const reached = dispatch.carriers.calls.at(-1)?.request;
    await dispatch.receive("viber", [{ reference: reached?.reference ?? "", kind: "delivered" }]);
    await setSwitch(database, account, true);
    const { calls } = await runCampaign(account, dispatch, viber);
    expect(calls).toEqual(["sms", "sms", "viber"]);
    expect(dispatch.carriers.calls.findLast(({ channel }) => channel === "viber")?.request.to).toBe(reached?.to);
  });
});

describe("nothing is left out", () => {
  it("while fallback is off", async () => {
    const { account, dispatch } = await refused();
    await setSwitch(database, account, false);
    expect((await runCampaign(account, dispatch)).calls).toEqual(["whatsapp", "whatsapp", "whatsapp"]);
  });

  it("while the account does not want it", async () => {
    const { account, dispatch } = await refused();
    await database.db.account.update({ where: { id: account.accountId }, data: { skipsUnreachable: false } });
    expect((await runCampaign(account, dispatch)).calls).toEqual(["whatsapp", "whatsapp", "whatsapp"]);
  });

  it("for whoever may not be written to on the next channel", async () => {
    const { account, dispatch } = await refused();
    const e164 = String((await memoryOf(account))[0].e164);
    await suppress(database.sql, account.accountId, [
      { e164, channel: "sms", category: null, reason: "manual", evidence: {} },
    ]);
    const { calls } = await runCampaign(account, dispatch);
    expect(calls).toEqual(["sms", "sms", "whatsapp"]);
  });

  it("because of what another account knows", async () => {
    await refused();
    const other = await createTestAccount(database);
    await setSwitch(database, other, true);
    const dispatch = await testDispatch(database, other);
    expect((await runCampaign(other, dispatch)).calls).toEqual(["whatsapp", "whatsapp", "whatsapp"]);
  });

  it.each(["131049", "130472"])("because of %s, which speaks of the moment and not of the number", async (code) => {
    const { account } = await refused(code);
    expect(await memoryOf(account)).toEqual([]);
  });
});

describe("a country that WhatsApp has closed to the sender", () => {
  /** Of the six people of a campaign the fifth is in Georgia, the others in Armenia. */
  const people = { people: 6 };

  it("is left out for everyone there and for nobody elsewhere, for about a week", async () => {
    const account = await createTestAccount(database);
    await setSwitch(database, account, true);
    const dispatch = await testDispatch(database, account);
    dispatch.carriers.answer.whatsapp = refuse("130497");
    await runCampaign(account, dispatch, { people: 1 });
    dispatch.carriers.answer.whatsapp = accept;
    expect(await memoryOf(account)).toMatchObject([{ e164: "AM", code: "130497" }]);
    const { calls, campaign } = await runCampaign(account, dispatch, people);
    expect(calls).toEqual(["sms", "sms", "sms", "sms", "sms", "whatsapp"]);
    const { rows } = await database.sql.query(
      "SELECT DISTINCT trigger, error_code FROM fallback_decision WHERE campaign_id = $1",
      [campaign],
    );
    expect(rows).toEqual([{ trigger: "memory", error_code: "130497" }]);
    dispatch.clock.aheadMs += 8 * DAY_MS;
    const others = { people: 2, firstPlace: 11 }; // WhatsApp's pace to one person goes by a clock that no test moves
    const later = (await runCampaign(account, dispatch, others)).calls;
    expect(later.filter((channel) => channel === "whatsapp")).toHaveLength(others.people);
  });

  it("shows on each contact there, and is forgotten for all by one press", async () => {
    const account = await createTestAccount(database);
    await testCampaign(database, account, people);
    await rememberUnreachable(database.sql, account.accountId, [
      { e164: "+37477000001", country: "AM", channel: "whatsapp", code: "130497", atMs: Date.now() },
    ]);
    const contactOf = (e164: string) =>
      database.db.contact.findFirstOrThrow({ where: { accountId: account.accountId, e164 } });
    const ctx = account.as("marketer");
    const [other, georgian] = [await contactOf("+37477000002"), await contactOf("+37477000005")];
    const whatsAppOf = async ({ id }: { readonly id: string }) => (await getContact(ctx, id)).reachability[0];
    expect(await whatsAppOf(other)).toMatchObject({ isSkipped: true, unknownThere: { isOfCountry: true } });
    expect(await whatsAppOf(georgian)).toMatchObject({ isSkipped: false, unknownThere: null });
    await forgetUnreachable(ctx, { contactId: other.id, channel: "whatsapp" });
    expect(await memoryOf(account)).toEqual([]);
  });
});
