import { describe, expect, it } from "vitest";
import { messageFilters, type MessageFilters, type MessagePage } from "@/lib/schemas/messages";
import { readPlan } from "../../../bench/read-at-scale/read-plan";
import { recordStatements } from "../../../tests/scaling/shards/recorded-statements";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../tests/int/harness";
import { listMessages } from "./list-messages";
import { idAt, writeBlock, writeCampaign, writeMessage } from "./message.fixture";

const database = useTestDatabase();
const NOW = Date.now();
const HOUR = 3_600_000;

const list = (account: TestAccount, filters: MessageFilters = {}, limits = {}): Promise<MessagePage> =>
  listMessages(account.as("support"), filters, limits);
const idsOf = (page: MessagePage) => page.rows.map((row) => row.id);

async function withMessages(
  count: number,
  each: (n: number) => Partial<Parameters<typeof writeMessage>[2]> = () => ({}),
) {
  const account = await createTestAccount(database);
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const id = idAt(account, NOW - n * HOUR);
    await writeMessage(database, account, { id, ...each(n) });
    ids.push(id);
  }
  return { account, ids };
}

describe("the message history", () => {
  it("shows a message with its way, status, cost and the contact's name", async () => {
    const { account, ids } = await withMessages(1, () => ({
      sends: [
        { status: "failed", sentAtMs: NOW, errorCode: "EXPIRED" },
        { step: 1, status: "delivered", sentAtMs: NOW + 90_000, segments: 2, costMicros: 90_000 },
      ],
    }));
    await database.sql.query(
      `INSERT INTO contact (account_id, e164, country, name) VALUES ($1, '+37477169083', 'AM', 'Անի Գրիգորյան')`,
      [account.accountId],
    );
    const page = await list(account);
    expect(page).toMatchObject({ newer: null, older: null, stoppedAtMs: null, currency: "EUR" });
    expect(page.rows).toEqual([
      {
        id: ids[0],
        queuedAtMs: NOW,
        e164: "+37477169083",
        phone: "+374 77 169083",
        name: "Անի Գրիգորյան",
        campaign: null,
        category: "marketing",
        route: "viber-sms",
        status: "delivered",
        sends: [
          { channel: "viber", status: "failed" },
          { channel: "sms", status: "delivered" },
        ],
        deliveredBy: "sms",
        segments: 2,
        costMicros: 90_000,
      },
    ]);
  });

  it("pages by keyset in both directions without gap or repetition", async () => {
    const { account, ids } = await withMessages(7);
    const first = await list(account, {}, { page: 3 });
    expect(idsOf(first)).toEqual(ids.slice(0, 3));
    const second = await list(account, { before: first.older ?? "" }, { page: 3 });
    expect(idsOf(second)).toEqual(ids.slice(3, 6));
    const third = await list(account, { before: second.older ?? "" }, { page: 3 });
    expect(idsOf(third)).toEqual(ids.slice(6));
    expect(third.older).toBeNull();
    const back = await list(account, { after: third.newer ?? "" }, { page: 3 });
    expect(idsOf(back)).toEqual(ids.slice(3, 6));
    const front = await list(account, { after: back.newer ?? "" }, { page: 3 });
    expect(idsOf(front)).toEqual(ids.slice(0, 3));
    expect(front.newer).toBeNull();
  });

  it.each(["+374 77 169-083", "077169083", "00374 77 16 90 83", "٠٧٧١٦٩٠٨٣", "9083", "169083"])(
    "finds a number written as %s",
    async (q) => {
      const { account, ids } = await withMessages(4, (n) => ({ e164: n === 2 ? "+37477169083" : `+3749100000${n}` }));
      expect(idsOf(await list(account, { q }))).toEqual([ids[2]]);
    },
  );

  it("says so when the search is for no number, and finds nothing for a number nobody has", async () => {
    const { account } = await withMessages(1);
    expect(await list(account, { q: "Ani" })).toMatchObject({ rows: [], searchProblem: "not_a_number" });
    expect(await list(account, { q: "%_'; DROP TABLE message" })).toMatchObject({
      rows: [],
      searchProblem: "not_a_number",
    });
    expect(await list(account, { q: "+37499999999" })).toMatchObject({ rows: [], searchProblem: null });
  });

  it("finds a message by its id", async () => {
    const { account, ids } = await withMessages(3);
    expect(idsOf(await list(account, { q: `msg_${ids[1]}` }))).toEqual([ids[1]]);
  });

  it("goes through a campaign's blocks and shows its messages only, page by page", async () => {
    const account = await createTestAccount(database);
    const campaignId = await writeCampaign(database, account);
    const wanted: string[] = [];
    for (let block = 0; block < 11; block += 1) {
      const atMs = NOW - block * HOUR;
      await writeBlock(database, account, { id: idAt(account, atMs), campaignId, size: 2 });
      for (const ordinal of [1, 0]) {
        const id = idAt(account, atMs, ordinal);
        await writeMessage(database, account, { id, campaignId });
        wanted.push(id);
      }
      await writeMessage(database, account, { id: idAt(account, atMs, 0, 1) });
    }
    const found: string[] = [];
    let page = await list(account, { campaign: campaignId }, { page: 4 });
    found.push(...idsOf(page));
    while (page.older !== null) {
      page = await list(account, { campaign: campaignId, before: page.older }, { page: 4 });
      found.push(...idsOf(page));
    }
    expect(found).toEqual(wanted);
    expect((await list(account, { campaign: campaignId })).rows[0]).toMatchObject({
      campaign: { id: campaignId },
      status: "queued",
    });
  });

  it("finds a campaign's messages also where no block tells them", async () => {
    const account = await createTestAccount(database);
    const campaignId = await writeCampaign(database, account, "cancelled");
    const id = idAt(account, NOW);
    await writeMessage(database, account, { id, campaignId });
    await writeMessage(database, account, { id: idAt(account, NOW + 1) });
    const page = await list(account, { campaign: campaignId });
    expect(page.rows).toMatchObject([{ id, status: "cancelled", route: "viber-sms" }]);
  });

  it("filters by status and by channel", async () => {
    const { account, ids } = await withMessages(4, (n) => ({
      sends:
        n === 0
          ? []
          : n === 1
            ? [{ status: "accepted", sentAtMs: NOW }]
            : [
                { status: "failed", sentAtMs: NOW },
                { step: 1, status: n === 2 ? "read" : "failed", sentAtMs: NOW },
              ],
    }));
    expect(idsOf(await list(account, { status: "waiting" }))).toEqual([ids[1]]);
    expect(idsOf(await list(account, { channel: "sms" }))).toEqual([ids[2], ids[3]]);
    expect(idsOf(await list(account, { channel: "sms", status: "read" }))).toEqual([ids[2]]);
    expect(idsOf(await list(account, { status: "queued" }))).toEqual([ids[0]]);
  });

  it("stops looking after its budget, says how far it came, and goes on from there", async () => {
    const { account, ids } = await withMessages(9, (n) => ({
      sends: n === 7 ? [{ status: "read", sentAtMs: NOW }] : [],
    }));
    const limits = { page: 2, budget: 3 };
    const first = await list(account, { status: "read" }, limits);
    expect(first).toMatchObject({ rows: [], older: ids[2], stoppedAtMs: NOW - 2 * HOUR });
    const second = await list(account, { status: "read", before: first.older ?? "" }, limits);
    const third = await list(account, { status: "read", before: second.older ?? "" }, limits);
    expect(idsOf(third)).toEqual([ids[7]]);
    expect(second.newer).not.toBeNull();
  });

  it("takes days of the account's calendar", async () => {
    const account = await createTestAccount(database);
    await database.db.account.update({ where: { id: account.accountId }, data: { timeZone: "Asia/Yerevan" } });
    const today = new Date(NOW + 4 * HOUR).toISOString().slice(0, 10);
    const midnight = Date.parse(`${today}T00:00:00Z`) - 4 * HOUR;
    const [inside, before] = [idAt(account, midnight), idAt(account, midnight - 1)];
    await writeMessage(database, account, { id: inside });
    await writeMessage(database, account, { id: before });
    expect(idsOf(await list(account, { range: "today" }))).toEqual([inside]);
    expect(idsOf(await list(account, { from: today, to: today }))).toEqual([inside]);
    expect(idsOf(await list(account, { range: "7d" }))).toEqual([inside, before]);
    expect(idsOf(await list(account, { from: "2020-01-01", to: "2079-12-31" }))).toEqual([inside, before]);
    expect(idsOf(await list(account, { from: "2079-01-01", to: "2020-01-01" }))).toEqual([]);
  });

  it("never shows another account's messages, not even by number, id or campaign", async () => {
    const { account, ids } = await withMessages(1);
    const campaignId = await writeCampaign(database, account);
    const other = await createTestAccount(database);
    const sameShard = { ...other, shard: account.shard, as: () => ({ ...other.as("admin"), shard: account.shard }) };
    for (const filters of [{}, { q: "9083" }, { q: `msg_${ids[0]}` }, { campaign: campaignId }]) {
      expect((await list(sameShard, filters)).rows).toEqual([]);
    }
  });

  it("treats nonsense in the address as no filter", () => {
    const raw = {
      q: "x".repeat(500),
      status: "exploded",
      channel: "fax",
      before: "-1",
      from: "yesterday",
      campaign: "1",
      range: "∞",
    };
    expect(messageFilters.parse(raw)).toEqual({});
    expect(messageFilters.parse({ before: "9".repeat(30), from: "9999-12-31", to: "0001-01-01" })).toEqual({});
  });
});

