import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as liveRoute from "@/app/api/health/live/route";
import * as readyRoute from "@/app/api/health/ready/route";
import * as messagesRoute from "@/app/api/v1/messages/route";
import { CHANNEL_CODE } from "@/lib/domain/vocabulary";
import { createApiKey } from "@/lib/server/api-keys/create-api-key";
import { createPool } from "@/lib/server/db/pool";
import { createPrisma } from "@/lib/server/db/prisma";
import { createTestAccount, useTestDatabase } from "../int/harness";
import { startTcpProxy, type ProxyMode, type TcpProxy } from "./tcp-proxy";

const database = useTestDatabase();
const held: { proxy?: TcpProxy; pool?: ReturnType<typeof createPool>; key?: string; accountId?: string } = {};
const QUERY_TIMEOUT_MS = 500;

function network(): TcpProxy {
  if (held.proxy === undefined) throw new Error("The proxy is started in beforeAll.");
  return held.proxy;
}

beforeAll(async () => {
  const url = new URL(database.url);
  held.proxy = await startTcpProxy(Number(url.port));
  url.port = String(held.proxy.port);
  held.pool = createPool(url.href, 3, QUERY_TIMEOUT_MS);
  // The routes take the process's own pool, as they do under Next.
  Object.assign(globalThis, { kamurjPool: held.pool, kamurjPrisma: createPrisma(held.pool) });
  const account = await createTestAccount(database);
  held.accountId = account.accountId;
  for (const [kind, channel] of Object.entries(CHANNEL_CODE)) {
    await database.db.connection.create({
      data: {
        ...{ accountId: account.accountId, kind: "smpp", channel, name: kind, config: {} },
        ...{ secrets: new Uint8Array([1]), webhookToken: `token-of-the-connection-${kind}` },
      },
    });
  }
  held.key = (await createApiKey(account.as("admin"), { name: "Test" })).key;
});
afterAll(async () => {
  network().setMode({ kind: "normal" });
  await held.pool?.end();
  await held.proxy?.close();
});

function send(key: string): Promise<Response> {
  const message = { to: "+37477123456", route: "viber-sms", category: "utility", content: { text: "Ready." } };
  const request = new Request("http://localhost/api/v1/messages", {
    method: "POST",
    headers: {
      ...{ authorization: `Bearer ${held.key}`, "content-type": "application/json", "idempotency-key": key },
    },
    body: JSON.stringify(message),
  });
  return messagesRoute.POST(request, { params: Promise.resolve({}) });
}

async function countMessages(): Promise<number> {
  const { rows } = await database.sql.query("SELECT count(*)::integer AS n FROM message WHERE account_id = $1", [
    held.accountId,
  ]);
  return Number(rows[0]?.n);
}

/** As a client does that was told to come again; each connection that broke may cost one answer. */
async function sendUntilAnswered(key: string): Promise<number> {
  for (let tries = 1; tries <= 10; tries += 1) {
    const { status } = await send(key);
    if (status !== 503) return status;
  }
  return 503;
}

describe.each<readonly [string, ProxyMode, () => unknown]>([
  ["nothing passes to it", { kind: "stall" }, () => undefined],
  ["the network has forgotten its connections", { kind: "stall" }, () => network().halfOpen()],
])("the API while the database cannot be reached: %s", (how, mode, harm) => {
  const key = how.replaceAll(" ", "-");

  it("answers 503 with a problem document and when to come again; not ready, and alive; one key sends one message", async () => {
    expect(await sendUntilAnswered(`${key}-before`)).toBe(202);
    const before = await countMessages();
    network().setMode(mode);
    harm();
    const away = await send(key);
    expect(away.status).toBe(503);
    expect(away.headers.get("content-type")).toBe("application/problem+json");
    expect(Number(away.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(((await away.json()) as { detail: string }).detail).toMatch(/^The database does not answer/);
    expect((await readyRoute.GET()).status).toBe(503);
    expect(liveRoute.GET().status).toBe(200);
    network().setMode({ kind: "normal" });
    // 200: the one that was told "503" had been taken in after all, and is not taken in again.
    expect([200, 202]).toContain(await sendUntilAnswered(key));
    expect(await sendUntilAnswered(key)).toBe(200);
    expect(await countMessages()).toBe(before + 1);
    expect((await readyRoute.GET()).status).toBe(200);
  });
});

describe("the API when its connections to the database are reset", () => {
  it("says 503 or goes on, and one key sends one message", async () => {
    expect(await sendUntilAnswered("reset-before")).toBe(202);
    const before = await countMessages();
    expect(network().reset(1, () => 0)).toBeGreaterThan(0);
    expect([200, 202]).toContain(await sendUntilAnswered("reset"));
    expect(await sendUntilAnswered("reset")).toBe(200);
    expect(await countMessages()).toBe(before + 1);
  });
});
