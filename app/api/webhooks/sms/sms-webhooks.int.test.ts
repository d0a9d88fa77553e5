import twilio from "twilio";
import { beforeAll, expect, it } from "vitest";
import { insertConnection } from "@/lib/server/connections/save-connection";
import { findConnectionByToken } from "@/lib/server/connections/load-connections";
import { webhookAddress } from "@/lib/server/connections/webhook-address";
import { createTestAccount, useTestDatabase, type TestAccount } from "@/tests/int/harness";
import * as route from "./[token]/route";

const WEB_URL = "https://desk.example/";
const AUTH_TOKEN = "an-auth-token-of-the-test";

Object.assign(process.env, {
  ...{ DATABASE_URL: "postgresql://unused", NEXTAUTH_SECRET: "x".repeat(32), NEXTAUTH_URL: WEB_URL },
  KAMURJ_SECRET_KEY: "0".repeat(64),
});

const database = useTestDatabase();
beforeAll(() => {
  Object.assign(globalThis, { kamurjPool: database.sql, kamurjBatcher: undefined, kamurjConnections: undefined });
});

async function connect(): Promise<{ readonly account: TestAccount; readonly token: string }> {
  const account = await createTestAccount(database);
  const { webhookToken } = await database.db.$transaction((tx) =>
    insertConnection(
      ...([tx, account.accountId, "SMS over HTTP"] as const),
      { kind: "http_sms", config: { accountSid: "AC1", from: "Kamurj" }, secrets: { authToken: AUTH_TOKEN } },
      10,
    ),
  );
  return { account, token: webhookToken };
}

/** As the provider calls: behind a proxy the server sees another address than the one that was signed. */
function post(token: string, fields: Record<string, string>, wish: { search?: string; secret?: string } = {}) {
  const { search = "", secret = AUTH_TOKEN } = wish;
  const url = `${webhookAddress("http_sms", token, WEB_URL) ?? ""}${search}`;
  const signature = twilio.getExpectedTwilioSignature(secret, url, fields);
  const request = new Request(`http://10.0.0.7:3000/api/webhooks/sms/${token}${search}`, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "x-twilio-signature": signature },
  });
  return route.POST(request, { params: Promise.resolve({ token }) });
}

const delivered = { MessageSid: "SM1", MessageStatus: "delivered", To: "+37477000001", From: "Kamurj" };

async function orphansOf({ accountId }: TestAccount): Promise<readonly { carrier_id: string; kind: string }[]> {
  const query = "SELECT carrier_id, kind FROM orphan_receipt WHERE account_id = $1";
  return (await database.sql.query<{ carrier_id: string; kind: string }>(query, [accountId])).rows;
}

it("a signed receipt is kept, though no send is known yet that it could belong to", async () => {
  const { account, token } = await connect();
  expect((await post(token, delivered, { search: "?ref=nothing-of-ours" })).status).toBe(200);
  expect(await orphansOf(account)).toEqual([{ carrier_id: "SM1", kind: "delivered" }]);
});

it.each([
  ["another secret", { secret: "another" }],
  ["no secret", { secret: "" }],
])("a receipt signed with %s gets 401 and is not kept", async (_name, wish) => {
  const { account, token } = await connect();
  expect((await post(token, delivered, wish)).status).toBe(401);
  expect(await orphansOf(account)).toEqual([]);
});

it("a signature over another query than the one called gets 401", async () => {
  const { account, token } = await connect();
  const signature = twilio.getExpectedTwilioSignature(
    AUTH_TOKEN,
    webhookAddress("http_sms", token, WEB_URL) ?? "",
    delivered,
  );
  const request = new Request(`https://desk.example/api/webhooks/sms/${token}?ref=someone-elses`, {
    method: "POST",
    body: new URLSearchParams(delivered),
    headers: { "x-twilio-signature": signature },
  });
  expect((await route.POST(request, { params: Promise.resolve({ token }) })).status).toBe(401);
  expect(await orphansOf(account)).toEqual([]);
});

it("an address that nobody was given, or that belongs to another kind, is not there", async () => {
  const { account } = await connect();
  expect((await post("x".repeat(32), delivered)).status).toBe(404);
  const viber = await database.db.$transaction((tx) =>
    insertConnection(
      ...([tx, account.accountId, "Viber"] as const),
      { kind: "viber_business", config: { serviceId: 1 }, secrets: { signingKey: null } },
      10,
    ),
  );
  expect((await post(viber.webhookToken, delivered)).status).toBe(404);
});

it("STOP from a person is an opt-out", async () => {
  const { account, token } = await connect();
  const fields = { MessageSid: "SM2", SmsStatus: "received", From: "+37477000009", To: "1010", Body: "Stop" };
  expect((await post(token, fields)).status).toBe(200);
  const { rows } = await database.sql.query("SELECT DISTINCT e164 FROM suppression WHERE account_id = $1", [
    account.accountId,
  ]);
  expect(rows).toEqual([{ e164: "+37477000009" }]);
});

it("what cannot be read is acknowledged, else it came back for ever", async () => {
  const { account, token } = await connect();
  expect((await post(token, { MessageSid: "SM3", MessageStatus: "teleported" })).status).toBe(200);
  expect(await orphansOf(account)).toEqual([]);
});

it("a connection without a sender, or with two, is not stored", async () => {
  const account = await createTestAccount(database);
  for (const config of [{ accountSid: "AC1" }, { accountSid: "AC1", from: "A", messagingServiceSid: "MG1" }]) {
    const input = { kind: "http_sms", config, secrets: { authToken: AUTH_TOKEN } } as const;
    const inserting = database.db.$transaction((tx) => insertConnection(tx, account.accountId, "SMS", input, 10));
    await expect(inserting).rejects.toThrow("field.senderOrService");
  }
  expect(await findConnectionByToken(database.sql, "x".repeat(32))).toBeNull();
});
