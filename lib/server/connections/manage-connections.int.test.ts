import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Role } from "@/lib/domain/vocabulary";
import type { ConnectionInput } from "@/lib/schemas/connection";
import {
  checkConnectionInput,
  createConnectionInput,
  editConnectionInput,
  type ConnectionChange,
} from "@/lib/schemas/connection-form";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../tests/int/harness";
import { idAt, writeMessage } from "../messages/message.fixture";
import { checkConnection } from "./check-connection";
import { createConnection, MOST_CONNECTIONS } from "./create-connection";
import { deleteConnection } from "./delete-connection";
import { editConnection } from "./edit-connection";
import { getConnectionDraft } from "./get-connection-draft";
import { listConnections } from "./list-connections";
import { findConnectionByToken, loadActiveConnections } from "./load-connections";
import { noteCarrierCall, writeCarrierCall } from "./note-carrier-call";
import { insertConnection } from "./save-connection";
import { setConnectionStatus } from "./set-connection-status";
import { retryConnectionNow } from "./retry-connection-now";

Object.assign(process.env, {
  DATABASE_URL: "postgresql://unused.example/unused",
  NEXTAUTH_SECRET: "n".repeat(32),
  NEXTAUTH_URL: "https://desk.example",
  KAMURJ_SECRET_KEY: "0".repeat(64),
});

const database = useTestDatabase();
const WEB = "https://desk.example/";
const TOKEN = "a-token-that-must-never-leave-the-server";
const OTHERS = ["marketer", "support", "developer"] as const satisfies readonly Role[];

const whatsApp = (accessToken = TOKEN): Extract<ConnectionInput, { kind: "whatsapp_cloud" }> => ({
  kind: "whatsapp_cloud",
  config: { phoneNumberId: "109876543210001" },
  secrets: { accessToken, appSecret: TOKEN, verifyToken: TOKEN },
});
const smpp: ConnectionInput = {
  kind: "smpp",
  config: { host: "smsc.example", port: 2775, systemId: "desk", sourceAddr: "KAMURJ" },
  secrets: { password: "s3cret" },
};
const asked = (details: ConnectionInput, name = "Line") =>
  createConnectionInput.parse({ name, ratePerSecond: 80, details });
const add = (account: TestAccount, details: ConnectionInput = whatsApp(), name?: string) =>
  createConnection(account.as("admin"), asked(details, name), WEB);
const audited = async (account: TestAccount) =>
  (await database.db.auditEntry.findMany({ where: { accountId: account.accountId }, orderBy: { seq: "asc" } })).map(
    ({ action }) => action,
  );
const stored = (account: TestAccount, id: string) =>
  database.db.connection.findUniqueOrThrow({ where: { accountId_id: { accountId: account.accountId, id } } });
const change = (connectionId: string, details: unknown, version = 1, name = "Line") =>
  editConnectionInput.parse({ connectionId, version, name, ratePerSecond: 80, details });
const loaded = async (account: TestAccount) =>
  (await loadActiveConnections(database.sql, (_, error) => Promise.reject(error as Error))).filter(
    ({ accountId }) => accountId === account.accountId,
  );

describe("createConnection", () => {
  it("adds one that workers can send by and carriers can call, with an entry in the audit log", async () => {
    const account = await createTestAccount(database);
    const { connectionId, webhookUrl } = await add(account);
    expect(await loaded(account)).toMatchObject([{ id: connectionId, details: { secrets: { accessToken: TOKEN } } }]);
    const token = webhookUrl?.replace("https://desk.example/api/webhooks/whatsapp/", "") ?? "";
    expect(await findConnectionByToken(database.sql, token)).toMatchObject({ id: connectionId });
    expect(await audited(account)).toEqual(["connection.created"]);
  });

  it("is for admins alone", async () => {
    const account = await createTestAccount(database);
    for (const role of OTHERS) {
      const act = createConnection(account.as(role), asked(whatsApp()), WEB);
      await expect(act).rejects.toMatchObject({ code: "forbidden" });
    }
    expect(await loaded(account)).toEqual([]);
  });

  it("ends somewhere", async () => {
    const account = await createTestAccount(database);
    await database.db.$transaction(async (tx) => {
      for (let n = 0; n < MOST_CONNECTIONS; n += 1) await insertConnection(tx, account.accountId, `${n}`, smpp, 1);
    });
    await expect(add(account)).rejects.toMatchObject({ code: "conflict" });
  });

  it.each([
    { name: "", ratePerSecond: 80, details: whatsApp() },
    { name: "x".repeat(81), ratePerSecond: 80, details: whatsApp() },
    { name: "A", ratePerSecond: 0, details: whatsApp() },
    { name: "A", ratePerSecond: 1e9, details: whatsApp() },
    { name: "A", ratePerSecond: 80, details: { ...whatsApp(), kind: "carrier_pigeon" } },
    { name: "A", ratePerSecond: 80, details: { ...whatsApp(), config: { phoneNumberId: "../../etc/passwd" } } },
    { name: "A", ratePerSecond: 80, details: whatsApp("token\r\nx-injected: 1") },
    {
      name: "A",
      ratePerSecond: 80,
      details: { ...whatsApp(), config: { ...whatsApp().config, baseUrl: "file:///etc" } },
    },
    { name: "A", ratePerSecond: 80, details: { ...smpp, config: { ...smpp.config, host: "a b;rm -rf" } } },
    null,
  ])("takes no hostile input (%#)", (input) => {
    expect(createConnectionInput.safeParse(input).success).toBe(false);
  });
});

