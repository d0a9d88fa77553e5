import { describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { launchCampaign } from "./campaigns/launch-campaign";
import { setSwitch, testCampaign, testDispatch } from "./dispatch.fixture";
import { completeCampaigns } from "./upkeep/complete-campaigns";

const database = useTestDatabase();

const statuses = async (accountId: string) =>
  (
    await database.sql.query(
      "SELECT step, channel, status, count(*)::integer AS n FROM attempt WHERE account_id = $1 GROUP BY 1, 2, 3 ORDER BY 1, 3",
      [accountId],
    )
  ).rows.map((row) => [row.step, row.channel, row.status, row.n]);

describe("a campaign", () => {
  it("goes by its first channel, and who got it there gets no SMS", async () => {
    const account = await createTestAccount(database);
    await setSwitch(database, account, true);
    const dispatch = await testDispatch(database, account);
    const campaignId = await testCampaign(database, account, { people: 2_300 });
    await launchCampaign(account.as("marketer"), campaignId);
    await dispatch.plan(campaignId);
    await dispatch.send();
    expect(dispatch.carriers.calls).toHaveLength(2_300);
    expect(new Set(dispatch.carriers.calls.map(({ request }) => request.reference)).size).toBe(2_300);
    await dispatch.receive(
      "whatsapp",
      dispatch.carriers.calls.map(({ request }) => ({
        reference: request.reference,
        carrierId: `id-${request.reference}`,
      })),
    );
    dispatch.clock.aheadMs += 11_000;
    expect(await dispatch.fire()).toBeGreaterThan(0);
    while ((await dispatch.fire()) > 0);
    await dispatch.send();
    expect(await statuses(account.accountId)).toEqual([[0, 1, 70, 2_300]]);
    await completeCampaigns(dispatch.deps);
    const campaign = await database.db.campaign.findFirstOrThrow({ where: { id: campaignId } });
    expect(campaign).toMatchObject({ status: "completed", plannedCount: 2_300 });
  });

  it("goes on by SMS after the wait for those who stayed silent", async () => {
    const account = await createTestAccount(database);
    await setSwitch(database, account, true);
    const dispatch = await testDispatch(database, account);
    const campaignId = await testCampaign(database, account, { people: 30, route: "whatsapp-viber-sms" });
    await launchCampaign(account.as("marketer"), campaignId);
    await dispatch.plan(campaignId);
    await dispatch.send();
    expect(await dispatch.fire()).toBe(0);
    for (const [calls, channel] of [
      [60, "viber"],
      [90, "sms"],
    ] as const) {
      dispatch.clock.aheadMs += 11_000;
      while ((await dispatch.fire()) > 0);
      await dispatch.send();
      expect(dispatch.carriers.calls).toHaveLength(calls);
      expect(dispatch.carriers.calls.at(-1)?.channel).toBe(channel);
    }
    dispatch.clock.aheadMs += 100_000;
    expect(await dispatch.fire()).toBe(0);
  });
});
