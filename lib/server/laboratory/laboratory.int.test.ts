import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../../../sandbox/start-sandbox";
import { temporaryDirectory } from "../../../sandbox/testing/temporary-directory";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../tests/int/harness";
import { faultInput, type FaultInput } from "@/lib/schemas/laboratory";
import { insertConnection } from "../connections/save-connection";
import { listSandboxLedger } from "./list-sandbox-ledger";
import { readLaboratory } from "./read-laboratory";
import { registerWithSandbox } from "./register-with-sandbox";
import { setFault, setPreset } from "./set-fault";
import { setMix } from "./set-mix";
import { stopFault } from "./stop-fault";

Object.assign(process.env, {
  DATABASE_URL: "postgresql://unused.example/unused",
  NEXTAUTH_SECRET: "n".repeat(32),
  NEXTAUTH_URL: "https://desk.example",
  KAMURJ_SECRET_KEY: "0".repeat(64),
});

const database = useTestDatabase();
const OTHERS = ["marketer", "support"] as const;
const cleanups: (() => unknown)[] = [];
let sandbox: Sandbox;
let url: string;

beforeEach(async () => {
  const directory = temporaryDirectory();
  sandbox = await startSandbox({ dataDir: directory.path, speed: 1_000, subscriptions: {} });
  url = `http://127.0.0.1:${sandbox.httpPort}`;
  cleanups.push(
    () => directory.remove(),
    () => sandbox.stop(),
  );
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

let named = 0;
async function accountWithLink(phoneNumberId = `10988${(named += 1)}`): Promise<TestAccount & { sender: string }> {
  const account = await createTestAccount(database);
  await database.db.$transaction((tx) =>
    insertConnection(
      tx,
      account.accountId,
      "WhatsApp",
      {
        kind: "whatsapp_cloud",
        config: { phoneNumberId, baseUrl: url },
        secrets: { accessToken: "token", appSecret: "a-secret-of-the-app", verifyToken: "a-token-that-verifies" },
      },
      80,
    ),
  );
  return { ...account, sender: phoneNumberId };
}

const asked = (part: Partial<FaultInput> = {}): FaultInput => ({
  ...{ kind: "outage", channel: "whatsapp", amount: null, format: null, scenario: null, sharePercent: 100 },
  ...{ numbers: [], startsAt: null, minutes: 5, note: "" },
  ...part,
});

async function send(sender: string, to = "+37499000002"): Promise<number> {
  const response = await fetch(`${url}/v25.0/${sender}/messages`, {
    method: "POST",
    headers: { authorization: "Bearer token" },
    body: JSON.stringify({
      ...{ messaging_product: "whatsapp", to, type: "template", template: { name: "hello", language: { code: "en" } } },
      biz_opaque_callback_data: "1.123456.0.0",
    }),
  });
  await response.text();
  return response.status;
}

const audited = async (account: TestAccount): Promise<readonly string[]> =>
  (await database.db.auditEntry.findMany({ where: { accountId: account.accountId }, orderBy: { seq: "asc" } })).map(
    ({ action }) => action,
  );
const live = async (account: TestAccount) => {
  const laboratory = await readLaboratory(account.as("developer"), url);
  return laboratory.state === "open" ? laboratory.faults.filter(({ state }) => state !== "ended") : [];
};

describe("the failure laboratory", () => {
  it("lets a connection fail that was made known to the sandbox, and mends it again", async () => {
    const account = await accountWithLink();
    expect(await send(account.sender)).toBe(400);
    await registerWithSandbox(account.as("admin"), { webUrl: "http://127.0.0.1:1/", sandboxUrl: url });
    expect(await send(account.sender)).toBe(200);
    const { id } = await setPreset(account.as("developer"), { preset: "whatsapp_down" }, url);
    expect(await send(account.sender)).toBe(503);
    expect(await live(account)).toMatchObject([{ id, kind: "outage", channel: "whatsapp", isOwn: true, hits: 1 }]);
    await stopFault(account.as("admin"), { id }, url);
    expect(await send(account.sender)).toBe(200);
    expect(await live(account)).toEqual([]);
    expect(await audited(account)).toEqual(["laboratory.fault_set", "laboratory.fault_stopped"]);
  });

  it("keeps a business account and its templates at the sandbox", async () => {
    const account = await accountWithLink();
    const waba = { config: { phoneNumberId: account.sender, baseUrl: url, wabaId: "30099" } };
    await database.db.connection.updateMany({ where: { accountId: account.accountId }, data: waba });
    await database.sql.query(
      `INSERT INTO whatsapp_template (account_id, connection_id, name, language, status, category, shape, status_at, synced_at)
       SELECT account_id, id, 'hello', 'en', 'APPROVED', 'UTILITY', $2, now(), now() FROM connection WHERE account_id = $1`,
      [account.accountId, JSON.stringify({ header: null, body: "Hello", footer: null, buttons: [] })],
    );
    for (let times = 0; times < 2; times += 1) {
      await registerWithSandbox(account.as("admin"), { webUrl: "http://127.0.0.1:1/", sandboxUrl: url });
      const answer = await fetch(`${url}/v25.0/30099/message_templates`, {
        headers: { authorization: "Bearer token" },
      });
      expect(await answer.json()).toMatchObject({ data: [{ name: "hello", status: "APPROVED" }] });
    }
  });

  it("never touches, shows or stops what is another account's", async () => {
    const [mine, theirs] = [await accountWithLink(), await accountWithLink()];
    for (const one of [mine, theirs]) {
      await registerWithSandbox(one.as("admin"), { webUrl: "http://127.0.0.1:1/", sandboxUrl: url });
    }
    const { id } = await setFault(mine.as("admin"), asked({ channel: null }), url);
    expect([await send(mine.sender), await send(theirs.sender)]).toEqual([503, 200]);
    expect(await live(theirs)).toEqual([]);
    await expect(stopFault(theirs.as("admin"), { id }, url)).rejects.toMatchObject({ code: "not_found" });
    expect((await listSandboxLedger(theirs.as("admin"), { before: 0 }, url)).lines).toHaveLength(1);
    expect((await listSandboxLedger(mine.as("admin"), { before: 0 }, url)).lines).toEqual([]);
  });

  it("gives a sender's name to the account that used it first: a later one neither sees nor takes it over", async () => {
    const first = await accountWithLink();
    const later = await accountWithLink(first.sender);
    await registerWithSandbox(first.as("admin"), { webUrl: "http://127.0.0.1:1/", sandboxUrl: url });
    await send(first.sender);
    expect(await readLaboratory(later.as("admin"), url)).toEqual({ state: "none" });
    expect((await listSandboxLedger(later.as("admin"), { before: 0 }, url)).lines).toEqual([]);
    await expect(setFault(later.as("admin"), asked(), url)).rejects.toMatchObject({ code: "conflict" });
  });

  it("shows each message with its receipts and where its timeline is", async () => {
    const account = await accountWithLink();
    await registerWithSandbox(account.as("admin"), { webUrl: "http://127.0.0.1:1/", sandboxUrl: url });
    await send(account.sender);
    const { lines, next } = await listSandboxLedger(account.as("developer"), { to: "374 99 000002", before: 0 }, url);
    expect(lines).toMatchObject([{ to: "+37499000002", scenario: "delivered", planned: 2, messageId: "123456" }]);
    expect(next).toBeNull();
    for (const to of ["37499", "'; DROP TABLE message; --", "+3749900000299999"]) {
      expect((await listSandboxLedger(account.as("developer"), { to, before: 0 }, url)).lines).toEqual([]);
    }
  });

  it("keeps the mix that was saved", async () => {
    const account = await accountWithLink();
    await setMix(account.as("admin"), { channel: "whatsapp", shares: { never: 100 } }, url);
    expect(await readLaboratory(account.as("admin"), url)).toMatchObject({ mix: { whatsapp: { never: 100 } } });
    const sms = setMix(account.as("admin"), { channel: "sms", shares: { never: 100 } }, url);
    await expect(sms).rejects.toMatchObject({ code: "conflict" });
    expect(await audited(account)).toEqual(["laboratory.mix_changed"]);
  });

  it.each(OTHERS)("is closed to %s", async (role) => {
    const account = await accountWithLink();
    const ctx = account.as(role);
    const acts = [
      () => readLaboratory(ctx, url),
      () => setFault(ctx, asked(), url),
      () => setPreset(ctx, { preset: "whatsapp_down" }, url),
      () => setMix(ctx, { channel: "whatsapp", shares: { never: 100 } }, url),
      () => stopFault(ctx, { id: "f1" }, url),
      () => listSandboxLedger(ctx, { before: 0 }, url),
    ];
    for (const act of acts) await expect(act()).rejects.toMatchObject({ code: "forbidden" });
    expect(sandbox.faults.list()).toEqual([]);
  });

  it("of two who stop a fault, tells the second that it is over", async () => {
    const account = await accountWithLink();
    const { id } = await setFault(account.as("admin"), asked(), url);
    const both = await Promise.allSettled([1, 2].map(() => stopFault(account.as("admin"), { id }, url)));
    expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(both.find((one) => one.status === "rejected")).toMatchObject({ reason: { code: "not_found" } });
  });

  it("says so when the sandbox is away, refuses, or answers nonsense", async () => {
    const account = await accountWithLink();
    const refused = setFault(account.as("admin"), asked({ kind: "throttle" }), url);
    await expect(refused).rejects.toMatchObject({ code: "invalid_input" });
    await sandbox.stop();
    expect(await readLaboratory(account.as("admin"), url)).toMatchObject({ state: "away" });
    await expect(setFault(account.as("admin"), asked(), url)).rejects.toMatchObject({ code: "unavailable" });
    expect(await readLaboratory(account.as("admin"), null)).toEqual({ state: "none" });
    await registerWithSandbox(account.as("admin"), { webUrl: "http://127.0.0.1:1/", sandboxUrl: url });
  });

  it.each([
    { kind: "earthquake" },
    { sharePercent: 0 },
    { sharePercent: 101 },
    { numbers: ["<script>"] },
    { numbers: Array.from({ length: 1_001 }, () => "+37499") },
    { amount: Number.NaN },
    { minutes: 1e9 },
    { startsAt: "tomorrow" },
    { note: "x".repeat(201) },
  ])("does not even ask the sandbox for %j", (part) => {
    expect(faultInput.safeParse({ ...asked(), ...part }).success).toBe(false);
    expect(faultInput.safeParse(asked()).success).toBe(true);
  });
});
