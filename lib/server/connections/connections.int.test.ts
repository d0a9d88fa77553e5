import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../tests/int/harness";
import { connectionStatusInput } from "@/lib/schemas/connection-list";
import type { ConnectionInput } from "@/lib/schemas/connection";
import { idAt, writeMessage } from "../messages/message.fixture";
import { listConnections, type ConnectionAddresses } from "./list-connections";
import { insertConnection } from "./save-connection";
import { setConnectionStatus } from "./set-connection-status";

// Sealing a connection's secrets needs the key, and the settings are read as a whole.
Object.assign(process.env, {
  DATABASE_URL: "postgresql://unused.example/unused",
  NEXTAUTH_SECRET: "n".repeat(32),
  NEXTAUTH_URL: "https://desk.example",
  KAMURJ_SECRET_KEY: "0".repeat(64),
});

const database = useTestDatabase();
const SECRET = "a-secret-that-must-never-leave-the-server";
const ADDRESSES: ConnectionAddresses = { webUrl: "https://desk.example/", sandboxUrl: "http://127.0.0.1:4010" };

const WHATSAPP: ConnectionInput = {
  kind: "whatsapp_cloud",
  config: { baseUrl: "https://graph.facebook.com", phoneNumberId: "109876543210001" },
  secrets: { accessToken: SECRET, appSecret: SECRET, verifyToken: SECRET },
};
const SMPP: ConnectionInput = {
  kind: "smpp",
  config: { host: "127.0.0.1", port: 2775, systemId: "desk", sourceAddr: "KAMURJ", window: 10 },
  secrets: { password: "s3cr3t" },
};

function connect(account: TestAccount, details: ConnectionInput, name = "Line") {
  return database.db.$transaction((tx) => insertConnection(tx, account.accountId, name, details, 80));
}

const audited = (account: TestAccount) =>
  database.db.auditEntry.findMany({ where: { accountId: account.accountId }, orderBy: { seq: "asc" } });

