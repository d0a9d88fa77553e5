import { randomUUID } from "node:crypto";
import pino from "pino";
import { describe, expect, it } from "vitest";
import type { Channel } from "@/lib/domain/vocabulary";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../tests/int/harness";
import { confirmOptOuts, hearInbound } from "./confirm-opt-outs";
import { testDispatch } from "./dispatch.fixture";
import { receiveInbound, receivePreference, type From } from "./receive-inbound";

const database = useTestDatabase();
const person = "+37477000001";
const DAY_MS = 86_400_000;

type Word = { readonly text: string; readonly from?: string; readonly carrierId?: string; readonly payload?: string };

async function listener(channel: Channel = "whatsapp") {
  const account = await createTestAccount(database, "Ararat");
  const from: From = { id: randomUUID(), accountId: account.accountId, channel };
  const hear = ({ text, ...more }: Word) =>
    receiveInbound(database.sql, from, [
      { from: person, text, carrierId: randomUUID(), carrierTimeMs: Date.UTC(2026, 10, 3), ...more },
    ]);
  const logger = pino({ level: "silent" });
  const confirm = (e164s: readonly string[], now = new Date()) =>
    confirmOptOuts({ db: database.db, sql: database.sql, now: () => now, logger }, from, e164s);
  return { account, from, hear, confirm };
}

const suppressionsOf = ({ accountId }: TestAccount) =>
  database.db.suppression.findMany({ where: { accountId }, orderBy: { category: "asc" } });

const eventsOf = async ({ accountId }: TestAccount) =>
  (
    await database.sql.query(
      "SELECT wish, text, carrier_id FROM consent_event WHERE account_id = $1 ORDER BY received_at",
      [accountId],
    )
  ).rows;

const repliesOf = async ({ accountId }: TestAccount) =>
  (
    await database.sql.query(
      "SELECT e164, category, route, fallback_mode, content ->> 'body' AS body FROM message WHERE account_id = $1 ORDER BY id",
      [accountId],
    )
  ).rows;

describe("a word that ends advertising", () => {
  it("is one opt-out for all channels, with their words as its evidence", async () => {
    const { account, from, hear } = await listener("sms");
    expect(await hear({ text: "Stop Ararat!", from: "077 00 00 01", carrierId: "m1" })).toEqual([person]);
    expect(await suppressionsOf(account)).toMatchObject([
      {
        ...{ e164: person, channel: null, category: "marketing", reason: "stop" },
        evidence: {
          ...{ text: "Stop Ararat!", channel: "sms", connectionId: from.id, carrierId: "m1" },
          carrierTime: "2026-11-03T00:00:00.000Z",
        },
      },
    ]);
  });

  it("said again changes nothing, and is kept as evidence; a repeated webhook is heard once", async () => {
    const { account, hear } = await listener();
    await hear({ text: "stop", carrierId: "m1" });
    expect(await hear({ text: "stop", carrierId: "m1" })).toEqual([]);
    expect(await hear({ text: "ԿԱՆԳ", carrierId: "m2" })).toEqual([]);
    expect(await suppressionsOf(account)).toHaveLength(1);
    expect(await eventsOf(account)).toMatchObject([{ text: "stop" }, { text: "ԿԱՆԳ" }]);
  });

  it("said for everything ends order updates too, and is not answered", async () => {
    const { account, hear } = await listener();
    expect(await hear({ text: "STOP ALL" })).toEqual([]);
    expect((await suppressionsOf(account)).map(({ category }) => category)).toEqual(["marketing", "utility"]);
  });

  it("may stand behind a button", async () => {
    const { account, hear } = await listener();
    await hear({ text: "No, thank you", payload: "STOP" });
    expect(await suppressionsOf(account)).toHaveLength(1);
  });

  it("counts whatever bytes come with it, and only where the writer has a number", async () => {
    const { account, hear } = await listener();
    await hear({ text: "STOP\u0000\ud800", carrierId: "a\u0000b" });
    await hear({ text: "STOP", from: "INFO" });
    await hear({ text: "STOP", from: "1010" });
    expect(await suppressionsOf(account)).toMatchObject([{ e164: person, evidence: { text: "STOP" } }]);
  });

  it("is not lifted by START: that is kept as a wish", async () => {
    const { account, hear } = await listener();
    await hear({ text: "STOP" });
    expect(await hear({ text: "START" })).toEqual([]);
    expect(await suppressionsOf(account)).toMatchObject([{ liftedAt: null }]);
    expect((await eventsOf(account)).map(({ wish }) => wish)).toEqual(["stop", "start"]);
  });

  it("stays within the account it was said to", async () => {
    const [{ hear }, other] = [await listener(), await listener()];
    await hear({ text: "STOP" });
    expect([await suppressionsOf(other.account), await eventsOf(other.account)]).toEqual([[], []]);
  });
});

describe("the confirmation", () => {
  it("goes once by the channel they wrote on, in their language, with no fallback", async () => {
    const { account, hear, confirm } = await listener("viber");
    await confirm(await hear({ text: "СТОП" }));
    await confirm(await hear({ text: "СТОП" }));
    expect(await repliesOf(account)).toMatchObject([
      { e164: person, category: "utility", route: "viber-sms", fallback_mode: "off" },
    ]);
    expect((await repliesOf(account))[0].body).toMatch(/^Ararat\. Ձեզ/);
  });

  it("speaks the language of the contact where it is known", async () => {
    const { account, hear, confirm } = await listener();
    await database.db.contact.create({
      data: { accountId: account.accountId, e164: person, country: "AM", language: "ru-RU" },
    });
    await confirm(await hear({ text: "STOP" }));
    expect((await repliesOf(account))[0].body).toMatch(/^Ararat: рекламы/);
  });

  it("never goes twice within a day, however often the opt-out is lifted and said again", async () => {
    const { account, confirm } = await listener();
    const at = Date.UTC(2026, 10, 3);
    await Promise.all([confirm([person], new Date(at)), confirm([person], new Date(at))]);
    await confirm([person], new Date(at + DAY_MS - 1));
    expect(await repliesOf(account)).toHaveLength(1);
    await confirm([person], new Date(at + DAY_MS));
    expect(await repliesOf(account)).toHaveLength(2);
  });

  it("does not follow what was pressed in WhatsApp's menu, nor a STOP after it", async () => {
    const { account, from, hear, confirm } = await listener();
    await receivePreference(database.sql, from, { from: person, wantsMarketing: false });
    await confirm(await hear({ text: "STOP" }));
    expect(await repliesOf(account)).toEqual([]);
  });

  it("leaves by its channel although advertising has ended", async () => {
    const { account } = await listener();
    const dispatch = await testDispatch(database, account);
    const { id = "" } = dispatch.deps.connections.forChannel(account.accountId, "whatsapp") ?? {};
    const deps = { db: database.db, sql: database.sql, now: () => new Date(), logger: pino({ level: "silent" }) };
    const stop = { from: person, text: "STOP", carrierId: randomUUID(), carrierTimeMs: Date.now() };
    await hearInbound(deps, { id, accountId: account.accountId, channel: "whatsapp" }, [stop]);
    await dispatch.send();
    expect(dispatch.carriers.calls).toMatchObject([
      { channel: "whatsapp", request: { to: person, category: "utility", content: { templateName: "" } } },
    ]);
  });
});
