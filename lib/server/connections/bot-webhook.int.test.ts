import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { editConnectionInput } from "@/lib/schemas/connection-form";
import { createTestAccount, useTestDatabase, type TestAccount } from "@/tests/int/harness";
import { deleteConnection } from "./delete-connection";
import { editConnection } from "./edit-connection";
import { insertConnection } from "./save-connection";
import { setConnectionStatus } from "./set-connection-status";

process.env.KAMURJ_SECRET_KEY ??= "11".repeat(32);
process.env.DATABASE_URL ??= "postgresql://unused";
process.env.NEXTAUTH_SECRET ??= "x".repeat(32);
process.env.NEXTAUTH_URL ??= "http://localhost:3000";

const database = useTestDatabase();
const WEB = "https://desk.example";
const [OLD, NEW] = ["old-token-of-the-bot", "new-token-of-the-bot"];

/** What Viber was told, in order. */
let told: { readonly token: unknown; readonly url: unknown }[] = [];
let status = 0;
const viber = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => {
    const { url } = JSON.parse(body) as { readonly url: unknown };
    told.push({ token: request.headers["x-viber-auth-token"], url });
    response.setHeader("content-type", "application/json").end(JSON.stringify({ status, status_message: "ok" }));
  });
});
let baseUrl = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => viber.listen(0, "127.0.0.1", resolve));
  baseUrl = `http://127.0.0.1:${(viber.address() as AddressInfo).port}`;
});
beforeEach(() => {
  told = [];
  status = 0;
});
afterAll(() => viber.close());

const config = () => ({ baseUrl, senderName: "Orders" });
async function addBot(account: TestAccount) {
  const details = { kind: "viber_bot" as const, config: config(), secrets: { botToken: OLD } };
  return database.db.$transaction((tx) => insertConnection(tx, account.accountId, "Bot", details, 20));
}
const edit = (account: TestAccount, connectionId: string, secrets: object) => {
  const details = { kind: "viber_bot", config: config(), secrets };
  const input = editConnectionInput.parse({ connectionId, version: 1, name: "Bot", ratePerSecond: 20, details });
  return editConnection(account.as("admin"), input, WEB);
};
async function remove(account: TestAccount, connectionId: string) {
  await setConnectionStatus(account.as("admin"), { connectionId, status: "paused" });
  const later = account.as("admin", { now: () => new Date(Date.now() + 60_000) });
  return deleteConnection(later, { connectionId });
}

it("with a new token the webhook goes from the old one to the new one, and the audit log says so", async () => {
  const account = await createTestAccount(database);
  const { id, webhookToken } = await addBot(account);
  expect(await edit(account, id, { botToken: NEW })).toMatchObject({ version: 2, webhook: { state: "works" } });
  expect(told).toEqual([
    { token: OLD, url: "" },
    { token: NEW, url: `${WEB}/api/webhooks/viber/${webhookToken}` },
  ]);
  const entries = await database.db.auditEntry.findMany({ where: { accountId: account.accountId } });
  expect(entries.map(({ action }) => action).sort()).toEqual(["connection.updated", "connection.webhook_registered"]);
});

it("with the same token Viber is told nothing", async () => {
  const account = await createTestAccount(database);
  const { id } = await addBot(account);
  expect(await edit(account, id, {})).toEqual({ version: 2, webhook: null });
  expect(told).toEqual([]);
});

it("a token that Viber does not take is stored all the same, and the person hears of it", async () => {
  const account = await createTestAccount(database);
  const { id } = await addBot(account);
  status = 2;
  expect(await edit(account, id, { botToken: NEW })).toMatchObject({
    ...{ version: 2, webhook: { state: "faulty", reason: "wrong_token" } },
  });
});

it("a deleted bot is called no more", async () => {
  const account = await createTestAccount(database);
  const { id } = await addBot(account);
  expect(await remove(account, id)).toMatchObject({ webhook: { state: "works" } });
  expect(told).toEqual([{ token: OLD, url: "" }]);
});

it("a bot that another connection goes on with keeps its webhook", async () => {
  const account = await createTestAccount(database);
  const { id } = await addBot(account);
  await addBot(account);
  expect(await remove(account, id)).toEqual({ webhook: null });
  expect(told).toEqual([]);
});