describe("a campaign's messages", () => {
  it("cost no more for the thousands that were sent after them", async () => {
    const account = await createTestAccount(database);
    const fill = async (campaignId: string, atMs: number, blocks: number) => {
      for (let n = 0; n < blocks; n += 1) {
        const firstId = idAt(account, atMs + n * 1_000);
        await writeBlock(database, account, { id: firstId, campaignId, size: 1_000 });
        await database.sql.query(
          `INSERT INTO message (shard, id, account_id, campaign_id, e164, country)
           SELECT $1, $2::bigint + i, $3, $4, '+374' || (30000000 + i), 'AM' FROM generate_series(0, 999) i`,
          [account.shard, firstId, account.accountId, campaignId],
        );
      }
    };
    const old = await writeCampaign(database, account);
    await fill(old, NOW - 2 * HOUR, 3);
    await fill(await writeCampaign(database, account), NOW - HOUR, 30);
    await database.sql.query("ANALYZE message, block");
    const recorder = recordStatements();
    const page = await list(account, { campaign: old }).finally(() => recorder.stop());
    expect(page.rows).toHaveLength(50);
    const [statement] = recorder.statements().filter(({ text }) => /FROM unnest.*message m/s.test(text));
    const { rows } = await database.sql.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${statement?.text ?? ""}`, [
      ...(statement?.runs[0] ?? []),
    ]);
    const cost = readPlan(rows[0]["QUERY PLAN"][0].Plan, (name) => ({ root: name, isLarge: true }));
    expect(cost.rows).toBeLessThan(4_000);
    expect(cost.scannedWhole).toEqual([]);
  });
});
