import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { readSandboxSettings } from "./settings";
import { startSandbox, type Sandbox, type SandboxOptions } from "./start-sandbox";
import { temporaryDirectory } from "./testing/temporary-directory";
import { waitUntil } from "./testing/wait-until";
import { startWebhookReceiver } from "./testing/webhook-receiver";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
const freshPath = (): string => {
  const directory = temporaryDirectory();
  cleanups.push(() => directory.remove());
  return directory.path;
};

async function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox & { url: string }> {
  const sandbox = await startSandbox({ dataDir: options.dataDir ?? freshPath(), speed: 200, ...options });
  cleanups.push(() => sandbox.stop());
  return { ...sandbox, url: `http://127.0.0.1:${sandbox.httpPort}` };
}

const message = (to: string, text = "Hi"): object => ({
  messaging_product: "whatsapp",
  to,
  type: "template",
  template: {
    ...{ name: "hi", language: { code: "en" } },
    components: [{ type: "body", parameters: [{ type: "text", text }] }],
  },
  biz_opaque_callback_data: "ref",
});
const send = (url: string, body: unknown, token = "sandbox-token"): Promise<Response> =>
  fetch(`${url}/v25.0/100000000000001/messages`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
const call = async (url: string, method: string, body?: unknown): Promise<{ status: number; json: unknown }> => {
  const response = await fetch(url, { method, body: body === undefined ? undefined : JSON.stringify(body) });
  return { status: response.status, json: await response.json() };
};

test("without a file the documented defaults may send", async () => {
  const { url, ledger } = await start();
  expect((await send(url, message("+37499000002"))).status).toBe(200);
  expect(ledger.count()).toBe(1);
});

test("a subscriptions file is taken up as it changes, and a broken one changes nothing", async () => {
  const dataDir = freshPath();
  const { url } = await start({ dataDir });
  const write = (content: string): void => writeFileSync(`${dataDir}/subscriptions.json`, content);
  const own = { phoneNumberId: "100000000000001", accessToken: "mine", appSecret: "s", webhookUrl: null };
  write(JSON.stringify({ whatsapp: [own] }));
  const takesMine = async () => (await send(url, message("+37499000002"), "mine")).status === 200;
  await waitUntil("the new token to be taken", takesMine);
  write("{ broken");
  await waitUntil("the problem to be named", async () => {
    const { json } = await call(`${url}/_sandbox/health`, "GET");
    return (json as { problem: unknown }).problem;
  });
  expect(await takesMine()).toBe(true);
});

test("receipts that were pending at a stop are told after the next start", async () => {
  const receiver = await startWebhookReceiver();
  cleanups.push(() => receiver.stop());
  const dataDir = freshPath();
  const subscription = {
    phoneNumberId: "100000000000001",
    accessToken: "sandbox-token",
    appSecret: "s",
    webhookUrl: receiver.url,
  };
  const options = { dataDir, subscriptions: { whatsapp: [subscription] } };
  receiver.answerWith(500);
  const first = await start(options);
  await send(first.url, message("+37499000002"));
  await first.stop();
  receiver.answerWith(200);
  const second = await start(options);
  await waitUntil("all receipts", () => second.ledger.summary().receipts.acknowledged === 2);
  const statuses = receiver.received.map(({ body }) => /"status":"(\w+)"/.exec(body.toString())?.[1]);
  expect(statuses.length).toBeGreaterThan(0);
  const { body, headers } = receiver.received[0] ?? { path: "", body: Buffer.alloc(0), headers: {} };
  const signature = createHmac("sha256", "s").update(body).digest("hex");
  expect(headers["x-hub-signature-256"]).toBe(`sha256=${signature}`);
});

test("rules, ledger, summary and reset work over the admin API", async () => {
  const { url } = await start();
  const rules = [{ to: "+37499111222", channel: "whatsapp", scenario: "never" }];
  expect(await call(`${url}/_sandbox/scenarios`, "POST", { rules })).toMatchObject({ status: 200, json: { added: 1 } });
  await send(url, message("+37499111222"));
  expect(await call(`${url}/_sandbox/ledger?to=37499111222&channel=whatsapp&limit=1`, "GET")).toMatchObject({
    json: { entries: [{ seq: 1, scenario: "never", reference: "ref" }], next: null },
  });
  expect(await call(`${url}/_sandbox/ledger/summary`, "GET")).toMatchObject({
    json: { accepted: 1, byChannel: { whatsapp: 1 }, byScenario: { "whatsapp:never": 1 } },
  });
  await call(`${url}/_sandbox/scenarios`, "PUT", { seed: "x", mix: { sms: { never: 1 } } });
  expect(await call(`${url}/_sandbox/scenarios`, "GET")).toMatchObject({
    json: { seed: "x", rules, mix: { sms: { never: 1 } } },
  });
  await call(`${url}/_sandbox/reset`, "POST");
  expect(await call(`${url}/_sandbox/ledger`, "GET")).toMatchObject({ json: { entries: [], next: null } });
  expect(await call(`${url}/_sandbox/scenarios`, "GET")).toMatchObject({ json: { rules: [] } });
});

test.each([
  ["GET", "/_sandbox/ledger?limit=0", undefined, 400],
  ["GET", "/_sandbox/ledger?to=hello", undefined, 400],
  ["PUT", "/_sandbox/scenarios", { mix: { sms: {} } }, 400],
  ["PUT", "/_sandbox/scenarios", { mix: { sms: { nonsense: 1 } } }, 400],
  ["POST", "/_sandbox/scenarios", { rules: [{ to: "123", scenario: "never" }] }, 400],
  ["DELETE", "/_sandbox/ledger", undefined, 404],
  ["GET", "/nowhere", undefined, 404],
  ["GET", "/_media/../../etc/passwd", undefined, 404],
])("%s %s %j is answered %i and changes nothing", async (method, path, body, status) => {
  const { url, scenarios } = await start();
  const before = scenarios.get();
  expect((await call(url + path, method, body)).status).toBe(status);
  expect(scenarios.get()).toEqual(before);
});

test("another site's page cannot reset the ledger", async () => {
  const { url, ledger } = await start();
  await send(url, message("+37499000002"));
  const headers = { origin: "https://evil.example" };
  expect((await fetch(`${url}/_sandbox/reset`, { method: "POST", headers })).status).toBe(403);
  expect(ledger.count()).toBe(1);
});

test("hostile text is shown on the page and is not part of it", async () => {
  const { url } = await start();
  await send(url, message("+37499000002", `</td><script>alert(1)</script><img src=x onerror="alert(2)">`));
  const page = await (await fetch(url)).text();
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(page).not.toContain("<script>alert");
  expect(page).not.toContain("<img");
});

test("pictures are real PNGs", async () => {
  const { url } = await start();
  const picture = Buffer.from(await (await fetch(`${url}/_media/spring-sale.png`)).arrayBuffer());
  expect(picture.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([600, 314]);
});

test("no body sent to WhatsApp or Viber is answered with a server error, and only good ones are taken", async () => {
  const { url, ledger } = await start();
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    fc.jsonValue().map((value) => JSON.stringify({ ...message("+37499000002"), template: value })),
  );
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      const before = ledger.count();
      const whatsapp = await send(url, text);
      expect(whatsapp.status).toBeLessThan(500);
      expect(ledger.count() - before).toBe(whatsapp.status === 200 ? 1 : 0);
      const viber = await fetch(`${url}/vibersrvc/1/send_message`, { method: "POST", body: text });
      expect(viber.status).toBe(200);
      expect(((await viber.json()) as { status: number }).status).not.toBe(0);
    }),
    { numRuns: 60 },
  );
});

test("octets of any kind on the SMPP port do not take the sandbox down", async () => {
  const { smppPort, url } = await start();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.boolean(), async (octets, asPdu) => {
      const head = Buffer.alloc(16);
      head.writeUInt32BE(octets.length + 16, 0);
      head.writeUInt32BE(octets[0] ?? 0, 4);
      const data = asPdu ? Buffer.concat([head, octets]) : Buffer.from(octets);
      await new Promise<void>((resolve) => {
        const socket = connect(smppPort, "127.0.0.1", () => socket.end(data));
        socket.on("error", () => undefined).on("close", () => resolve());
        socket.resume();
      });
    }),
    { numRuns: 60 },
  );
  expect((await call(`${url}/_sandbox/health`, "GET")).status).toBe(200);
});

test("wrong settings are all named at once", () => {
  expect(() => readSandboxSettings({ SANDBOX_HTTP_PORT: "x", SANDBOX_SPEED: "-1" })).toThrow(
    /SANDBOX_HTTP_PORT[\s\S]*SANDBOX_SPEED/,
  );
  expect(readSandboxSettings({})).toMatchObject({ httpPort: 4010, smppPort: 2775, dataDir: ".kamurj/sandbox" });
});
