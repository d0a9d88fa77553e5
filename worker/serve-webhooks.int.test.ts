import { createHmac } from "node:crypto";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { insertConnection } from "@/lib/server/connections/save-connection";
import { MAX_WEBHOOK_BYTES } from "@/lib/server/dispatch/receipts/receive-webhook";
import { createTestAccount, useTestDatabase, type TestAccount } from "@/tests/int/harness";
import { serveWebhooks } from "./serve-webhooks";

const APP_SECRET = "s".repeat(16);
const VERIFY_TOKEN = "v".repeat(16);
const WEB_URL = "https://desk.example";
Object.assign(process.env, {
  ...{ DATABASE_URL: "postgresql://unused", NEXTAUTH_SECRET: "x".repeat(32), NEXTAUTH_URL: WEB_URL },
  KAMURJ_SECRET_KEY: "0".repeat(64),
});

const database = useTestDatabase();
const server = serveWebhooks(WEB_URL);
let base = "";
let port = 0;

beforeAll(async () => {
  Object.assign(globalThis, { kamurjPool: database.sql, kamurjBatcher: undefined, kamurjConnections: undefined });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
  base = `http://127.0.0.1:${port}/api/webhooks`;
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => void server.close(resolve));
});

async function connectWhatsApp(): Promise<{ readonly account: TestAccount; readonly token: string }> {
  const account = await createTestAccount(database);
  const { webhookToken } = await database.db.$transaction((tx) =>
    insertConnection(
      ...([tx, account.accountId, "WhatsApp"] as const),
      {
        kind: "whatsapp_cloud",
        config: { phoneNumberId: "10000001" },
        secrets: { accessToken: "t", appSecret: APP_SECRET, verifyToken: VERIFY_TOKEN },
      },
      10,
    ),
  );
  return { account, token: webhookToken };
}

function deliveryOf(id: string): string {
  const status = { id, status: "delivered", timestamp: "1900000000", recipient_id: "37477000001" };
  const value = { messaging_product: "whatsapp", metadata: { phone_number_id: "10000001" }, statuses: [status] };
  return JSON.stringify({
    object: "whatsapp_business_account",
    entry: [{ id: "1", changes: [{ field: "messages", value }] }],
  });
}

function post(token: string, body: string, secret = APP_SECRET): Promise<Response> {
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  return fetch(`${base}/whatsapp/${token}`, { method: "POST", body, headers: { "x-hub-signature-256": signature } });
}

async function orphansOf({ accountId }: TestAccount): Promise<readonly string[]> {
  const query = "SELECT carrier_id FROM orphan_receipt WHERE account_id = $1 ORDER BY 1";
  return (await database.sql.query<{ carrier_id: string }>(query, [accountId])).rows.map((row) => row.carrier_id);
}

it("a signed receipt is committed before it is answered 200", async () => {
  const { account, token } = await connectWhatsApp();
  expect((await post(token, deliveryOf("wamid.1"))).status).toBe(200);
  expect(await orphansOf(account)).toEqual(["wamid.1"]);
});

it("a hundred at once are each answered and each kept once", async () => {
  const { account, token } = await connectWhatsApp();
  const ids = Array.from({ length: 100 }, (_, i) => `wamid.${String(i).padStart(3, "0")}`);
  const answers = await Promise.all([...ids, ...ids].map((id) => post(token, deliveryOf(id))));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await orphansOf(account)).toEqual(ids);
});

it("a wrong signature gets 401 and changes nothing", async () => {
  const { account, token } = await connectWhatsApp();
  expect((await post(token, deliveryOf("wamid.1"), "another-secret-of-theirs")).status).toBe(401);
  expect(await orphansOf(account)).toEqual([]);
});

it("answers the carrier's subscription check", async () => {
  const { token } = await connectWhatsApp();
  const query = new URLSearchParams({
    "hub.mode": "subscribe",
    "hub.verify_token": VERIFY_TOKEN,
    "hub.challenge": "42",
  });
  const answer = await fetch(`${base}/whatsapp/${token}?${query.toString()}`);
  expect([answer.status, await answer.text()]).toEqual([200, "42"]);
});

it.each([
  ["an unknown token", "/whatsapp/xxxxxxxxxxxxxxxxxxxxxxxx", 404],
  ["an unknown kind", "/pigeon/xxxxxxxxxxxxxxxxxxxxxxxx", 404],
  ["a path that leads elsewhere", "/whatsapp/../../../etc/passwd", 404],
  ["no token", "/whatsapp/", 404],
])("%s is not there", async (_name, path, status) => {
  expect((await fetch(base + path, { method: "POST", body: "{}" })).status).toBe(status);
});

it("another method is refused", async () => {
  const { token } = await connectWhatsApp();
  expect((await fetch(`${base}/viber/${token}`)).status).toBe(405);
  expect((await fetch(`${base}/whatsapp/${token}`, { method: "DELETE" })).status).toBe(405);
});

