import { randomUUID } from "node:crypto";
import pino from "pino";
import { describe, expect, it } from "vitest";
import { plainContent } from "@/lib/domain/template/plain-content";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { recordStatements } from "../../../tests/scaling/shards/recorded-statements";
import { getMessage } from "../messages/get-message";
import { hearInbound } from "./confirm-opt-outs";
import { setSwitch, testCampaign, testDispatch } from "./dispatch.fixture";
import { enqueueMessage } from "./enqueue-message";
import { launchCampaign } from "./campaigns/launch-campaign";
import { dropDeadRows } from "./upkeep/drop-old-rows";

const database = useTestDatabase();
const DAY_MS = 86_400_000;

async function desk(hasFallback: boolean) {
  const account = await createTestAccount(database);
  await setSwitch(database, account, hasFallback);
  const dispatch = await testDispatch(database, account);
  const connectionId = dispatch.deps.connections.forChannel(account.accountId, "whatsapp")?.id ?? "";
  const from = { id: connectionId, accountId: account.accountId, channel: "whatsapp" as const };
  const now = () => new Date(dispatch.clock.now());
  const deps = { db: database.db, sql: database.sql, now, logger: pino({ level: "silent" }) };
  return {
    ...{ account, dispatch, calls: dispatch.carriers.calls },
    hear: (e164: string, atMs: number | null, phoneNumberId?: string) =>
      hearInbound(deps, from, [
        {
          from: e164,
          text: "Hello",
          carrierId: randomUUID(),
          carrierTimeMs: atMs,
          ...(phoneNumberId ? { phoneNumberId } : {}),
        },
      ]),
    async write(e164: string): Promise<string> {
      const ctx = account.as("admin");
      const { messageId } = await ctx.transaction((tx) =>
        enqueueMessage(tx, ctx, {
          ...{ e164, country: "AM", vars: {}, category: "utility", route: "whatsapp-sms", fallbackMode: "inherit" },
          ...{ waitS: 90, templateId: null, templateVersion: null, apiKeyId: null },
          content: plainContent("Your card is ready.", "en", "utility"),
        }),
      );
      await dispatch.send();
      while ((await dispatch.fire()) > 0);
      await dispatch.send();
      return messageId;
    },
    why: async (id: string) => (await getMessage(account.as("support"), { id })).why.map(({ key }) => key),
  };
}

describe("free text on WhatsApp", () => {
  it("goes to somebody who wrote 23:59:59 ago, and after 24:00:00 by SMS with no call to WhatsApp", async () => {
    const { calls, dispatch, hear, write, why } = await desk(true);
    const now = dispatch.clock.now();
    await hear("+37477000001", now - DAY_MS + 30_000);
    await hear("+37477000002", now - DAY_MS);
    await write("+37477000001");
    expect(calls.map(({ channel }) => channel)).toEqual(["whatsapp"]);
    const late = await write("+37477000002");
    expect(calls.map(({ channel, request }) => [channel, request.to]).slice(1)).toEqual([["sms", "+37477000002"]]);
    expect(await why(late)).toEqual(expect.arrayContaining(["outsideWindow", "wentOn"]));
  });

  it("ends with its reason, and no call at all, where fallback is off", async () => {
    const { calls, write, why } = await desk(false);
    const id = await write("+37477000003");
    expect(calls).toEqual([]);
    expect(await why(id)).toContain("outsideWindow");
  });

  it("is open again with their next message, whatever late webhooks say, and never for longer than by our clock", async () => {
    const { account, calls, dispatch, hear, write } = await desk(true);
    const now = dispatch.clock.now();
    await hear("+37477000004", now - 3 * DAY_MS);
    await write("+37477000004");
    expect(calls.map(({ channel }) => channel)).toEqual(["sms"]);
    await hear("+37477000004", now + 10 * DAY_MS);
    await hear("+37477000004", now - 2 * DAY_MS);
    await write("+37477000004");
    expect(calls.map(({ channel }) => channel)).toEqual(["sms", "whatsapp"]);
    const { rows } = await database.sql.query("SELECT inbound_at FROM service_window WHERE account_id = $1", [
      account.accountId,
    ]);
    expect(rows.map((row) => row.inbound_at.getTime() <= dispatch.clock.now())).toEqual([true]);
  });

  it("knows another account's, and another number's, window not", async () => {
    const [one, other] = [await desk(true), await desk(true)];
    await one.hear("+37477000005", null);
    await other.write("+37477000005");
    expect(other.calls.map(({ channel }) => channel)).toEqual(["sms"]);
    const { accountId } = other.account;
    const second = await database.db.connection.create({
      data: {
        ...{
          accountId,
          kind: "whatsapp_cloud",
          channel: 1,
          name: "Second number",
          config: { phoneNumberId: "555000111" },
        },
        ...{ secrets: new Uint8Array(), webhookToken: randomUUID() },
      },
    });
    await other.hear("+37477000015", null, "555000111");
    const windows = "SELECT connection_id FROM service_window WHERE account_id = $1";
    expect((await database.sql.query(windows, [accountId])).rows).toEqual([{ connection_id: second.id }]);
    await other.write("+37477000015");
    expect(other.calls.map(({ channel }) => channel)).toEqual(["sms", "sms"]);
  });

  it("refused by WhatsApp itself (131047) goes on the same way", async () => {
    const { calls, dispatch, hear, write } = await desk(true);
    dispatch.carriers.answer.whatsapp = () => ({
      kind: "refused",
      code: "131047",
      detail: "",
      carrierIds: [],
      raw: "",
    });
    await hear("+37477000006", null);
    await write("+37477000006");
    expect(calls.map(({ channel }) => channel)).toEqual(["whatsapp", "sms"]);
  });

  it("is forgotten a month after they wrote, not before", async () => {
    const { account, hear } = await desk(true);
    await hear("+37477000007", Date.now() - 29 * DAY_MS);
    await hear("+37477000008", Date.now() - 31 * DAY_MS);
    await dropDeadRows(database.sql);
    const { rows } = await database.sql.query("SELECT e164 FROM service_window WHERE account_id = $1", [
      account.accountId,
    ]);
    expect(rows).toEqual([{ e164: "+37477000007" }]);
  });
});

it("a campaign of an approved template never asks for the window", async () => {
  const { account, dispatch } = await desk(true);
  const campaignId = await testCampaign(database, account, { people: 3, category: "marketing" });
  await launchCampaign(account.as("marketer"), campaignId);
  await dispatch.plan(campaignId);
  const recorder = recordStatements();
  await dispatch.send();
  recorder.stop();
  expect(dispatch.carriers.calls).toHaveLength(3);
  const asked = recorder.statements().map(({ text }) => text);
  expect(asked.length).toBeGreaterThan(3);
  expect(asked.filter((text) => text.includes("service_window"))).toEqual([]);
});
