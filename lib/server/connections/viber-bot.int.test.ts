import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as viberRoute from "@/app/api/webhooks/viber/[token]/route";
import { SHARE_PHONE_TRACKING } from "@/lib/carriers/viber-bot/build-message";
import { startSandbox, type Sandbox } from "@/sandbox/start-sandbox";
import { temporaryDirectory } from "@/sandbox/testing/temporary-directory";
import { createTestAccount, useTestDatabase, type TestAccount } from "@/tests/int/harness";
import { registerViberWebhook } from "./register-viber-webhook";
import { insertConnection } from "./save-connection";
import { findViberReceiver } from "./viber-subscribers";

process.env.KAMURJ_SECRET_KEY ??= "11".repeat(32);
process.env.DATABASE_URL ??= "postgresql://unused";
process.env.NEXTAUTH_SECRET ??= "x".repeat(32);
process.env.NEXTAUTH_URL ??= "http://localhost:3000";
const database = useTestDatabase();
const botToken = "token-of-the-test-bot";
const directory = temporaryDirectory();
let sandbox: Sandbox;

const useWebPool = () =>
  Object.assign(globalThis, { kamurjPool: database.sql, kamurjBatcher: undefined, kamurjConnections: undefined });
beforeAll(async () => {
  sandbox = await startSandbox({
    dataDir: directory.path,
    subscriptions: { viberBot: [{ id: "bot", name: "Orders", authToken: botToken }] },
  });
});
beforeEach(useWebPool);
afterAll(async () => {
  await sandbox.stop();
  directory.remove();
});

async function withBot(welcome = true) {
  const account = await createTestAccount(database);
  const config = {
    ...{ baseUrl: `http://127.0.0.1:${sandbox.httpPort}`, senderName: "Orders" },
    ...(welcome && { welcomeText: "Բարև Ձեզ։", shareLabel: "Տալ իմ համարը" }),
  };
  const { id, webhookToken } = await database.db.$transaction((tx) =>
    insertConnection(tx, account.accountId, "Bot", { kind: "viber_bot", config, secrets: { botToken } }, 20),
  );
  return { account, id, token: webhookToken, key: { accountId: account.accountId, id } };
}

let clockMs = 1_760_000_000_000;
function post(token: string, event: object, signature?: string) {
  clockMs += 1_000;
  const body = JSON.stringify({ timestamp: clockMs, message_token: clockMs, ...event });
  const right = createHmac("sha256", botToken).update(body).digest("hex");
  const headers = { "x-viber-content-signature": signature ?? right };
  const request = new Request(`http://desk.example/api/webhooks/viber/${token}`, { method: "POST", body, headers });
  return viberRoute.POST(request, { params: Promise.resolve({ token }) });
}

const opens = (id: string) => ({ event: "conversation_started", user: { id, name: "Ani" }, subscribed: false });
const writes = (id: string, text: string) => ({ event: "message", sender: { id }, message: { type: "text", text } });
const shares = (id: string, phone: string) => ({
  ...{ event: "message", sender: { id } },
  message: { type: "contact", contact: { phone_number: phone }, tracking_data: SHARE_PHONE_TRACKING },
});
const leaves = (id: string) => ({ event: "unsubscribed", user_id: id });

const suppressionsOf = async ({ accountId }: TestAccount) =>
  (
    await database.sql.query<{ e164: string; category: string; reason: string }>(
      "SELECT e164, category, reason FROM suppression WHERE account_id = $1 ORDER BY category",
      [accountId],
    )
  ).rows;

const phone = "+37477000009";