it("a body that is too long gets 413, announced or not", async () => {
  const { account, token } = await connectWhatsApp();
  const path = `/api/webhooks/whatsapp/${token}`;
  const announced = await talk(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${MAX_WEBHOOK_BYTES + 1}\r\n\r\n`);
  expect(announced).toContain("HTTP/1.1 413");
  const chunk = `${(64 * 1024).toString(16)}\r\n${"x".repeat(64 * 1024)}\r\n`;
  const head = `POST ${path} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`;
  expect(await talk(head + chunk.repeat(MAX_WEBHOOK_BYTES / (64 * 1024) + 1))).toContain("HTTP/1.1 413");
  expect(await orphansOf(account)).toEqual([]);
});

it("who leaves in the middle of a body holds up nobody", async () => {
  const { account, token } = await connectWhatsApp();
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(`POST /api/webhooks/whatsapp/${token} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{`);
  await new Promise((resolve) => socket.once("ready", resolve));
  socket.destroy();
  expect((await post(token, deliveryOf("wamid.2"))).status).toBe(200);
  expect(await orphansOf(account)).toEqual(["wamid.2"]);
});

it("a packed body is not unpacked: 415, however small it is and whatever it would become", async () => {
  const { account, token } = await connectWhatsApp();
  const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
  const signature = `sha256=${createHmac("sha256", APP_SECRET).update(bomb).digest("hex")}`;
  for (const encoding of ["gzip", "GZIP", "br", "deflate", "gzip, gzip", "identity, gzip"]) {
    const headers = { "x-hub-signature-256": signature, "content-encoding": encoding };
    const answer = await fetch(`${base}/whatsapp/${token}`, { method: "POST", body: bomb, headers });
    expect(answer.status).toBe(415);
  }
  // Signed rightly and said to be plain, it is what it is: no JSON.
  const plain = await fetch(`${base}/whatsapp/${token}`, {
    ...{ method: "POST", body: bomb, headers: { "x-hub-signature-256": signature } },
  });
  expect(plain.status).toBe(400);
  expect(await orphansOf(account)).toEqual([]);
});

describe("slow callers", () => {
  const patient = serveWebhooks(WEB_URL, { headMs: 300, requestMs: 600, lookEveryMs: 50 });
  let slowPort = 0;
  beforeAll(async () => {
    await new Promise<void>((resolve) => patient.listen(0, "127.0.0.1", resolve));
    slowPort = (patient.address() as AddressInfo).port;
  });
  afterAll(() => {
    patient.closeAllConnections();
    return new Promise((resolve) => void patient.close(resolve));
  });

  it("who sends a byte now and then, of the head or of the body, is cut off; others are served meanwhile", async () => {
    const { account, token } = await connectWhatsApp();
    const path = `/api/webhooks/whatsapp/${token}`;
    const starts = [
      `POST ${path} HTTP/1.1\r\nhost: x\r\n`,
      `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 9000\r\n\r\n`,
    ];
    const drips = Array.from({ length: 60 }, (_, i) => drip(slowPort, starts[i % 2] ?? ""));
    const body = deliveryOf("wamid.quick");
    const signature = `sha256=${createHmac("sha256", APP_SECRET).update(body).digest("hex")}`;
    const quick = await fetch(`http://127.0.0.1:${slowPort}${path}`, {
      ...{ method: "POST", body, headers: { "x-hub-signature-256": signature } },
    });
    expect(quick.status).toBe(200);
    for (const answer of await Promise.all(drips)) expect(answer).toMatch(/^(HTTP\/1\.1 408 |$)/);
    expect(await orphansOf(account)).toEqual(["wamid.quick"]);
  });
});

/** One byte after the other until the line is cut; resolves with what was answered. */
function drip(to: number, start: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(to, "127.0.0.1");
    let read = "";
    const timer = setInterval(() => socket.write("a"), 40);
    socket.on("data", (chunk) => (read += chunk.toString()));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearInterval(timer);
      resolve(read);
    });
    socket.write(start);
  });
}

describe("a connection that takes calls from some addresses only", () => {
  async function connectViber(allowedIps: readonly string[]) {
    const account = await createTestAccount(database);
    const { webhookToken } = await database.db.$transaction((tx) =>
      insertConnection(
        ...([tx, account.accountId, "Viber"] as const),
        {
          kind: "viber_business",
          config: { serviceId: 1, allowedIps: [...allowedIps] },
          secrets: { signingKey: null },
        },
        10,
      ),
    );
    return { account, token: webhookToken };
  }
  const body = JSON.stringify({ message_token: "7", message_status: "delivered", message_time: 1_760_000_000 });
  const call = (token: string, headers: Record<string, string> = {}) =>
    fetch(`${base}/viber/${token}`, { method: "POST", body, headers });

  it("goes by the socket's, whatever the caller writes into headers, and counts what it refuses", async () => {
    const here = await connectViber(["127.0.0.0/8"]);
    expect((await call(here.token)).status).toBe(200);
    expect(await orphansOf(here.account)).toEqual(["7"]);
    const elsewhere = await connectViber(["203.0.113.0/24", "2001:db8::/32"]);
    for (const name of ["x-forwarded-for", "forwarded", "x-real-ip", "x-client-ip", "true-client-ip"]) {
      expect((await call(elsewhere.token, { [name]: "203.0.113.7" })).status).toBe(403);
    }
    expect(await orphansOf(elsewhere.account)).toEqual([]);
    await expect
      .poll(async () => {
        const { rows } = await database.sql.query("SELECT refused FROM carrier_call WHERE account_id = $1", [
          elsewhere.account.accountId,
        ]);
        return Number(rows[0]?.refused ?? 0);
      })
      .toBeGreaterThan(0);
  });
});

/** Raw, because clients do not send such things. Resolves with the head of the answer. */
function talk(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let read = "";
    socket.on("data", (chunk) => (read += chunk.toString()));
    socket.on("error", () => resolve(read)); // cut while we were still writing: what was answered counts
    socket.on("close", () => resolve(read));
    socket.on("timeout", () => reject(new Error("no answer")));
    socket.setTimeout(10_000);
    socket.write(text);
  });
}
