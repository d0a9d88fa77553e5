import { describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase } from "../../../../tests/int/harness";
import { setSwitch, testCampaign, testDispatch } from "../dispatch.fixture";
import { cancelCampaign } from "./cancel-campaign";
import { launchCampaign } from "./launch-campaign";
import { pauseCampaign } from "./pause-campaign";
import { resumeCampaign } from "./resume-campaign";

const database = useTestDatabase();
const MOVES = { launchCampaign, pauseCampaign, resumeCampaign, cancelCampaign };

async function ground(people = 20) {
  const account = await createTestAccount(database);
  await setSwitch(database, account, true);
  const dispatch = await testDispatch(database, account);
  const campaignId = await testCampaign(database, account, { people });
  return { account, dispatch, campaignId };
}

const status = async (id: string) => (await database.db.campaign.findFirstOrThrow({ where: { id } })).status;

describe.each(Object.entries(MOVES))("%s", (_name, move) => {
  it("is refused to support, and tells another account nothing", async () => {
    const { account, campaignId } = await ground();
    await expect(move(account.as("support"), campaignId)).rejects.toMatchObject({ code: "forbidden" });
    const other = await createTestAccount(database);
    await expect(move(other.as("admin"), campaignId)).rejects.toMatchObject({ code: "not_found" });
    expect(await status(campaignId)).toBe("draft");
  });
});

describe("of two people at once", () => {
  it("one launches and the other gets a conflict", async () => {
    const { account, campaignId } = await ground();
    const results = await Promise.allSettled([1, 2, 3].map(() => launchCampaign(account.as("marketer"), campaignId)));
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    for (const result of results)
      if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "conflict" });
    const entries = await database.db.auditEntry.findMany({ where: { accountId: account.accountId } });
    expect(entries.filter((entry) => entry.action === "campaign.launched")).toHaveLength(1);
  });

  it("one pauses and the other cancels: whatever the order, it ends cancelled or the loser is told", async () => {
    const { account, campaignId } = await ground();
    const ctx = account.as("marketer");
    await launchCampaign(ctx, campaignId);
    const [paused, cancelled] = await Promise.allSettled([
      pauseCampaign(ctx, campaignId),
      cancelCampaign(ctx, campaignId),
    ]);
    expect(cancelled.status).toBe("fulfilled");
    if (paused.status === "rejected") expect(paused.reason).toMatchObject({ code: "conflict" });
    expect(await status(campaignId)).toBe("cancelled");
  });
});

describe("launchCampaign", () => {
  it("refuses an empty audience and a channel without a connection, and stays a draft", async () => {
    const account = await createTestAccount(database);
    const campaignId = await testCampaign(database, account, { people: 1 });
    await expect(launchCampaign(account.as("marketer"), campaignId)).rejects.toMatchObject({ code: "conflict" });
    const full = await ground(0);
    await expect(launchCampaign(full.account.as("marketer"), full.campaignId)).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await status(campaignId)).toBe("draft");
    expect(await status(full.campaignId)).toBe("draft");
  });

  it("takes nobody who joined the audience afterwards", async () => {
    const { account, dispatch, campaignId } = await ground(3);
    await launchCampaign(account.as("marketer"), campaignId);
    const { audienceId } = await database.db.campaign.findFirstOrThrow({ where: { id: campaignId } });
    const { accountId } = account;
    const late = await database.db.contact.create({ data: { accountId, e164: "+37499000000", country: "AM" } });
    await database.db.audienceMember.create({ data: { accountId, audienceId, contactId: late.id } });
    await dispatch.plan(campaignId);
    expect(await database.db.campaign.findFirst({ where: { id: campaignId } })).toMatchObject({ plannedCount: 3 });
  });
});

describe("a pause", () => {
  it("stops sends and decisions, and resuming goes on without losing or repeating anyone", async () => {
    const { account, dispatch, campaignId } = await ground(1_200);
    const ctx = account.as("marketer");
    await launchCampaign(ctx, campaignId);
    await dispatch.plan(campaignId);
    const pausing: Promise<void>[] = [];
    const accept = dispatch.carriers.answer.whatsapp;
    dispatch.carriers.answer.whatsapp = (request, nth) => {
      if (nth === 50) pausing.push(pauseCampaign(ctx, campaignId));
      return accept(request, nth);
    };
    await dispatch.send();
    await Promise.all(pausing);
    const sentBefore = dispatch.carriers.calls.length;
    expect(sentBefore).toBeLessThan(1_200);
    dispatch.clock.aheadMs += 20_000;
    while ((await dispatch.fire()) > 0);
    await dispatch.send();
    expect(dispatch.carriers.calls).toHaveLength(sentBefore);
    await resumeCampaign(ctx, campaignId);
    await dispatch.send();
    const whatsapp = dispatch.carriers.calls
      .filter(({ channel }) => channel === "whatsapp")
      .map(({ request }) => request.reference);
    expect(whatsapp).toHaveLength(1_200);
    expect(new Set(whatsapp).size).toBe(1_200);
  });
});

describe("a cancel", () => {
  it("lets nothing more leave, and answers every open wait", async () => {
    const { account, dispatch, campaignId } = await ground(30);
    const ctx = account.as("marketer");
    await launchCampaign(ctx, campaignId);
    await dispatch.plan(campaignId);
    await dispatch.send();
    await cancelCampaign(ctx, campaignId);
    dispatch.clock.aheadMs += 20_000;
    while ((await dispatch.fire()) > 0);
    await dispatch.send();
    expect(dispatch.carriers.calls).toHaveLength(30);
    const { rows } = await database.sql.query(
      "SELECT denial, count(*)::integer AS n FROM fallback_decision WHERE account_id = $1 GROUP BY 1",
      [account.accountId],
    );
    expect(rows).toEqual([{ denial: "campaign_cancelled", n: 30 }]);
  });
});
