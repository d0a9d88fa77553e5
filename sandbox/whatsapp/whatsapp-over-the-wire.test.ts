import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createServer, type AddressInfo, type Socket } from "node:net";
import type { CarrierReceipt, SendRequest } from "@/lib/carriers/connector";
import { createWhatsAppConnector } from "@/lib/carriers/whatsapp/create-whatsapp-connector";
import { parseWhatsAppWebhook } from "@/lib/carriers/whatsapp/parse-webhook";
import { verifyWhatsAppSignature } from "@/lib/carriers/whatsapp/verify-signature";
import { startSandbox, type Sandbox } from "../start-sandbox";
import { temporaryDirectory } from "../testing/temporary-directory";
import { waitUntil } from "../testing/wait-until";
import { startWebhookReceiver, type WebhookReceiver } from "../testing/webhook-receiver";
import type { Scenario } from "../scenarios/vocabulary";

const appSecret = "app-secret";
const directory = temporaryDirectory();
let receiver: WebhookReceiver;
let sandbox: Sandbox;
let nextNumber = 37_499_100_100;
const cleanups: (() => Promise<void>)[] = [];

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  sandbox = await startSandbox({
    dataDir: directory.path,
    speed: 200,
    holdMs: 5_000,
    subscriptions: {
      whatsapp: [{ phoneNumberId: "111", accessToken: "token", appSecret, webhookUrl: receiver.url }],
    },
  });
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  receiver.answerWith(200);
});
afterAll(async () => {
  await sandbox.stop();
  await receiver.stop();
  directory.remove();
});

function connector(options: { accessToken?: string; port?: number; wireTimeoutMs?: number } = {}) {
  const made = createWhatsAppConnector({
    baseUrl: `http://127.0.0.1:${options.port ?? sandbox.httpPort}`,
    phoneNumberId: "111",
    accessToken: options.accessToken ?? "token",
    wireTimeoutMs: options.wireTimeoutMs ?? 4_000,
    connections: 2,
  });
  cleanups.push(() => made.close(100));
  return made;
}

function request(to: string, freeText: string | null = null): SendRequest {
  return {
    reference: `ref-${to}`,
    to,
    category: "marketing",
    content: {
      channel: "whatsapp",
      templateName: "spring_sale",
      language: "hy",
      imageUrl: "https://example.com/a.png",
      bodyParameters: [{ name: "first_name", value: "Անի" }],
      buttons: [
        { kind: "reply", label: "Stop" },
        { kind: "url", label: "Open", url: "https://example.com/x" },
      ],
      freeText,
    },
  };
}

/** A number of its own with the scenario as its rule. */
function numberWith(scenario: Scenario, knobs: { tries?: number; delayMs?: number } = {}): string {
  nextNumber += 1;
  const to = `+${nextNumber}`;
  sandbox.scenarios.addRules([{ to, channel: "whatsapp", scenario, ...knobs }]);
  return to;
}

/** A number whose seeded coin says what the test needs. */
async function numberWhere(scenario: Scenario, isTaken: boolean): Promise<string> {
  for (;;) {
    const to = numberWith(scenario);
    if (sandbox.scenarios.draw("whatsapp", to)() < 0.5 === isTaken) return to;
  }
}

function receiptsOf(to: string): CarrierReceipt[] {
  return receiver.received
    .flatMap((webhook) => parseWhatsAppWebhook(webhook.body.toString()).receipts)
    .filter((receipt) => receipt.reference === `ref-${to}`);
}

async function kindsOnceThereAre(to: string, count: number): Promise<string[]> {
  await waitUntil(`${count} receipts of ${to}`, () => receiptsOf(to).length >= count);
  return receiptsOf(to).map((receipt) => receipt.kind);
}

const always = (): boolean => true;
const ledgerOf = (to: string) => sandbox.ledger.list({ to }).entries;

