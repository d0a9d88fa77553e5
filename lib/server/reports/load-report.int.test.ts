import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { writeCampaign, writeRollup } from "../../../tests/int/write-rollup";
import { deliveryRate, fallbackRate } from "@/lib/domain/reports/rates";
import { exportInput, reportInput } from "@/lib/schemas/reports";
import { exportReport } from "./export-report";
import { listReportCampaigns } from "./list-report-campaigns";
import { loadOverview } from "./load-overview";
import { loadReport } from "./load-report";

const database = useTestDatabase();
/** 22 November 2026, 02:30 in Yerevan (UTC+4), still the 21st in UTC. */
const NOW = new Date("2026-11-21T22:30:00Z");
const now = () => NOW;
const read = (input: Record<string, unknown>) => reportInput.parse(input);

async function yerevan() {
  const account = await createTestAccount(database);
  await database.db.account.update({ where: { id: account.accountId }, data: { timeZone: "Asia/Yerevan" } });
  return account;
}

describe("loadReport", () => {
  it("counts folded and not yet folded rows, in calendar days of the account", async () => {
    const account = await yerevan();
    await writeRollup(database, account, [
      { hour: new Date("2026-11-21T20:00:00Z"), kind: "accepted", channel: "whatsapp", n: 10 },
      { hour: new Date("2026-11-21T21:00:00Z"), kind: "message", channel: "whatsapp", n: 20, delta: true },
      { hour: new Date("2026-11-21T21:00:00Z"), kind: "delivered", channel: "whatsapp", n: 5, code: "5", delta: true },
      { hour: new Date("2026-11-21T22:00:00Z"), kind: "fallback", channel: "whatsapp", n: 3, code: "silence" },
      // 23:00 on the 21st in Yerevan: yesterday
      { hour: new Date("2026-11-21T19:00:00Z"), kind: "accepted", channel: "whatsapp", n: 100 },
    ]);
    const report = await loadReport(account.as("support", { now }), read({ range: "today" }));
    expect(report.span).toMatchObject({ from: "2026-11-21T20:00:00.000Z", unit: "hour", timeZone: "Asia/Yerevan" });
    expect(report.buckets.map((bucket) => bucket.figures.recipients)).toEqual([10, 5, 0]);
    expect(report.totals.recipients).toBe(15);
    expect(report.totals.queued).toBe(20);
    expect(deliveryRate(report.totals)).toBeCloseTo(5 / 15, 9);
    expect(fallbackRate(report.totals)).toBe(0.2);
    expect(report.previous.recipients).toBe(100);
    expect(report.latency).toEqual([{ channel: "whatsapp", bucket: "5", n: 5 }]);
    expect(report.reasons).toEqual([{ kind: "fallback", channel: "whatsapp", code: "silence", n: 3 }]);
  });

  it.each([
    ["7d", 25, "quarter-day"],
    ["30d", 30, "day"],
    ["90d", 90, "day"],
  ])("cuts %s into %i columns, and the columns add up to the totals", async (range, columns, unit) => {
    const account = await yerevan();
    const hours = Array.from({ length: 60 }, (_, i) => new Date(NOW.getTime() - i * 7 * 3_600_000));
    await writeRollup(
      database,
      account,
      hours.map((hour, i) => ({
        hour,
        kind: "delivered" as const,
        channel: "viber" as const,
        n: i + 1,
        costMicros: 10,
      })),
    );
    const report = await loadReport(account.as("admin", { now }), read({ range }));
    expect(report.span.unit).toBe(unit);
    expect(report.buckets).toHaveLength(columns);
    const sum = report.buckets.reduce((all, bucket) => all + bucket.figures.delivered.viber, 0);
    expect(sum).toBe(report.totals.delivered.viber);
    expect(sum).toBeGreaterThan(0);
  });

  it("narrows to a campaign and to a channel", async () => {
    const account = await createTestAccount(database);
    const spring = await writeCampaign(database, account, { name: "Spring" });
    await writeRollup(database, account, [
      { hour: NOW, kind: "failed", channel: "whatsapp", n: 4, campaignId: spring },
      { hour: NOW, kind: "delivered", channel: "whatsapp", n: 6, campaignId: spring },
      { hour: NOW, kind: "delivered", channel: "sms", n: 3, step: 1, segments: 6, costMicros: 90, campaignId: spring },
      { hour: NOW, kind: "accepted", channel: "viber", n: 50 },
    ]);
    const ctx = account.as("marketer", { now });
    const bySpring = await loadReport(ctx, read({ range: "7d", campaign: spring }));
    expect(bySpring.totals.recipients).toBe(10);
    expect(bySpring.campaigns.map((one) => one.name)).toEqual(["Spring"]);
    const bySms = await loadReport(ctx, read({ range: "7d", channel: "sms" }));
    expect(bySms.totals).toMatchObject({ recipients: 3, smsSegments: 6, rescued: 3 });
    const all = await loadReport(ctx, read({ range: "7d" }));
    expect(all.campaigns.map((one) => [one.name, one.figures.recipients])).toEqual([
      [null, 50],
      ["Spring", 10],
    ]);
  });

  it("says what all by SMS would have cost only where every country has a price", async () => {
    const account = await createTestAccount(database);
    const ctx = account.as("admin", { now });
    await writeRollup(database, account, [
      { hour: NOW, kind: "accepted", channel: "whatsapp", n: 100 },
      { hour: NOW, kind: "delivered", channel: "sms", n: 10, step: 1, segments: 20 },
    ]);
    expect((await loadReport(ctx, read({}))).allBySmsMicros).toBeNull();
    const price = { accountId: account.accountId, channel: 3, country: "*", validFrom: new Date("2026-01-01") };
    await database.db.price.create({ data: { ...price, priceMicros: 30_000n } });
    expect((await loadReport(ctx, read({}))).allBySmsMicros).toBe(6_000_000);
  });

  it("shows another account nothing, and its campaign is not found", async () => {
    const [mine, theirs] = [await createTestAccount(database), await createTestAccount(database)];
    const campaign = await writeCampaign(database, theirs, { name: "Theirs" });
    await writeRollup(database, theirs, [{ hour: NOW, kind: "accepted", channel: "sms", n: 7, campaignId: campaign }]);
    const ctx = mine.as("admin", { now });
    expect((await loadReport(ctx, read({}))).totals.recipients).toBe(0);
    await expect(loadReport(ctx, read({ campaign }))).rejects.toMatchObject({ code: "not_found" });
    expect(await listReportCampaigns(ctx)).toEqual([]);
    expect((await loadOverview(ctx, { range: "7d" })).campaigns).toEqual([]);
  });

  it.each([
    { range: "1000y" },
    { campaign: "'; DROP TABLE rollup_hour; --" },
    { campaign: "x".repeat(1_000_000) },
    { channel: "telegram" },
    { range: ["7d", "30d"] },
  ])("refuses hostile input %#", (input) => {
    expect(reportInput.safeParse(input).success).toBe(false);
  });
});

