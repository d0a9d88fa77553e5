import { describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { campaignGround } from "./campaign.fixture";
import { createDraft } from "./create-draft";
import { getCampaignProgress } from "./get-campaign-progress";
import { listCampaigns } from "./list-campaigns";

const database = useTestDatabase();

async function running() {
  const account = await createTestAccount(database);
  const { audienceId } = await campaignGround(database, account);
  const { campaignId } = await createDraft(account.as("marketer"), { name: "Live", audienceId });
  const { accountId, shard } = account;
  await database.db.campaign.updateMany({
    where: { id: campaignId },
    data: {
      status: "running",
      route: "viber-sms",
      launchedAt: new Date(),
      plannedCount: 2_000,
      estimate: { people: 4_620 },
    },
  });
  const block = (id: number, step: number, state: number, cursor: number, inFlight: number[] = []) =>
    database.sql.query(
      `INSERT INTO block (shard, id, account_id, campaign_id, step, lane, state, available_at, first_id, size, cursor, in_flight)
       VALUES ($1, $2, $3, $4, $5, 2, $6, now(), 1, 1000, $7, $8)`,
      [shard, id, accountId, campaignId, step, state, cursor, inFlight],
    );
  const delta = (kind: string, channel: number, step: number, n: number, more: { code?: string; cost?: number } = {}) =>
    database.sql.query(
      `INSERT INTO rollup_delta (account_id, hour, campaign_id, channel, step, country, kind, code, n, segments, cost_micros)
       VALUES ($1, date_trunc('hour', now()), $2, $3, $4, 'AM', $5, $6, $7, $8, $9)`,
      [accountId, campaignId, channel, step, kind, more.code ?? "", n, channel === 3 ? n * 2 : 0, more.cost ?? 0],
    );
  return { account, campaignId, block, delta };
}

describe("getCampaignProgress", () => {
  it("says where everyone is, from rollup and blocks, while planning still goes on", async () => {
    const { account, campaignId, block, delta } = await running();
    await block(1, 0, 2, 1_000);
    await block(2, 0, 1, 200, [7, 8]);
    await block(3, 1, 0, 900);
    await delta("delivered", 2, 0, 900, { code: "2", cost: 21_600_000 });
    await delta("read", 2, 0, 198, { code: "5", cost: 4_752_000 });
    await delta("failed", 2, 0, 100, { code: "9" });
    await delta("fallback", 2, 0, 100, { code: "failure" });
    const progress = await getCampaignProgress(account.as("support"), campaignId);
    expect(progress).toMatchObject({ status: "running", people: 4_620, planned: false });
    expect(progress.figures).toMatchObject({
      ...{ notSent: 800 + 2_620, inFlight: 2, reached: 1_098, read: 198, fellBack: 100, waiting: 100, failed: 0 },
      ...{ costMicros: 26_352_000, segments: 0 },
    });
    expect(progress.blocks.queuedForFallback).toBe(100);
    const { notSent, inFlight, waiting, reached, failed, unknown, suppressed, cancelled } = progress.figures;
    expect(notSent + inFlight + waiting + reached + failed + unknown + suppressed + cancelled).toBe(4_620);
    const list = await listCampaigns(account.as("support"));
    expect(list.campaigns[0]).toMatchObject({ people: 4_620, reached: { viber: 1_098, sms: 0 }, reachedTotal: 1_098 });
  });

  it("counts what a cancelled campaign never sent as cancelled", async () => {
    const { account, campaignId, block } = await running();
    await block(1, 0, 4, 400);
    await database.db.campaign.updateMany({
      where: { id: campaignId },
      data: { status: "cancelled", plannedCount: 1_000, plannedAt: new Date() },
    });
    const progress = await getCampaignProgress(account.as("support"), campaignId);
    expect(progress.figures).toMatchObject({ cancelled: 600, notSent: 0 });
    expect(progress.people).toBe(1_000);
  });

  it("shows nothing to the wrong role or to another account", async () => {
    const { account, campaignId } = await running();
    const foreign = await createTestAccount(database);
    await expect(getCampaignProgress(foreign.as("admin"), campaignId)).rejects.toMatchObject({ code: "not_found" });
    await expect(getCampaignProgress(account.as("developer"), campaignId)).rejects.toMatchObject({ code: "forbidden" });
  });
});