describe("what the carrier takes", () => {
  test("an accepted message is in the ledger under our reference, and its signed receipts carry both ids", async () => {
    const to = numberWith("delivered_read");
    const outcome = await connector().send(request(to), always);
    const [entry] = ledgerOf(to);
    expect(outcome).toMatchObject({ kind: "accepted", carrierIds: [entry?.carrierId] });
    expect(entry).toMatchObject({ reference: `ref-${to}`, text: "spring_sale (hy): first_name=Անի" });
    expect((await kindsOnceThereAre(to, 3)).sort()).toEqual(["delivered", "read", "sent"]);
    expect(new Set(receiptsOf(to).map((receipt) => receipt.carrierId))).toEqual(new Set([entry?.carrierId]));
    for (const { body, headers } of receiver.received) {
      const signature = String(headers["x-hub-signature-256"]);
      expect(verifyWhatsAppSignature(body, signature, appSecret)).toBe(true);
      expect(verifyWhatsAppSignature(body, signature, "another")).toBe(false);
    }
  });

  test("free text is refused until the person writes, and then goes as text", async () => {
    const to = numberWith("delivered");
    const refused = { kind: "refused", code: "131047" };
    expect(await connector().send(request(to, "Բարև"), always)).toMatchObject(refused);
    const written = { channel: "whatsapp", connectionId: "111", from: to, text: "Hello" };
    const url = `http://127.0.0.1:${sandbox.httpPort}/_sandbox/inbound`;
    await fetch(url, { method: "POST", body: JSON.stringify({ ...written, connectionId: "112" }) });
    expect(await connector().send(request(to, "Բարև"), always)).toMatchObject(refused);
    expect(ledgerOf(to)).toEqual([]);
    await fetch(url, { method: "POST", body: JSON.stringify(written) });
    expect(await connector().send(request(to, "Բարև"), always)).toMatchObject({ kind: "accepted" });
    expect(ledgerOf(to)[0]?.text).toBe("Բարև");
  });

  test.each([
    ["delivered", ["delivered", "sent"]],
    ["receipt_twice", ["delivered", "delivered", "read", "sent"]],
    ["receipts_out_of_order", ["delivered", "read", "sent"]],
    ["receipt_before_response", ["delivered", "read"]],
  ] as const)("%s brings %j", async (scenario, expected) => {
    const to = numberWith(scenario);
    expect(await connector().send(request(to), always)).toMatchObject({ kind: "accepted" });
    expect((await kindsOnceThereAre(to, expected.length)).sort()).toEqual(expected);
  });

  test("with receipt_before_response the receiver has the receipt before the sender has its answer", async () => {
    const to = numberWith("receipt_before_response");
    await connector().send(request(to), always);
    expect(receiptsOf(to).map((receipt) => receipt.kind)).toContain("delivered");
  });

  test.each([
    ["not_on_whatsapp", "131026"],
    ["opted_out", "131050"],
    ["undeliverable", "131026"],
  ] as const)("%s is accepted and then fails with %s", async (scenario, code) => {
    const to = numberWith(scenario);
    expect(await connector().send(request(to), always)).toMatchObject({ kind: "accepted" });
    await kindsOnceThereAre(to, 1);
    expect(receiptsOf(to)).toMatchObject([{ kind: "failed", code }]);
  });

  test.each(["never", "blocked", "expired"] as const)("%s never brings more than `sent`", async (scenario) => {
    const to = numberWith(scenario);
    await connector().send(request(to), always);
    await waitUntil("its last receipt", () => ledgerOf(to)[0]?.receipts.every((receipt) => receipt.acknowledged));
    expect(receiptsOf(to).map((receipt) => receipt.kind)).toEqual(["sent"]);
  });

  test("delivered_late comes after the delay that the rule gives", async () => {
    const to = numberWith("delivered_late", { delayMs: 40_000 });
    await connector().send(request(to), always);
    const [entry] = ledgerOf(to);
    expect(entry?.receipts.at(-1)).toMatchObject({ kind: "delivered", dueMs: (entry?.atMs ?? 0) + 200 });
    expect(await kindsOnceThereAre(to, 2)).toEqual(["sent", "delivered"]);
  });
});

describe("what the carrier turns away", () => {
  test("a throttled number is not sent, with a time to wait, until its tries are used up", async () => {
    const to = numberWith("throttled", { tries: 2 });
    const throttled = { kind: "not_sent", code: "130429", retryAfterMs: 1_000 };
    expect(await connector().send(request(to), always)).toMatchObject(throttled);
    expect(await connector().send(request(to), always)).toMatchObject(throttled);
    expect(ledgerOf(to)).toEqual([]);
    expect(await connector().send(request(to), always)).toMatchObject({ kind: "accepted" });
    expect(ledgerOf(to)).toHaveLength(1);
  });

  test("a wrong token is refused with Meta's own code", async () => {
    const outcome = await connector({ accessToken: "wrong" }).send(request(numberWith("delivered")), always);
    expect(outcome).toMatchObject({ kind: "refused", code: "190" });
  });

  test("a body that Meta would not take is refused with its reason", async () => {
    const to = numberWith("delivered");
    const bad = request(to);
    const outcome = await connector().send({ ...bad, reference: "r".repeat(513) }, always);
    expect(outcome).toMatchObject({ kind: "refused", code: "131009" });
    expect(ledgerOf(to)).toEqual([]);
  });
});