describe("a subscriber's number", () => {
  it("is asked for when the conversation is opened, until it is known", async () => {
    const { token } = await withBot();
    const greeting = await post(token, opens("u"));
    expect(greeting.headers.get("content-type")).toBe("application/json");
    expect(await greeting.json()).toMatchObject({
      ...{ type: "text", text: "Բարև Ձեզ։", tracking_data: SHARE_PHONE_TRACKING },
      keyboard: { Buttons: [{ ActionType: "share-phone", Text: "Տալ իմ համարը" }] },
    });
    await post(token, shares("u", phone));
    expect(await (await post(token, opens("u"))).text()).toBe("ok");
    const silent = await withBot(false);
    expect(await (await post(silent.token, opens("u"))).text()).toBe("ok");
  });

  it("makes them a receiver while they are subscribed, whatever the order of events", async () => {
    const { token, key } = await withBot();
    await post(token, writes("u", "Բարև"));
    expect(await findViberReceiver(database.sql, key, phone)).toBeNull();
    await post(token, shares("u", phone));
    expect(await findViberReceiver(database.sql, key, phone)).toBe("u");
    await post(token, { ...leaves("u"), timestamp: 1_700_000_000_000 }); // older than their message
    expect(await findViberReceiver(database.sql, key, phone)).toBe("u");
    await post(token, leaves("u"));
    expect(await findViberReceiver(database.sql, key, phone)).toBeNull();
  });

  it("is nobody's where two people claim it, and another account's bot knows nothing of it", async () => {
    const { token, key } = await withBot();
    await post(token, shares("u", phone));
    const other = await withBot();
    expect(await findViberReceiver(database.sql, other.key, phone)).toBeNull();
    expect(await findViberReceiver(database.sql, { ...key, accountId: other.key.accountId }, phone)).toBeNull();
    await post(token, shares("thief", phone));
    expect(await findViberReceiver(database.sql, key, phone)).toBeNull();
  });
});

describe("a person's no", () => {
  it("by STOP ends advertising, on every channel", async () => {
    const { account, token } = await withBot();
    await post(token, shares("u", phone));
    await post(token, writes("u", "ԿԱՆԳ"));
    expect(await suppressionsOf(account)).toEqual([{ e164: phone, category: "marketing", reason: "stop" }]);
  });

  it("said before the number was known counts as soon as it is", async () => {
    const { account, token, key } = await withBot();
    await post(token, writes("u", "STOP"));
    expect(await suppressionsOf(account)).toEqual([]);
    await post(token, shares("u", phone));
    expect((await suppressionsOf(account)).map(({ category }) => category)).toEqual(["marketing"]);
    // From here on the suppression says it, which a person may lift with a reason.
    expect(await findViberReceiver(database.sql, key, phone)).toBe("u");
  });

  it("by leaving the bot ends advertising", async () => {
    const { account, token } = await withBot();
    await post(token, shares("u", phone));
    await post(token, leaves("u"));
    expect(await suppressionsOf(account)).toMatchObject([{ e164: phone, category: "marketing", reason: "blocked" }]);
  });
});

it("401 without Viber's signature, and nothing is noted", async () => {
  const { token, key } = await withBot();
  expect((await post(token, shares("u", phone), "00".repeat(32))).status).toBe(401);
  expect((await post(token, shares("u", phone), "")).status).toBe(401);
  expect(await findViberReceiver(database.sql, key, phone)).toBeNull();
});

it("hostile names, ids and texts are taken in or counted, and never answered with a fault", async () => {
  const { token } = await withBot();
  const nasty = ["\u0000", "\ud800", "'; DROP TABLE viber_subscriber; --", "x".repeat(70), "ա".repeat(60)];
  for (const id of nasty) {
    const sender = { id, name: "a\u0000\udfff" };
    const event = { event: "message", sender, message: { type: "text", text: "\u0000\ud800" } };
    expect((await post(token, event)).status).toBe(200);
    expect((await post(token, { event: "subscribed", user: sender, timestamp: 1e300 })).status).toBe(200);
  }
});

describe("registering the webhook", () => {
  it("is for admins of the account, is audited, and says what Viber said", async () => {
    const { account, id } = await withBot();
    const input = { connectionId: id };
    const nowhere = "http://127.0.0.1:9";
    expect(await registerViberWebhook(account.as("admin"), input, nowhere)).toMatchObject({
      ...{ state: "faulty", reason: "webhook_unreachable" },
    });
    const audited = await database.db.auditEntry.findMany({ where: { accountId: account.accountId } });
    expect(audited.map(({ action }) => action)).toContain("connection.webhook_registered");
    await expect(registerViberWebhook(account.as("marketer"), input, nowhere)).rejects.toMatchObject({
      code: "forbidden",
    });
    const stranger = await createTestAccount(database);
    await expect(registerViberWebhook(stranger.as("admin"), input, nowhere)).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it("is no question of another kind of connection", async () => {
    const account = await createTestAccount(database);
    const { id } = await database.db.$transaction((tx) =>
      insertConnection(
        ...([tx, account.accountId, "Viber"] as const),
        { kind: "viber_business", config: { serviceId: 1 }, secrets: { signingKey: null } },
        10,
      ),
    );
    const asking = registerViberWebhook(account.as("admin"), { connectionId: id }, "http://127.0.0.1:9");
    await expect(asking).rejects.toMatchObject({ code: "conflict" });
  });
});
