import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as messageRoute from "@/app/api/v1/messages/[id]/route";
import * as messagesRoute from "@/app/api/v1/messages/route";
import { CHANNEL_CODE } from "@/lib/domain/vocabulary";
import { fillSnippet, QUICK_START } from "@/lib/schemas/api/quick-start";
import { createApiKey } from "@/lib/server/api-keys/create-api-key";
import { createTestAccount, useTestDatabase } from "../int/harness";

const database = useTestDatabase();
const run = promisify(execFile);
let server: Server;
let baseUrl = "";

/** The two routes behind a plain HTTP server, so that curl can reach them without a build. */
beforeAll(async () => {
  Object.assign(globalThis, { kamurjPool: database.sql, kamurjPrisma: database.db });
  server = createServer((incoming, outgoing) => {
    void answer(incoming).then(async (response) => {
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.end(await response.text());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());

async function answer(incoming: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]);
  const isPost = incoming.method === "POST";
  const url = `${baseUrl}${incoming.url ?? ""}`;
  const request = new Request(url, {
    method: incoming.method ?? "GET",
    headers,
    ...(isPost && { body: Buffer.concat(chunks) }),
  });
  if (isPost) return messagesRoute.POST(request, { params: Promise.resolve({}) });
  const id = new URL(url).pathname.split("/").at(-1) ?? "";
  return messageRoute.GET(request, { params: Promise.resolve({ id }) });
}

it("the quick start of /docs runs as it is written", async () => {
  const account = await createTestAccount(database);
  for (const channel of [CHANNEL_CODE.viber, CHANNEL_CODE.sms]) {
    await database.db.connection.create({
      data: {
        accountId: account.accountId,
        kind: "smpp",
        channel,
        name: "C",
        config: {},
        secrets: new Uint8Array([1]),
        webhookToken: randomUUID(),
      },
    });
  }
  const { key } = await createApiKey(account.as("admin"), { name: "Quick start" });
  let messageId = "";
  let shell = "";
  for (const snippet of QUICK_START) {
    const lines = fillSnippet(snippet, { baseUrl, apiKey: key, messageId });
    if (snippet.status === null) {
      shell += `${lines}\n`;
      continue;
    }
    const { stdout } = await run("sh", ["-c", `${shell}${lines}`]);
    const [status, ...body] = stdout.trim().split("\n").reverse();
    expect([snippet.key, Number(status)]).toEqual([snippet.key, snippet.status]);
    const message = JSON.parse(body.reverse().join("\n")) as { id: string; status: string };
    expect(message.status).toBe("queued");
    if (messageId !== "") expect(message.id).toBe(messageId);
    messageId = message.id;
  }
  expect(messageId).toMatch(/^msg_\d+$/);
});