describe("getConnectionDraft", () => {
  it("gives everything to edit and no secret, only which there are", async () => {
    const account = await createTestAccount(database);
    const { connectionId, webhookUrl } = await add(account);
    const draft = await getConnectionDraft(account.as("admin"), connectionId, WEB);
    expect(draft).toMatchObject({
      ...{ version: 1, kind: "whatsapp_cloud", config: { phoneNumberId: "109876543210001" }, webhookUrl },
      storedSecrets: ["accessToken", "appSecret", "verifyToken"],
      calls: { eventAt: null, refused: 0 },
    });
    expect(JSON.stringify(draft)).not.toContain(TOKEN);
  });

  it("is for admins of the account alone", async () => {
    const [mine, theirs] = [await createTestAccount(database), await createTestAccount(database)];
    const { connectionId } = await add(theirs);
    const foreign = getConnectionDraft(mine.as("admin"), connectionId, WEB);
    await expect(foreign).rejects.toMatchObject({ code: "not_found" });
    for (const role of OTHERS) {
      const act = getConnectionDraft(theirs.as(role), connectionId, WEB);
      await expect(act).rejects.toMatchObject({ code: "forbidden" });
    }
  });
});

describe("editConnection", () => {
  it("changes what is given and keeps the secrets that are left out", async () => {
    const account = await createTestAccount(database);
    const { connectionId } = await add(account);
    const details = { kind: "whatsapp_cloud", config: { phoneNumberId: "222222" }, secrets: { accessToken: "fresh" } };
    const edited = await editConnection(account.as("admin"), change(connectionId, details, 1, "Renamed"));
    expect(edited).toEqual({ version: 2, webhook: null });
    expect(await loaded(account)).toMatchObject([
      {
        name: "Renamed",
        details: { config: { phoneNumberId: "222222" }, secrets: { accessToken: "fresh", appSecret: TOKEN } },
      },
    ]);
    expect(await audited(account)).toEqual(["connection.created", "connection.updated"]);
  });

  it("says when a secret was set, and not when something else was changed", async () => {
    const account = await createTestAccount(database);
    const { connectionId } = await add(account);
    const before = (await stored(account, connectionId)).secretsAt;
    const later = account.as("admin", { now: () => new Date(Date.now() + 60_000) });
    const same = { kind: "whatsapp_cloud", config: { phoneNumberId: "222222" }, secrets: {} };
    await editConnection(later, change(connectionId, same));
    expect((await stored(account, connectionId)).secretsAt).toEqual(before);
    await editConnection(later, change(connectionId, { ...same, secrets: { appSecret: "b".repeat(32) } }, 2));
    expect((await stored(account, connectionId)).secretsAt.getTime()).toBeGreaterThan(before.getTime());
  });

  it("lets a resting connection be tried again at once", async () => {
    const account = await createTestAccount(database);
    const { connectionId: id } = await add(account);
    const where = { accountId_id: { accountId: account.accountId, id } };
    await database.db.connection.update({
      where,
      data: { breakerUntil: new Date(Date.now() + 600_000), breakerReason: "190" },
    });
    await editConnection(account.as("admin"), change(id, { ...whatsApp(), secrets: { accessToken: "fresh" } }));
    expect((await stored(account, id)).breakerUntil?.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it("of two people who edit the same state lets one win, and tells the other", async () => {
    const account = await createTestAccount(database);
    const { connectionId } = await add(account);
    const edit = (name: string) =>
      editConnection(account.as("admin"), change(connectionId, { ...whatsApp(), secrets: {} }, 1, name));
    const results = await Promise.allSettled([edit("A"), edit("B")]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const lost = results.find((result) => result.status === "rejected");
    expect(lost?.reason).toMatchObject({ code: "conflict" });
    expect((await stored(account, connectionId)).version).toBe(2);
  });

  it("asks for all secrets where the stored ones do not open any more", async () => {
    const account = await createTestAccount(database);
    const { connectionId: id } = await add(account);
    await database.sql.query("UPDATE connection SET secrets = '\\x02' WHERE id = $1", [id]);
    const edit = (secrets: object) => editConnection(account.as("admin"), change(id, { ...whatsApp(), secrets }));
    await expect(edit({ accessToken: "fresh" })).rejects.toMatchObject({
      ...{ code: "invalid_input", fields: { "details.secrets.appSecret": "field.required" } },
    });
    await edit(whatsApp("fresh").secrets);
    expect(await loaded(account)).toMatchObject([{ details: { secrets: { accessToken: "fresh" } } }]);
  });

  it("does not make another kind of it", async () => {
    const account = await createTestAccount(database);
    const { connectionId } = await add(account);
    const act = editConnection(account.as("admin"), change(connectionId, smpp));
    await expect(act).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("is for admins of the account alone, and not for what is deleted", async () => {
    const [mine, theirs] = [await createTestAccount(database), await createTestAccount(database)];
    const { connectionId } = await add(theirs);
    const input = change(connectionId, { ...whatsApp(), secrets: {} });
    await expect(editConnection(mine.as("admin"), input)).rejects.toMatchObject({ code: "not_found" });
    for (const role of OTHERS) {
      await expect(editConnection(theirs.as(role), input)).rejects.toMatchObject({ code: "forbidden" });
    }
    await remove(theirs, connectionId);
    await expect(editConnection(theirs.as("admin"), input)).rejects.toMatchObject({ code: "not_found" });
  });
});

/** Long enough after the pause for workers to have heard of it. */
const settled = (account: TestAccount) => account.as("admin", { now: () => new Date(Date.now() + 60_000) });

async function remove(account: TestAccount, connectionId: string): Promise<void> {
  await setConnectionStatus(account.as("admin"), { connectionId, status: "paused" });
  await deleteConnection(settled(account), { connectionId });
}

describe("deleteConnection", () => {
  it("wipes the secrets, shuts the webhook, leaves the lists, and keeps the name for history", async () => {
    const account = await createTestAccount(database);
    const { connectionId, webhookUrl } = await add(account, whatsApp(), "Main number");
    await remove(account, connectionId);
    const row = await stored(account, connectionId);
    expect(row).toMatchObject({ name: "Main number", status: "deleted" });
    expect(row.secrets).toHaveLength(0);
    expect(await findConnectionByToken(database.sql, webhookUrl?.split("/").at(-1) ?? "")).toBeNull();
    expect(await listConnections(account.as("admin"), { webUrl: WEB, sandboxUrl: null })).toEqual([]);
    expect(await audited(account)).toEqual(["connection.created", "connection.paused", "connection.deleted"]);
  });

  it("wants it paused, for long enough that no worker begins with it", async () => {
    const account = await createTestAccount(database);
    const { connectionId } = await add(account);
    const now = () => deleteConnection(account.as("admin"), { connectionId });
    await expect(now()).rejects.toMatchObject({ code: "conflict", messageKey: "connection.pauseFirst" });
    await setConnectionStatus(account.as("admin"), { connectionId, status: "paused" });
    await expect(now()).rejects.toMatchObject({ code: "conflict", messageKey: "connection.justPaused" });
    await deleteConnection(settled(account), { connectionId });
  });

  async function refusal(account: TestAccount, connectionId: string): Promise<unknown> {
    await setConnectionStatus(account.as("admin"), { connectionId, status: "paused" });
    return deleteConnection(settled(account), { connectionId }).then(
      () => null,
      (error: { messageKey: unknown }) => error.messageKey,
    );
  }

  const insertBlock = (account: TestAccount, id: string, block: { connectionId?: string; inFlight?: string }) =>
    database.sql.query(
      `INSERT INTO block (shard, id, account_id, step, lane, state, available_at, first_id, size, in_flight, connection_id)
       VALUES ($1, $2, $3, 0, 1, 1, now(), $2, 1, $4, $5)`,
      [account.shard, id, account.accountId, block.inFlight ? [block.inFlight] : [], block.connectionId ?? null],
    );

  it("waits for what is on the wire", async () => {
    const account = await createTestAccount(database);
    const { connectionId } = await add(account);
    await add(account);
    const id = idAt(account, Date.now());
    await insertBlock(account, id, { connectionId, inFlight: id });
    expect(await refusal(account, connectionId)).toBe("connection.underWay");
  });

  it("waits for receipts that a fallback hangs on", async () => {
    const account = await createTestAccount(database);
    const { connectionId } = await add(account);
    await add(account);
    const id = idAt(account, Date.now());
    await writeMessage(database, account, { id, sends: [{ status: "accepted", sentAtMs: Date.now() }] });
    await database.sql.query("UPDATE attempt SET connection_id = $1 WHERE message_id = $2", [connectionId, id]);
    await database.sql.query(
      `INSERT INTO fallback_timer (shard, account_id, step, wait_s, due_at, members) VALUES ($1, $2, 0, 90, now(), $3)`,
      [account.shard, account.accountId, [id]],
    );
    expect(await refusal(account, connectionId)).toBe("connection.underWay");
  });

  it("the last of a channel stays while messages wait for it; another one of the channel sets it free", async () => {
    const account = await createTestAccount(database);
    const { connectionId } = await add(account, smpp);
    const id = idAt(account, Date.now());
    await writeMessage(database, account, { id, route: "whatsapp-sms" });
    await insertBlock(account, id, {});
    expect(await refusal(account, connectionId)).toBe("connection.waitedFor");
    await add(account, smpp, "Second line");
    await deleteConnection(settled(account), { connectionId });
    expect((await stored(account, connectionId)).status).toBe("deleted");
  });

  it("of two people at once is one deletion; resumed meanwhile, it stays", async () => {
    const account = await createTestAccount(database);
    const { connectionId } = await add(account);
    await setConnectionStatus(account.as("admin"), { connectionId, status: "paused" });
    const twice = await Promise.allSettled([1, 2].map(() => deleteConnection(settled(account), { connectionId })));
    expect(twice.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const { connectionId: second } = await add(account);
    await setConnectionStatus(account.as("admin"), { connectionId: second, status: "paused" });
    await setConnectionStatus(account.as("admin"), { connectionId: second, status: "active" });
    const act = deleteConnection(settled(account), { connectionId: second });
    await expect(act).rejects.toMatchObject({ messageKey: "connection.pauseFirst" });
  });

  it("is for admins of the account alone", async () => {
    const [mine, theirs] = [await createTestAccount(database), await createTestAccount(database)];
    const { connectionId } = await add(theirs);
    const foreign = deleteConnection(mine.as("admin"), { connectionId });
    await expect(foreign).rejects.toMatchObject({ code: "not_found" });
    for (const role of OTHERS) {
      await expect(deleteConnection(theirs.as(role), { connectionId })).rejects.toMatchObject({ code: "forbidden" });
    }
    const unknown = deleteConnection(mine.as("admin"), { connectionId: randomUUID() });
    await expect(unknown).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("retryConnectionNow", () => {
  it("ends a rest, once, however often it is pressed", async () => {
    const account = await createTestAccount(database);
    const { connectionId } = await add(account);
    const where = { accountId_id: { accountId: account.accountId, id: connectionId } };
    const breakerUntil = new Date(Date.now() + 600_000);
    await database.db.connection.update({ where, data: { breakerUntil, breakerReason: "190" } });
    const press = (behindMs: number) => {
      const now = () => new Date(Date.now() - behindMs);
      return retryConnectionNow(account.as("admin", { now }), { connectionId });
    };
    await Promise.all([press(0), press(0)]);
    await press(1_000); // at a host whose clock is behind
    expect((await stored(account, connectionId)).breakerUntil?.getTime()).toBeLessThanOrEqual(Date.now());
    expect(await audited(account)).toEqual(["connection.created", "connection.tried_again"]);
  });

  it("is for admins of the account alone", async () => {
    const [mine, theirs] = [await createTestAccount(database), await createTestAccount(database)];
    const { connectionId } = await add(theirs);
    await expect(retryConnectionNow(mine.as("admin"), { connectionId })).rejects.toMatchObject({ code: "not_found" });
    for (const role of OTHERS) {
      await expect(retryConnectionNow(theirs.as(role), { connectionId })).rejects.toMatchObject({ code: "forbidden" });
    }
  });
});

describe("checkConnection", () => {
  const carrier = createServer((request, response) => {
    const isRight = request.headers.authorization === `Bearer ${TOKEN}`;
    const number = { id: "109876543210001", verified_name: "Ararat", display_phone_number: "+374 10 000000" };
    response.writeHead(isRight ? 200 : 401, { "content-type": "application/json" });
    response.end(JSON.stringify(isRight ? number : { error: { code: 190, message: "Invalid OAuth access token" } }));
  });
  let baseUrl = "";
  beforeAll(async () => {
    await new Promise<void>((resolve) => carrier.listen(0, "127.0.0.1", resolve));
    baseUrl = `http://127.0.0.1:${(carrier.address() as AddressInfo).port}`;
  });
  afterAll(() => carrier.close());
  const at = (details: ConnectionInput) =>
    ({ ...details, config: { ...details.config, baseUrl } }) as ConnectionInput & ConnectionChange;

  it("tries what is stored, what is being changed, and what is not saved yet; and stores nothing", async () => {
    const account = await createTestAccount(database);
    const admin = account.as("admin");
    const { connectionId } = await add(account, at(whatsApp()));
    const check = (input: unknown) => checkConnection(admin, checkConnectionInput.parse(input));
    const works = { state: "works", detail: "Ararat, +374 10 000000" };
    expect(await check({ connectionId, details: null })).toMatchObject(works);
    const stale = { ...at(whatsApp()), secrets: { accessToken: "stale" } };
    expect(await check({ connectionId, details: stale })).toMatchObject({ state: "faulty", reason: "wrong_token" });
    expect(await check({ connectionId: null, details: at(whatsApp()) })).toMatchObject(works);
    expect(await check({ connectionId, details: { ...stale, secrets: {} } })).toMatchObject(works);
    expect((await stored(account, connectionId)).version).toBe(1);
    expect(await audited(account)).toEqual(["connection.created"]);
  });

  it("of a new one asks for every secret", async () => {
    const account = await createTestAccount(database);
    const input = { connectionId: null, details: { ...at(whatsApp()), secrets: { accessToken: TOKEN } } };
    const act = checkConnection(account.as("admin"), checkConnectionInput.parse(input));
    await expect(act).rejects.toMatchObject({ fields: { "details.secrets.appSecret": "field.required" } });
  });

  it("never lends the secrets of another account, nor to who may not change connections", async () => {
    const [mine, theirs] = [await createTestAccount(database), await createTestAccount(database)];
    const { connectionId } = await add(theirs, at(whatsApp()));
    for (const details of [null, { ...at(whatsApp()), secrets: {} }]) {
      const act = checkConnection(mine.as("admin"), { connectionId, details });
      await expect(act).rejects.toMatchObject({ code: "not_found" });
    }
    for (const role of OTHERS) {
      const act = checkConnection(theirs.as(role), { connectionId, details: null });
      await expect(act).rejects.toMatchObject({ code: "forbidden" });
    }
  });
});

describe("what carriers' calls leave", () => {
  it("is shown on the connection: the last event, the check, and how many were refused", async () => {
    const account = await createTestAccount(database);
    const { connectionId: id } = await add(account);
    const key = { accountId: account.accountId, id };
    const calls = async () =>
      (await listConnections(account.as("marketer"), { webUrl: WEB, sandboxUrl: null }))[0]?.calls;
    expect(await calls()).toEqual({ eventAt: null, verifiedAt: null, refusedAt: null, refused: 0 });
    await writeCarrierCall(database.sql, key, "verified", 1);
    await writeCarrierCall(database.sql, key, "refused", 3);
    await writeCarrierCall(database.sql, key, "refused", 2);
    await writeCarrierCall(database.sql, key, "event", 1);
    const at = expect.stringMatching(/^\d{4}-/) as unknown;
    expect(await calls()).toEqual({ eventAt: at, verifiedAt: at, refusedAt: at, refused: 5 });
  });

  it("costs one write for many calls in a row", async () => {
    const account = await createTestAccount(database);
    const { connectionId: id } = await add(account);
    let writes = 0;
    const counting = new Proxy(database.sql, {
      get(target, name) {
        if (name === "query") writes += 1;
        const value = Reflect.get(target, name) as unknown;
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
    for (let n = 0; n < 1_000; n += 1) noteCarrierCall(counting, { accountId: account.accountId, id }, "refused");
    expect(writes).toBe(1);
  });
});
