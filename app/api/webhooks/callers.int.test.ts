import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import { insertConnection } from "@/lib/server/connections/save-connection";
import { takeWebhook } from "@/lib/server/web/take-webhook";
import { createTestAccount, useTestDatabase } from "@/tests/int/harness";
import * as viberRoute from "./viber/[token]/route";

Object.assign(process.env, {
  ...{ DATABASE_URL: "postgresql://unused", NEXTAUTH_SECRET: "x".repeat(32), NEXTAUTH_URL: "https://desk.example" },
  ...{ KAMURJ_SECRET_KEY: "0".repeat(64), KAMURJ_TRUSTED_PROXIES: "2" },
});
const database = useTestDatabase();
beforeEach(() =>
  Object.assign(globalThis, { kamurjPool: database.sql, kamurjBatcher: undefined, kamurjConnections: undefined }),
);

async function viber(allowedIps: readonly string[]): Promise<string> {
  const account = await createTestAccount(database);
  const { webhookToken } = await database.db.$transaction((tx) =>
    insertConnection(
      ...([tx, account.accountId, "Viber"] as const),
      { kind: "viber_business", config: { serviceId: 1, allowedIps: [...allowedIps] }, secrets: { signingKey: null } },
      10,
    ),
  );
  return webhookToken;
}

const body = JSON.stringify({ message_token: "7", message_status: "delivered", message_time: 1_760_000_000 });
const post = (token: string, headers: Record<string, string>) =>
  viberRoute.POST(new Request(`http://inner/api/webhooks/viber/${token}`, { method: "POST", body, headers }), {
    params: Promise.resolve({ token }),
  });

describe("behind two trusted proxies, a list of addresses", () => {
  it("goes by what the outer one saw, and by nothing that the caller wrote before it", async () => {
    const token = await viber(["203.0.113.0/24"]);
    const statusOf = async (forwarded: string) => (await post(token, { "x-forwarded-for": forwarded })).status;
    expect(await statusOf("203.0.113.7, 10.0.0.1")).toBe(200);
    expect(await statusOf("198.51.100.1, 203.0.113.7, 10.0.0.1")).toBe(200);
    expect(await statusOf("[::ffff:203.0.113.7]:4711, 10.0.0.1")).toBe(200);
    expect(await statusOf("::ffff:203.0.113.7, 10.0.0.1")).toBe(200);
    expect(await statusOf("203.0.113.7, 198.51.100.1, 10.0.0.1")).toBe(403);
    expect(await statusOf("203.0.113.7, 203.0.113.7, 203.0.113.7, 198.51.100.1, 10.0.0.1")).toBe(403);
  });

  it.each([
    "",
    "203.0.113.7",
    "unknown, 10.0.0.1",
    ", ",
    "203.0.113.7;10.0.0.1",
    "203.0.113.7/24, 10.0.0.1",
    ",".repeat(9_000),
  ])("lets in nobody with a header that says nothing: %j", async (forwarded) => {
    const token = await viber(["0.0.0.0/0", "::/0"]);
    expect((await post(token, { "x-forwarded-for": forwarded })).status).toBe(403);
    expect((await post(token, { forwarded: "for=203.0.113.7", "x-real-ip": "203.0.113.7" })).status).toBe(403);
  });

  it("that is empty asks for no address", async () => {
    expect((await post(await viber([]), {})).status).toBe(200);
  });
});

describe("a body", () => {
  it("that is packed is not unpacked: 415", async () => {
    const token = await viber([]);
    const request = new Request(`http://inner/api/webhooks/viber/${token}`, {
      ...{ method: "POST", body: gzipSync(Buffer.alloc(20 * 1024 * 1024)), headers: { "content-encoding": "gzip" } },
    });
    expect((await takeWebhook(request, "viber", token)).status).toBe(415);
  });

  it("that does not come to its end is given up: 408, and its stream is let go", async () => {
    const token = await viber([]);
    let isLetGo = false;
    const endless = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (!isLetGo) controller.enqueue(new Uint8Array([32]));
      },
      cancel() {
        isLetGo = true;
      },
    });
    const slow = { method: "POST", body: endless, duplex: "half" } as RequestInit;
    const request = new Request(`http://inner/api/webhooks/viber/${token}`, slow);
    expect((await takeWebhook(request, "viber", token, 150)).status).toBe(408);
    expect(isLetGo).toBe(true);
  });
});
