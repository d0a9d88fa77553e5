import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { CarrierReceipt, SendRequest } from "@/lib/carriers/connector";
import { verifyViberSignature } from "@/lib/carriers/viber/verify-signature";
import { checkViberBotLink, registerViberBotWebhook } from "@/lib/carriers/viber-bot/ask-bot";
import { createViberBotConnector } from "@/lib/carriers/viber-bot/create-viber-bot-connector";
import { parseViberBotEvent } from "@/lib/carriers/viber-bot/parse-event";
import type { Scenario } from "../scenarios/vocabulary";
import { startSandbox, type Sandbox } from "../start-sandbox";
import { temporaryDirectory } from "../testing/temporary-directory";
import { waitUntil } from "../testing/wait-until";
import { startWebhookReceiver, type WebhookReceiver } from "../testing/webhook-receiver";
import { userIdOf } from "./bot-users";

const directory = temporaryDirectory();
const botToken = "445da6az1s345z78-dazcczb2542zv51a-e0vc5fva17480im9";
const always = (): boolean => true;
let receiver: WebhookReceiver;
let sandbox: Sandbox;
let nextNumber = 37_499_300_100;
const cleanups: (() => Promise<void>)[] = [];

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  sandbox = await startSandbox({
    ...{ dataDir: directory.path, speed: 200, holdMs: 5_000 },
    subscriptions: {
      viberBot: [
        { id: "bot", name: "Orders", authToken: botToken },
        { id: "mute", authToken: "a-bot-without-a-webhook" },
      ],
    },
  });
  expect(await registerViberBotWebhook(link(), receiver.url)).toMatchObject({ state: "works" });
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});
afterAll(async () => {
  await sandbox.stop();
  await receiver.stop();
  directory.remove();
});

const baseUrl = (): string => `http://127.0.0.1:${sandbox.httpPort}`;
const link = (token = botToken) => ({ baseUrl: baseUrl(), botToken: token, wireTimeoutMs: 4_000 });

