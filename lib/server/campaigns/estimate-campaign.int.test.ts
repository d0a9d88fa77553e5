import { describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { addConnection, addPeople, campaignGround } from "./campaign.fixture";
import { createDraft } from "./create-draft";
import { estimateCampaign } from "./estimate-campaign";
import { getCampaign } from "./get-campaign";
import { getLatencyHistory } from "./get-latency-history";

const database = useTestDatabase();

async function ground(change: Parameters<typeof campaignGround>[2] = {}) {
  const account = await createTestAccount(database);
  const made = await campaignGround(database, account, change);
  for (const channel of ["viber", "sms"] as const) await addConnection(database, account, channel);
  const { accountId } = account;
  const validFrom = new Date("2026-01-01T00:00:00Z");
  await database.db.price.createMany({
    data: [
      { accountId, channel: 2, country: "AM", priceMicros: 24_000n, validFrom },
      { accountId, channel: 3, country: "AM", priceMicros: 45_000n, validFrom },
    ],
  });
  const { campaignId } = await createDraft(account.as("marketer"), { name: "Offer", audienceId: made.audienceId });
  return { account, accountId, ...made, campaignId };
}

describe("estimateCampaign", () => {
  it("renders the SMS of everyone: a long name costs one more segment, and is shown", async () => {
    const { account, audienceId, campaignId } = await ground({ body: `{{first_name}}, ${"ա".repeat(30)}` });
    await addPeople(database, account, audienceId, [
      { e164: "+37491000001", name: "Ani S.", attributes: { first_name: "Անի" } },
      { e164: "+37491000002", attributes: { first_name: "Լիլիթ" } },
      { e164: "+37491000003", name: "Long", attributes: { first_name: "Հռիփսիմե-Գայանե-Սանդուխտ" } },
      { e164: "+37491000004" },
    ]);
    const estimate = await estimateCampaign(account.as("marketer"), campaignId);
    expect(estimate.distribution).toEqual([
      { segments: 1, people: 2 },
      { segments: 2, people: 1 },
    ]);
    expect(estimate).toMatchObject({ people: 3, usualSegments: 1, missingPeople: 1, problems: [], rate: null });
    expect(estimate.outliers).toMatchObject({
      people: 1,
      samples: [{ name: "Long", phone: "+37491000003", segments: 2 }],
    });
    expect(estimate.missing).toEqual([{ variable: "first_name", people: 1 }]);
    expect(estimate.costWithFallback.maxMicros).toBe(4 * 45_000);
    expect(estimate.cost.maxMicros).toBe(3 * 24_000);
    expect(estimate.cost.expectedMicros).toBeNull();
  });

  it("leaves out those who said no to this category or this channel, and only them", async () => {
    const { account, accountId, audienceId, campaignId } = await ground();
    const people = Array.from({ length: 6 }, (_, index) => ({ e164: `+3749100000${index}` }));
    await addPeople(database, account, audienceId, people);
    const no = (e164: string, more: object) => ({ accountId, e164, reason: "stop", ...more });
    await database.db.suppression.createMany({
      data: [
        no("+37491000000", {}),
        no("+37491000001", { category: "marketing" }),
        no("+37491000002", { channel: 2 }),
        no("+37491000003", { category: "utility" }),
        no("+37491000004", { channel: 1 }),
        no("+37491000005", { liftedAt: new Date() }),
      ],
    });
    expect(await estimateCampaign(account.as("marketer"), campaignId)).toMatchObject({ people: 3, optedOut: 3 });
  });

  it("takes the share that falls back from the account's own history, with a range", async () => {
    const { account, accountId, audienceId, campaignId } = await ground();
    await addPeople(database, account, audienceId, [{ e164: "+37491000001", attributes: { first_name: "Ani" } }]);
    await database.db.account.update({ where: { id: accountId }, data: { smsFallbackEnabled: true } });
    const row = (kind: string, n: number, code = "") =>
      database.sql.query(
        `INSERT INTO rollup_hour VALUES ($1, date_trunc('hour', now()), gen_random_uuid(), 2, 0, 'AM', $2, $3, $4, 0, 0)`,
        [accountId, kind, code, n],
      );
    await row("delivered", 600, "2");
    await row("read", 300, "120");
    await row("failed", 100, "9");
    await row("fallback", 60, "failure");
    await row("fallback_denied", 40, "switch_off");
    await row("fallback_denied", 7, "opted_out");
    const estimate = await estimateCampaign(account.as("marketer"), campaignId);
    expect(estimate).toMatchObject({ historyTried: 1_000, fallbackOn: true, rate: { expected: 0.1 } });
    expect(estimate.cost.expectedMicros).toBe(Math.round(0.9 * 24_000 + 0.1 * 45_000));
    const latency = await getLatencyHistory(account.as("marketer"), "viber");
    expect(latency.delivered).toBe(900);
    expect(latency.buckets.find(({ maxS }) => maxS === 120)?.n).toBe(300);
  });

  it("names countries without a price, channels without a connection, and an empty audience", async () => {
    const { account, accountId, audienceId, campaignId } = await ground();
    const empty = await estimateCampaign(account.as("marketer"), campaignId);
    expect(empty.problems).toEqual([{ kind: "no_people" }]);
    await addPeople(database, account, audienceId, [{ e164: "+4915112345678" }]);
    await database.db.connection.deleteMany({ where: { accountId, channel: 3 } });
    const estimate = await estimateCampaign(account.as("marketer"), campaignId);
    expect(estimate.problems).toEqual([{ kind: "no_connection", channel: "sms" }]);
    expect(estimate.warnings).toContainEqual({ kind: "unpriced", channel: "viber", country: "DE", recipients: 1 });
  });

  it("keeps its figures with the draft without counting as a change of it", async () => {
    const { account, campaignId } = await ground();
    const before = await getCampaign(account.as("marketer"), campaignId);
    await estimateCampaign(account.as("marketer"), campaignId);
    expect((await getCampaign(account.as("marketer"), campaignId)).updatedAt).toBe(before.updatedAt);
    const row = await database.db.campaign.findFirst({ where: { id: campaignId } });
    expect(row?.estimate).toMatchObject({ people: 0, maxMicros: 0 });
  });

  it("refuses roles that launch nothing, and other accounts", async () => {
    const { account, campaignId } = await ground();
    const foreign = await createTestAccount(database);
    await expect(estimateCampaign(account.as("support"), campaignId)).rejects.toMatchObject({ code: "forbidden" });
    await expect(estimateCampaign(foreign.as("admin"), campaignId)).rejects.toMatchObject({ code: "not_found" });
    await expect(getLatencyHistory(account.as("developer"), "viber")).rejects.toMatchObject({ code: "forbidden" });
  });

  it("walks a large audience in chunks and misses nobody", async () => {
    const { account, accountId, audienceId, campaignId } = await ground();
    await database.sql.query(
      `WITH people AS (
         INSERT INTO contact (account_id, e164, country, attributes)
         SELECT $1, '+3749' || (1000000 + i), 'AM', jsonb_build_object('first_name', 'Person ' || i)
           FROM generate_series(1, 12001) i RETURNING id)
       INSERT INTO audience_member (account_id, audience_id, contact_id) SELECT $1, $2, id FROM people`,
      [accountId, audienceId],
    );
    const estimate = await estimateCampaign(account.as("marketer"), campaignId);
    expect(estimate.people).toBe(12_001);
    expect(estimate.distribution).toEqual([{ segments: 1, people: 12_001 }]);
  });
});