describe("what nobody can know", () => {
  test.each([true, false])("a 500 is unknown, whether the message was taken (%s) or not", async (isTaken) => {
    const to = await numberWhere("error_500", isTaken);
    expect(await connector().send(request(to), always)).toMatchObject({ kind: "unknown", code: "131000" });
    expect(ledgerOf(to)).toHaveLength(isTaken ? 1 : 0);
    if (isTaken) expect(await kindsOnceThereAre(to, 2)).toContain("delivered");
  });

  test.each([true, false])("a timeout is unknown, whether the message was taken (%s) or not", async (isTaken) => {
    const to = await numberWhere("timeout", isTaken);
    const outcome = await connector({ wireTimeoutMs: 150 }).send(request(to), always);
    expect(outcome).toMatchObject({ kind: "unknown", code: "timeout" });
    expect(ledgerOf(to)).toHaveLength(isTaken ? 1 : 0);
  });

  async function rawServer(onSocket: (socket: Socket) => void): Promise<number> {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.on("error", () => undefined));
      onSocket(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cleanups.push(() => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => void server.close(() => resolve()));
    });
    return (server.address() as AddressInfo).port;
  }
  const answering = (text: string) => rawServer((socket) => void socket.once("data", () => socket.end(text)));

  test("a reset after the request has left is unknown", async () => {
    const port = await rawServer((socket) => void socket.once("data", () => socket.resetAndDestroy()));
    const outcome = await connector({ port }).send(request("+37499000111"), always);
    expect(outcome).toMatchObject({ kind: "unknown", code: "reset" });
  });

  test.each([
    ["no JSON", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", "bad_response"],
    ["a body cut short", 'HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"messages":[', "bad_response"],
    ["a gateway's page", "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 2\r\n\r\nno", "http_502"],
  ])("%s is unknown", async (_name, text, code) => {
    const outcome = await connector({ port: await answering(text) }).send(request("+37499000111"), always);
    expect(outcome).toMatchObject({ kind: "unknown", code });
  });

  test("429 without Meta's body, with its own time to wait, is not sent", async () => {
    const port = await answering("HTTP/1.1 429 Too Many\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n");
    const outcome = await connector({ port }).send(request("+37499000111"), always);
    expect(outcome).toMatchObject({ kind: "not_sent", code: "http_429", retryAfterMs: 7_000 });
  });

  test("nothing listening is not sent", async () => {
    const port = await rawServer(() => undefined);
    for (const cleanup of cleanups.splice(0)) await cleanup();
    const outcome = await connector({ port }).send(request("+37499000111"), always);
    expect(outcome).toMatchObject({ kind: "not_sent", code: "connection_refused" });
  });

  test.each([
    ["a TLS failure", (socket: Socket) => void socket.end("not TLS")],
    ["a handshake that never ends", () => undefined],
  ])("%s is not sent", async (_name, onSocket) => {
    const made = createWhatsAppConnector({
      baseUrl: `https://127.0.0.1:${await rawServer(onSocket)}`,
      phoneNumberId: "111",
      accessToken: "token",
      wireTimeoutMs: 300,
      connections: 1,
    });
    cleanups.push(() => made.close(100));
    expect(await made.send(request("+37499000111"), always)).toMatchObject({ kind: "not_sent" });
  });

  test("a send whose right to go has run out writes nothing", async () => {
    const to = numberWith("delivered");
    const outcome = await connector().send(request(to), () => false);
    expect(outcome).toMatchObject({ kind: "not_sent", code: "aborted" });
    expect(ledgerOf(to)).toEqual([]);
  });
});

test("an outage of the receiver loses no receipt", async () => {
  receiver.answerWith(503);
  const to = numberWith("delivered");
  await connector().send(request(to), always);
  await waitUntil("the receipts to be due", () => ledgerOf(to)[0]?.receipts.every(({ dueMs }) => dueMs < Date.now()));
  expect(receiptsOf(to)).toEqual([]);
  receiver.answerWith(200);
  expect((await kindsOnceThereAre(to, 2)).sort()).toEqual(["delivered", "sent"]);
});