describe("loadOverview", () => {
  it("teaches an empty account its first steps and ticks what is done", async () => {
    const account = await createTestAccount(database);
    const ctx = account.as("marketer");
    const none = { contacts: false, templates: false, connections: false, fallbackOn: false, launched: false };
    expect((await loadOverview(ctx, { range: "7d" })).setup).toEqual(none);
    await database.db.contact.create({ data: { accountId: account.accountId, e164: "+37491000001", country: "AM" } });
    expect((await loadOverview(ctx, { range: "7d" })).setup).toEqual({ ...none, contacts: true });
  });

  it("puts running campaigns first, with the figures of their whole life", async () => {
    const account = await createTestAccount(database);
    const old = new Date(NOW.getTime() - 200 * 86_400_000);
    const running = await writeCampaign(database, account, { name: "Running", launchedAt: old });
    await writeCampaign(database, account, { name: "Done", status: "completed", launchedAt: NOW });
    await writeCampaign(database, account, { name: "Draft", status: "draft", launchedAt: null });
    await writeRollup(database, account, [
      { hour: old, kind: "message", channel: "whatsapp", n: 12, campaignId: running },
      { hour: NOW, kind: "delivered", channel: "whatsapp", n: 4, campaignId: running, delta: true },
    ]);
    const { campaigns, report } = await loadOverview(account.as("developer", { now }), { range: "today" });
    expect(campaigns.map((one) => one.name)).toEqual(["Running", "Done"]);
    expect(campaigns[0]?.figures).toMatchObject({
      queued: 12,
      recipients: 4,
      delivered: { whatsapp: 4, viber: 0, sms: 0 },
    });
    expect(report.live).toBe(true);
  });
});

describe("exportReport", () => {
  it("gives the rows behind a chart as CSV, in UTC and in whole micros", async () => {
    const account = await createTestAccount(database);
    await writeRollup(database, account, [
      { hour: NOW, kind: "delivered", channel: "sms", n: 2, step: 1, segments: 3, costMicros: 1_250_000 },
    ]);
    const input = exportInput.parse({ range: "today", chart: "cost" });
    const { fileName, csv } = await exportReport(account.as("support", { now }), input);
    expect(fileName).toBe("kamurj-cost-today-2026-11-21.csv");
    const [head, ...lines] = csv.trimEnd().split("\r\n");
    expect(head).toBe("from,sms_segments,whatsapp_cost,viber_cost,sms_cost,currency");
    expect(lines.at(-1)).toBe("2026-11-21T22:00:00.000Z,3,0.000000,0.000000,1.250000,EUR");
  });

  it("keeps a campaign's name from becoming a formula or a row of its own", async () => {
    const account = await createTestAccount(database);
    const campaignId = await writeCampaign(database, account, { name: '=HYPERLINK("http://x";"a"),\nb' });
    await writeRollup(database, account, [{ hour: NOW, kind: "accepted", channel: "sms", n: 1, campaignId }]);
    const input = exportInput.parse({ chart: "campaigns" });
    const { csv } = await exportReport(account.as("support", { now }), input);
    expect(csv.split("\r\n")[1]).toMatch(/^"'=HYPERLINK\(""http:\/\/x"";""a""\), b",1,/);
  });

  it("has a file for every chart, also with a name unknown to the account", async () => {
    const account = await createTestAccount(database);
    for (const chart of ["channels", "fallback", "latency", "reasons"] as const) {
      const { csv } = await exportReport(account.as("support", { now }), exportInput.parse({ chart }));
      expect(csv.split("\r\n")[0]).not.toBe("");
    }
    const stranger = exportInput.parse({ chart: "reasons", campaign: randomUUID() });
    await expect(exportReport(account.as("support", { now }), stranger)).rejects.toMatchObject({ code: "not_found" });
  });
});
