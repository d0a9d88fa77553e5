import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { CarrierReceipt, SendRequest } from "@/lib/carriers/connector";
import { createViberConnector } from "@/lib/carriers/viber/create-viber-connector";
import { parseViberWebhook } from "@/lib/carriers/viber/parse-webhook";
import { verifyViberSignature } from "@/lib/carriers/viber/verify-signature";
import type { Scenario } from "../scenarios/vocabulary";
import { startSandbox, type Sandbox } from "../start-sandbox";
import { temporaryDirectory } from "../testing/temporary-directory";
import { waitUntil } from "../testing/wait-until";
import { startWebhookReceiver, type WebhookReceiver } from "../testing/webhook-receiver";

const directory = temporaryDirectory();
const signingKey = "viber-key";
const always = (): boolean => true;
let receiver: WebhookReceiver;
let sandbox: Sandbox;
let nextNumber = 37_499_200_100;
const cleanups: (() => Promise<void>)[] = [];

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  sandbox = await startSandbox({
    dataDir: directory.path,
    speed: 200,
    holdMs: 5_000,
    subscriptions: { viber: [{ serviceId: 77, webhookUrl: receiver.url, signingKey }] },
  });
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});
afterAll(async () => {
  await sandbox.stop();
  await receiver.stop();
  directory.remove();
});

function connector(serviceId = 77, wireTimeoutMs = 4_000) {
  const baseUrl = `http://127.0.0.1:${sandbox.httpPort}`;
  const made = createViberConnector({ baseUrl, serviceId, wireTimeoutMs, connections: 2 });
  cleanups.push(() => made.close(100));
  return made;
}

function request(to: string, content: Partial<SendRequest["content"]> = {}): SendRequest {
  const full = { channel: "viber", text: "Բարև", imageUrl: null, button: null, ttlSeconds: 90, ...content } as const;
  return { reference: `ref-${to}`, to, category: "utility", content: full as SendRequest["content"] };
}

function numberWith(scenario: Scenario, tries?: number): string {
  nextNumber += 1;
  const to = `+${nextNumber}`;
  sandbox.scenarios.addRules([{ to, channel: "viber", scenario, tries }]);
  return to;
}

function numberWhere(scenario: Scenario, isTaken: boolean): string {
  for (;;) {
    const to = numberWith(scenario);
    if (sandbox.scenarios.draw("viber", to)() < 0.5 === isTaken) return to;
  }
}

const ledgerOf = (to: string) => sandbox.ledger.list({ to }).entries;

function receiptsOf(to: string): CarrierReceipt[] {
  const ids = new Set(ledgerOf(to).map((entry) => entry.carrierId));
  return receiver.received
    .flatMap((webhook) => parseViberWebhook(webhook.body.toString()).receipts)
    .filter((receipt) => ids.has(receipt.carrierId));
}

async function kindsOnceThereAre(to: string, count: number): Promise<string[]> {
  await waitUntil(`${count} receipts of ${to}`, () => receiptsOf(to).length >= count);
  return receiptsOf(to)
    .map((receipt) => receipt.kind)
    .sort();
}

test("a 19-digit token is the same to the digit in the answer, the ledger and the callback", async () => {
  const to = numberWith("delivered_read");
  const outcome = await connector().send(request(to), always);
  const [entry] = ledgerOf(to);
  expect(entry?.carrierId).toMatch(/^\d{19}$/);
  expect(outcome).toMatchObject({ kind: "accepted", carrierIds: [entry?.carrierId] });
  expect(entry).toMatchObject({ reference: `ref-${to}`, text: "Բարև" });
  expect(await kindsOnceThereAre(to, 2)).toEqual(["delivered", "read"]);
});

test("callbacks are signed, and their times agree with the ledger whether in seconds or in milliseconds", async () => {
  for (let count = 0; count < 2; count += 1) {
    const to = numberWith("delivered");
    await connector().send(request(to), always);
    await kindsOnceThereAre(to, 1);
    const dueMs = ledgerOf(to)[0]?.receipts[0]?.dueMs ?? 0;
    expect(Math.floor((receiptsOf(to)[0]?.carrierTimeMs ?? 0) / 1_000)).toBe(Math.floor(dueMs / 1_000));
  }
  for (const { body, headers } of receiver.received) {
    expect(verifyViberSignature(body, String(headers["x-viber-content-signature"]), signingKey)).toBe(true);
  }
});

const button = { kind: "url", label: "Open", url: "https://example.com/" } as const;
const imageUrl = "https://example.com/a.png";

test.each([
  ["text", {}],
  ["text and button", { button }],
  ["image, text and button", { button, imageUrl }],
  ["image alone", { imageUrl, text: "" }],
  ["image and text", { imageUrl }],
])("%s is a message that Viber takes", async (_name, content) => {
  const to = numberWith("delivered");
  expect(await connector().send(request(to, content), always)).toMatchObject({ kind: "accepted" });
});

test.each([
  ["receipt_twice", ["delivered", "delivered", "read"]],
  ["receipts_out_of_order", ["delivered", "read"]],
  ["receipt_before_response", ["delivered", "read"]],
  ["delivered_late", ["expired"]],
  ["expired", ["expired"]],
] as const)("%s brings %j", async (scenario, expected) => {
  const to = numberWith(scenario);
  expect(await connector().send(request(to, { ttlSeconds: 60 }), always)).toMatchObject({ kind: "accepted" });
  expect(await kindsOnceThereAre(to, expected.length)).toEqual(expected);
});

test("never brings nothing", async () => {
  const to = numberWith("never");
  expect(await connector().send(request(to), always)).toMatchObject({ kind: "accepted" });
  expect(ledgerOf(to)[0]?.receipts).toEqual([]);
});

describe("what Viber does not take", () => {
  test.each([
    ["not_on_viber", "9"],
    ["undeliverable", "10"],
    ["blocked", "8"],
  ] as const)("%s is refused with status %s", async (scenario, code) => {
    const to = numberWith(scenario);
    expect(await connector().send(request(to), always)).toMatchObject({ kind: "refused", code });
    expect(ledgerOf(to)).toEqual([]);
  });

  test("an unknown service is refused", async () => {
    expect(await connector(78).send(request(numberWith("delivered")), always)).toMatchObject({
      kind: "refused",
      code: "2",
    });
  });

  test("throttled is not sent until the tries are used up", async () => {
    const to = numberWith("throttled", 1);
    expect(await connector().send(request(to), always)).toMatchObject({ kind: "not_sent", retryAfterMs: 1_000 });
    expect(await connector().send(request(to), always)).toMatchObject({ kind: "accepted" });
    expect(ledgerOf(to)).toHaveLength(1);
  });

  test.each([true, false])("an internal failure is unknown, whether taken (%s) or not", async (isTaken) => {
    const to = numberWhere("error_500", isTaken);
    expect(await connector().send(request(to), always)).toMatchObject({ kind: "unknown", code: "1" });
    expect(ledgerOf(to)).toHaveLength(isTaken ? 1 : 0);
  });

  test.each([true, false])("a timeout is unknown, whether taken (%s) or not", async (isTaken) => {
    const to = numberWhere("timeout", isTaken);
    expect(await connector(77, 150).send(request(to), always)).toMatchObject({ kind: "unknown", code: "timeout" });
    expect(ledgerOf(to)).toHaveLength(isTaken ? 1 : 0);
  });
});
