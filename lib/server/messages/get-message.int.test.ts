import { describe, expect, it } from "vitest";
import { buildTimeline } from "@/lib/domain/timeline/build-timeline";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { packPage } from "../dispatch/receipts/receipt-page";
import { getMessage } from "./get-message";
import { content, idAt, writeBlock, writeCampaign, writeMessage } from "./message.fixture";

const database = useTestDatabase();
const NOW = Date.now();
const notFound = expect.objectContaining({ name: "AppError", code: "not_found" });

describe("the page of a message", () => {
  it("has the facts, the explanation, the previews and the person", async () => {
    const account = await createTestAccount(database);
    const campaignId = await writeCampaign(database, account);
    const id = idAt(account, NOW - 100_000);
    await writeMessage(database, account, {
      id,
      campaignId,
      sends: [
        { status: "accepted", sentAtMs: NOW - 99_000 },
        { step: 1, status: "delivered", sentAtMs: NOW - 9_000, segments: 1, costMicros: 45_000 },
      ],
    });
    await database.sql.query(
      `WITH page AS (INSERT INTO receipt_page (shard, id, payload) VALUES ($1, next_block_id($1), $4) RETURNING id)
       INSERT INTO receipt_evidence (shard, message_id, step, try, kind, part, carrier_at, received_at, page_id, page_item)
       SELECT $1, $2, 1, 0, 3, 0, 'epoch', $3, id, 1 FROM page`,
      [account.shard, id, new Date(NOW - 5_500), await packPage(["of somebody else", "<script>alert(1)</script>"])],
    );
    await database.db.suppression.create({
      data: { accountId: account.accountId, e164: "+37477169083", channel: 1, reason: "blocked" },
    });
    const detail = await getMessage(account.as("support"), { id });
    expect(detail).toMatchObject({
      status: "delivered",
      currency: "EUR",
      covered: false,
      template: { version: 1, language: "en" },
      facts: {
        route: "viber-sms",
        waitS: 90,
        campaign: { id: campaignId },
        receipts: [{ carrierAtMs: null, raw: "<script>alert(1)</script>" }],
      },
      person: {
        channels: [
          { channel: "viber", sent: 1, reached: 0 },
          { channel: "sms", sent: 1, reached: 1 },
        ],
        suppressions: [{ channel: "whatsapp", category: null, reason: "blocked" }],
      },
    });
    expect(detail.why.map((sentence) => sentence.key)).toEqual([
      "accepted",
      "silence",
      "fallbackAccount",
      "wentOn",
      "deliveredSms",
    ]);
    expect(detail.previews).toMatchObject([
      { channel: "viber", text: "Hello Ani, 20% off this week.", imageUrl: "https://example.com/a.png", sms: null },
      {
        channel: "sms",
        text: "Hello Ani, 20% off this week.",
        sms: { encoding: "gsm7", parts: [29], lost: { image: true, buttons: true } },
      },
    ]);
    expect(buildTimeline(detail.facts).map((entry) => entry.kind)).toEqual([
      "queued",
      "outcome",
      "decision",
      "outcome",
      "receipt",
    ]);
    expect(JSON.parse(JSON.stringify(detail))).toEqual(detail);
  });

  it("tells waiting for its turn, being on the wire and waiting for a receipt apart", async () => {
    const account = await createTestAccount(database);
    const first = idAt(account, NOW);
    const second = idAt(account, NOW, 1);
    await writeMessage(database, account, { id: first });
    await writeMessage(database, account, { id: second });
    await writeBlock(database, account, { id: first, campaignId: null, size: 2, state: 1 });
    await database.sql.query(
      "UPDATE block SET cursor = 1, in_flight = ARRAY[$2::bigint] WHERE shard = $1 AND id = $2",
      [account.shard, first],
    );
    expect(await getMessage(account.as("support"), { id: first })).toMatchObject({
      status: "in_flight",
      facts: { pending: [{ state: "in_flight" }] },
    });
    expect(await getMessage(account.as("support"), { id: second })).toMatchObject({
      status: "queued",
      facts: { pending: [{ state: "ready" }] },
    });

    const waiting = idAt(account, NOW + 1);
    await writeMessage(database, account, { id: waiting, sends: [{ status: "accepted", sentAtMs: NOW }] });
    await database.sql.query(
      `INSERT INTO fallback_timer (shard, account_id, step, wait_s, due_at, members) VALUES ($1, $2, 0, 90, $3, ARRAY[$4::bigint])`,
      [account.shard, account.accountId, new Date(NOW + 90_000), waiting],
    );
    const detail = await getMessage(account.as("support"), { id: waiting });
    expect(detail.status).toBe("waiting");
    expect(buildTimeline(detail.facts).at(-1)).toMatchObject({ kind: "waiting", atMs: NOW + 90_000, next: "sms" });
  });

  it("covers a verification code, and still counts its segments", async () => {
    const account = await createTestAccount(database);
    const id = idAt(account, NOW);
    const code = { ...content, category: "authentication" as const, body: "Code {{code}} for 5 min" };
    await writeMessage(database, account, {
      id,
      route: "sms",
      category: "authentication",
      content: code,
      vars: { code: "482913" },
    });
    const detail = await getMessage(account.as("support"), { id });
    expect(detail).toMatchObject({
      covered: true,
      previews: [{ text: "Code •••••• for 5 min", sms: { encoding: "gsm7", parts: [21] } }],
    });
    expect(JSON.stringify(detail)).not.toContain("482913");
  });

  it("does not exist for another account, even on the same shard, nor does an id nobody has", async () => {
    const account = await createTestAccount(database);
    const id = idAt(account, NOW);
    await writeMessage(database, account, { id });
    const other = (await createTestAccount(database)).as("admin");
    await expect(getMessage({ ...other, shard: account.shard }, { id })).rejects.toEqual(notFound);
    await expect(getMessage(account.as("support"), { id: "1" })).rejects.toEqual(notFound);
    await expect(getMessage(account.as("support"), { id: "999999999999999999" })).rejects.toEqual(notFound);
  });
});