function connector(
  findReceiver = (e164: string): Promise<string | null> => Promise.resolve(userIdOf(e164)),
  token?: string,
) {
  const sender = { senderName: "Orders", avatarUrl: "https://example.com/a.jpg" };
  const made = createViberBotConnector({ ...link(token), ...sender, findReceiver, connections: 2 });
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

const ledgerOf = (to: string) => sandbox.ledger.list({ to }).entries;

function receiptsOf(to: string): CarrierReceipt[] {
  const ids = new Set(ledgerOf(to).map((entry) => entry.carrierId));
  return receiver.received.flatMap(({ body }) => {
    const { receipt } = parseViberBotEvent(body.toString());
    return receipt !== null && ids.has(receipt.carrierId) ? [receipt] : [];
  });
}

const newsOf = (to: string) =>
  receiver.received.flatMap(({ body }) => {
    const { news } = parseViberBotEvent(body.toString());
    return news?.userId === userIdOf(to) ? [news] : [];
  });

const button = { kind: "url", label: "Open", url: "https://example.com/" } as const;
const imageUrl = "https://example.com/a.png";

test.each([
  ["text", {}],
  ["text with a button", { button }],
  ["picture", { imageUrl }],
  ["picture with a button", { imageUrl, button }],
  ["picture whose text is too long for one", { imageUrl, text: "ա".repeat(900) }],
])("a %s is taken, and its receipts are ours to the digit", async (_name, content) => {
  const to = numberWith("delivered_read");
  const outcome = await connector().send(request(to, content), always);
  const [entry] = ledgerOf(to);
  expect(outcome).toMatchObject({ kind: "accepted", carrierIds: [entry?.carrierId] });
  expect(entry).toMatchObject({ reference: `ref-${to}`, connectionId: "bot", from: "Orders" });
  await waitUntil("both receipts", () => receiptsOf(to).length >= 2);
  expect(receiptsOf(to).map(({ kind }) => kind)).toEqual(["delivered", "read"]);
});

test("every event is signed with the bot's token", () => {
  expect(receiver.received.length).toBeGreaterThan(0);
  for (const { body, headers } of receiver.received) {
    expect(verifyViberSignature(body, String(headers["x-viber-content-signature"]), botToken)).toBe(true);
  }
});

describe("nothing leaves", () => {
  test("to a number that no subscriber has shared, for a code, or when nobody can look", async () => {
    const to = numberWith("delivered");
    const nobody = connector(() => Promise.resolve(null));
    expect(await nobody.send(request(to), always)).toMatchObject({ kind: "refused", code: "not_subscribed" });
    const code = { ...request(to), category: "authentication" as const };
    expect(await connector().send(code, always)).toMatchObject({ kind: "refused", code: "not_for_codes" });
    const blind = connector(() => Promise.reject(new Error("the database is away")));
    expect(await blind.send(request(to), always)).toMatchObject({ kind: "not_sent", code: "aborted" });
    expect(await connector().send(request(to), () => false)).toMatchObject({ kind: "not_sent", code: "aborted" });
    expect(ledgerOf(to)).toEqual([]);
  });
});

describe("what Viber does not take", () => {
  test.each([
    ["not_on_viber", "bot:5"],
    ["undeliverable", "bot:11"],
    ["blocked", "bot:6"],
  ] as const)("%s is refused with %s", async (scenario, code) => {
    const to = numberWith(scenario);
    expect(await connector().send(request(to), always)).toMatchObject({ kind: "refused", code });
    expect(ledgerOf(to)).toEqual([]);
  });

  test("a wrong token, a strange receiver, a bot without a webhook", async () => {
    const to = numberWith("delivered");
    const wrong = connector(undefined, "another-token-altogether");
    expect(await wrong.send(request(to), always)).toMatchObject({ kind: "refused", code: "bot:2" });
    const strange = connector(() => Promise.resolve("stranger"));
    expect(await strange.send(request(to), always)).toMatchObject({ kind: "refused", code: "bot:5" });
    const mute = connector(undefined, "a-bot-without-a-webhook");
    expect(await mute.send(request(to), always)).toMatchObject({ kind: "refused", code: "bot:10" });
  });

  test("throttled is not sent until the tries are used up", async () => {
    const to = numberWith("throttled", 1);
    expect(await connector().send(request(to), always)).toMatchObject({ kind: "not_sent", code: "bot:12" });
    expect(await connector().send(request(to), always)).toMatchObject({ kind: "accepted" });
    expect(ledgerOf(to)).toHaveLength(1);
  });

  test("a gateway's 500 is unknown", async () => {
    expect(await connector().send(request(numberWith("error_500")), always)).toMatchObject({ kind: "unknown" });
  });
});

test("a person opens, joins, shares the number, writes and leaves; after that the bot may not write", async () => {
  const to = numberWith("delivered");
  for (const text of ["/open", "/join", "/share", "Բարև", "/leave"]) {
    await fetch(`${baseUrl()}/_sandbox/inbound`, {
      method: "POST",
      body: JSON.stringify({ channel: "viber", connectionId: "bot", from: to, text }),
      headers: { "content-type": "application/json" },
    });
  }
  await waitUntil("five events", () => newsOf(to).length >= 5);
  expect(newsOf(to).map(({ subscribed, e164, text }) => [subscribed, e164, text])).toEqual([
    [false, null, null],
    [true, null, null],
    [true, to, null],
    [true, null, "Բարև"],
    [false, null, null],
  ]);
  expect(await connector().send(request(to), always)).toMatchObject({ kind: "refused", code: "bot:6" });
});

describe("asking the bot's account", () => {
  test("works with its token and says its name; a wrong one is told apart", async () => {
    expect(await checkViberBotLink(link())).toMatchObject({ state: "works", detail: "Orders" });
    expect(await checkViberBotLink(link("wrong"))).toMatchObject({ reason: "wrong_token", code: "bot:2" });
  });

  test("a webhook that does not answer is not registered, and the former one stays", async () => {
    const nowhere = "http://127.0.0.1:9/api/webhooks/viber/x";
    expect(await registerViberBotWebhook(link(), nowhere)).toMatchObject({
      ...{ state: "faulty", reason: "webhook_unreachable", code: "bot:1" },
    });
    const to = numberWith("delivered");
    await connector().send(request(to), always);
    await waitUntil("its receipt", () => receiptsOf(to).length >= 1);
    expect(receiptsOf(to)[0]?.kind).toBe("delivered");
  });
});