describe("listConnections", () => {
  it("shows sender, address and state, and never a secret", async () => {
    const account = await createTestAccount(database);
    await connect(account, WHATSAPP, "Main number");
    await connect(account, SMPP, "SMSC");
    const rows = await listConnections(account.as("admin"), ADDRESSES);
    expect(rows).toMatchObject([
      { name: "Main number", sender: "109876543210001", host: "graph.facebook.com", status: "active", breaker: null },
      { name: "SMSC", sender: "KAMURJ", host: "127.0.0.1:2775", channel: "sms", webhookUrl: null },
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/a-secret-that|s3cr3t|\bdesk\b"/);
  });

  it("gives the webhook's address to admins alone", async () => {
    const account = await createTestAccount(database);
    const { webhookToken } = await connect(account, WHATSAPP);
    const url = `https://desk.example/api/webhooks/whatsapp/${webhookToken}`;
    expect(await listConnections(account.as("admin"), ADDRESSES)).toMatchObject([{ webhookUrl: url }]);
    for (const role of ["marketer", "developer"] as const) {
      expect(JSON.stringify(await listConnections(account.as(role), ADDRESSES))).not.toContain(webhookToken);
    }
  });

  it("links to the sandbox's ledger only where the carrier is this machine", async () => {
    const account = await createTestAccount(database);
    await connect(account, WHATSAPP);
    await connect(account, SMPP);
    const rows = await listConnections(account.as("admin"), ADDRESSES);
    expect(rows.map((row) => row.ledgerUrl)).toEqual([null, "http://127.0.0.1:4010"]);
    const without = await listConnections(account.as("admin"), { ...ADDRESSES, sandboxUrl: null });
    expect(without.map((row) => row.ledgerUrl)).toEqual([null, null]);
  });

  it("counts sends of the last day by connection, faults of the link apart from people out of reach", async () => {
    const account = await createTestAccount(database);
    const { id } = await connect(account, SMPP);
    const { id: idle } = await connect(account, WHATSAPP);
    const nowMs = Date.now();
    const sends = [
      { status: "delivered" as const },
      { status: "failed" as const, errorCode: "UNDELIV:045" },
      { status: "unknown" as const, errorCode: "timeout" },
      { status: "refused" as const, errorCode: "0x0000000A" },
      { status: "not_sent" as const, errorCode: "session_down" },
      { status: "accepted" as const },
    ];
    for (const [ordinal, send] of sends.entries()) {
      const message = { id: idAt(account, nowMs - 60_000, ordinal), route: "sms" as const };
      await writeMessage(database, account, { ...message, sends: [{ ...send, sentAtMs: nowMs - 50_000 }] });
    }
    const yesterday = nowMs - 30 * 3_600_000;
    const old = { id: idAt(account, yesterday, 9), route: "sms" as const };
    await writeMessage(database, account, { ...old, sends: [{ status: "failed", sentAtMs: yesterday }] });
    await database.sql.query(
      "UPDATE attempt SET connection_id = $2, channel = 3 WHERE shard = $3 AND account_id = $1",
      [account.accountId, id, account.shard],
    );
    const rows = await listConnections(account.as("admin"), ADDRESSES);
    expect(rows.find((row) => row.id === id)).toMatchObject({
      recent: { attempts: 6, faults: 3, unreached: 1 },
      lastSuccessAt: new Date(nowMs - 46_500).toISOString(),
    });
    expect(rows.find((row) => row.id === idle)).toMatchObject({
      recent: { attempts: 0, faults: 0, unreached: 0 },
      lastSuccessAt: null,
    });
  });

  it("tells an SMPP session that is bound from one that is not, and how far receipts are behind", async () => {
    const account = await createTestAccount(database);
    const bound = await connect(account, SMPP, "Bound");
    await connect(account, SMPP, "Unbound");
    await database.sql.query(
      "INSERT INTO receipt_intake (source, channel, beat_at, lag_ms, backlog) VALUES ($1, 3, now(), 1500, 7)",
      [`smpp:${bound.id}:sms`],
    );
    const rows = await listConnections(account.as("marketer"), ADDRESSES);
    expect(rows.map((row) => row.intake)).toEqual([
      { state: "listening", lagMs: 1_500, backlog: 7 },
      { state: "deaf" },
    ]);
  });

  it("shows a breaker while it is open, and that it is being tried after that", async () => {
    const account = await createTestAccount(database);
    const { id } = await connect(account, WHATSAPP);
    const where = { accountId_id: { accountId: account.accountId, id } };
    const until = new Date(Date.now() + 60_000);
    await database.db.connection.update({ where, data: { breakerUntil: until, breakerReason: "190" } });
    expect(await listConnections(account.as("admin"), ADDRESSES)).toMatchObject([
      { breaker: { state: "resting", untilIso: until.toISOString(), code: "190" } },
    ]);
    const later = () => new Date(until.getTime() + 1);
    expect(await listConnections(account.as("admin", { now: later }), ADDRESSES)).toMatchObject([
      { breaker: { state: "trying", code: "190" } },
    ]);
  });

  it("still shows the rest when one row's settings cannot be read", async () => {
    const account = await createTestAccount(database);
    const { id } = await connect(account, WHATSAPP, "Broken");
    await connect(account, SMPP, "Fine");
    const where = { accountId_id: { accountId: account.accountId, id } };
    await database.db.connection.update({ where, data: { config: { baseUrl: "javascript:alert(1)" } } });
    expect(await listConnections(account.as("admin"), ADDRESSES)).toMatchObject([
      { name: "Broken", sender: null, host: null, ledgerUrl: null },
      { name: "Fine", sender: "KAMURJ" },
    ]);
  });

  it("is not for support, and shows nothing of another account", async () => {
    const [mine, theirs] = [await createTestAccount(database), await createTestAccount(database)];
    await connect(theirs, WHATSAPP);
    await expect(listConnections(mine.as("support"), ADDRESSES)).rejects.toMatchObject({ code: "forbidden" });
    expect(await listConnections(mine.as("admin"), ADDRESSES)).toEqual([]);
  });
});

describe("setConnectionStatus", () => {
  const statusOf = async (account: TestAccount, id: string) =>
    (await database.db.connection.findUniqueOrThrow({ where: { accountId_id: { accountId: account.accountId, id } } }))
      .status;

  it("pauses and resumes, each with an entry in the audit log; resuming ends the breaker's rest", async () => {
    const account = await createTestAccount(database);
    const { id } = await connect(account, WHATSAPP, "Main number");
    const where = { accountId_id: { accountId: account.accountId, id } };
    const breakerUntil = new Date(Date.now() + 60_000);
    await database.db.connection.update({ where, data: { breakerUntil, breakerReason: "190" } });
    await setConnectionStatus(account.as("admin"), { connectionId: id, status: "paused" });
    expect(await statusOf(account, id)).toBe("paused");
    await setConnectionStatus(account.as("admin"), { connectionId: id, status: "active" });
    expect(await database.db.connection.findUniqueOrThrow({ where })).toMatchObject({
      status: "active",
      breakerUntil: null,
      breakerReason: null,
    });
    expect(await audited(account)).toMatchObject([
      { action: "connection.paused", target: id, detail: { name: "Main number" } },
      { action: "connection.resumed", target: id },
    ]);
  });

  it("set twice, or by two admins at once, is one change and one entry", async () => {
    const account = await createTestAccount(database);
    const { id } = await connect(account, WHATSAPP);
    const pause = () => setConnectionStatus(account.as("admin"), { connectionId: id, status: "paused" });
    await Promise.all([pause(), pause()]);
    await pause();
    expect(await audited(account)).toHaveLength(1);
  });

  it.each(["marketer", "support", "developer"] as const)("is not for a %s", async (role) => {
    const account = await createTestAccount(database);
    const { id } = await connect(account, WHATSAPP);
    const act = setConnectionStatus(account.as(role), { connectionId: id, status: "paused" });
    await expect(act).rejects.toMatchObject({ code: "forbidden" });
    expect(await statusOf(account, id)).toBe("active");
    expect(await audited(account)).toEqual([]);
  });

  it("finds nothing in another account, or under an id that was never given out", async () => {
    const [mine, theirs] = [await createTestAccount(database), await createTestAccount(database)];
    const { id } = await connect(theirs, WHATSAPP);
    for (const connectionId of [id, randomUUID()]) {
      const act = setConnectionStatus(mine.as("admin"), { connectionId, status: "paused" });
      await expect(act).rejects.toMatchObject({ code: "not_found" });
    }
    expect(await statusOf(theirs, id)).toBe("active");
  });

  it.each([
    {},
    { connectionId: "x'; DROP TABLE connection;--", status: "paused" },
    { connectionId: "\0", status: "paused" },
    { connectionId: "a".repeat(1_000_000), status: "paused" },
    { connectionId: randomUUID(), status: "deleted" },
    { connectionId: { $ne: null }, status: "active" },
    null,
  ])("takes no hostile input (%#)", (input) => {
    expect(connectionStatusInput.safeParse(input).success).toBe(false);
  });
});
