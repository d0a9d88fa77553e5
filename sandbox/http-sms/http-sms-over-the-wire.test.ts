import fc from "fast-check";
import twilio, { RequestClient, validateRequest } from "twilio";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CarrierReceipt, Connector, InboundMessage, SendOutcome } from "@/lib/carriers/connector";
import {
  createHttpSmsConnector,
  type HttpSmsConnectorOptions,
} from "@/lib/carriers/http-sms/create-http-sms-connector";
import { parseHttpSmsCallback } from "@/lib/carriers/http-sms/parse-callback";
import { verifyHttpSmsSignature } from "@/lib/carriers/http-sms/verify-signature";
import { startWebhookReceiver, type ReceivedWebhook, type WebhookReceiver } from "../testing/webhook-receiver";
import type { Scenario } from "../scenarios/vocabulary";
import { startSandbox, type Sandbox } from "../start-sandbox";
import { temporaryDirectory } from "../testing/temporary-directory";
import { waitUntil } from "../testing/wait-until";

const directory = temporaryDirectory();
const accountSid = "AC00000000000000000000000000000001";
const authToken = "an-auth-token-of-the-test";
const cleanups: (() => Promise<void>)[] = [];
const receipts: CarrierReceipt[] = [];
const inbound: InboundMessage[] = [];
let sandbox: Sandbox;
let receiver: WebhookReceiver;
let baseUrl: string;
let nextNumber = 37_499_500_100;

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  sandbox = await startSandbox({
    ...{ dataDir: directory.path, speed: 200, holdMs: 5_000 },
    subscriptions: { httpSms: [{ accountSid, authToken, webhookUrl: receiver.url }] },
  });
  baseUrl = `http://127.0.0.1:${sandbox.httpPort}`;
  receiver.onTaken(takeIn);
});
beforeEach(() => {
  receipts.length = 0;
  inbound.length = 0;
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});
afterAll(async () => {
  await sandbox.stop();
  await receiver.stop();
  directory.remove();
});

function urlOf(webhook: ReceivedWebhook): string {
  return new URL(webhook.path, receiver.url).href;
}

/** As the desk does: nothing is read that is not signed. */
function takeIn(webhook: ReceivedWebhook): void {
  const form = new URLSearchParams(webhook.body.toString("utf8"));
  const url = urlOf(webhook);
  const signature = String(webhook.headers["x-twilio-signature"]);
  if (!verifyHttpSmsSignature(url, form, signature, authToken)) throw new Error("a callback with a wrong signature");
  const read = parseHttpSmsCallback(form, new URL(url).searchParams.get("ref"));
  receipts.push(...read.receipts);
  inbound.push(...read.inbound);
}

function connector(options: Partial<HttpSmsConnectorOptions> = {}): Connector {
  const made = createHttpSmsConnector({
    ...{ baseUrl, accountSid, authToken, from: "Kamurj", messagingServiceSid: null, connections: 4 },
    ...{ statusCallbackUrl: receiver.url, wireTimeoutMs: 2_000 },
    ...options,
  });
  cleanups.push(() => made.close(200));
  return made;
}

function numberWith(scenario: Scenario): string {
  nextNumber += 1;
  const to = `+${nextNumber}`;
  sandbox.scenarios.addRules([{ to, channel: "sms", scenario }]);
  return to;
}

function send(link: Connector, to: string, text = "Hello", canStillSend = (): boolean => true): Promise<SendOutcome> {
  const content = { channel: "sms", text, validitySeconds: 3_600 } as const;
  return link.send({ reference: `ref of ${to}`, to, category: "utility", content }, canStillSend);
}

const ledgerOf = (to: string) => sandbox.ledger.list({ to }).entries;

describe("our connector at the sandbox", () => {
  test.each([
    ["delivered", "delivered", null],
    ["undeliverable", "failed", "30005"],
    ["blocked", "failed", "30004"],
    ["opted_out", "failed", "21610"],
    ["expired", "failed", "30003"],
  ] as const)("%s brings a signed receipt with our reference", async (scenario, kind, code) => {
    const to = numberWith(scenario);
    const outcome = await send(connector(), to);
    expect(outcome).toMatchObject({ kind: "accepted", segments: 1, carrierIds: [expect.stringMatching(/^SM\w{32}$/)] });
    const receipt = await waitUntil("its receipt", () => receipts.find((item) => item.reference === `ref of ${to}`));
    expect(receipt).toMatchObject({ kind, code, carrierId: "carrierIds" in outcome ? outcome.carrierIds[0] : "" });
    expect(ledgerOf(to)).toMatchObject([{ from: "Kamurj", reference: `ref of ${to}` }]);
  });

  test("a long text is one id, billed as the provider says", async () => {
    const text = "Բարև Ձեզ, Ձեր պատվերը պատրաստ է։ ".repeat(4);
    const to = numberWith("delivered");
    expect(await send(connector(), to, text)).toMatchObject({ kind: "accepted", segments: 2 });
    expect(ledgerOf(to)).toMatchObject([{ text, part: null }]);
  });

  test("a messaging service may stand in for the sender, and no callback means no receipts", async () => {
    const to = numberWith("delivered");
    const link = connector({ from: null, messagingServiceSid: "MG1", statusCallbackUrl: null });
    expect(await send(link, to)).toMatchObject({ kind: "accepted" });
    expect(ledgerOf(to)).toMatchObject([{ from: "MG1", reference: null }]);
  });

  test.each([
    ["throttled", { kind: "not_sent", code: "20429", retryAfterMs: 1_000 }],
    ["error_500", { kind: "unknown", code: "20500" }],
  ] as const)("%s takes nothing here, and is what it is", async (scenario, expected) => {
    const to = numberWith(scenario);
    expect(await send(connector(), to)).toMatchObject(expected);
    expect(ledgerOf(to)).toEqual([]);
  });

  test("no answer in time is unknown", async () => {
    expect(await send(connector({ wireTimeoutMs: 200 }), numberWith("timeout"))).toMatchObject({
      ...{ kind: "unknown", code: "timeout" },
    });
  });

  test.each([
    ["a wrong token", { authToken: "wrong" }, "+37499500001", "20003"],
    ["no sender", { from: "" }, "+37499500001", "21603"],
    ["a number that is none", {}, "+12", "21211"],
  ] as const)("%s is an explicit no", async (_name, options, to, code) => {
    expect(await send(connector(options), to)).toMatchObject({ kind: "refused", code, carrierIds: [] });
  });

  test.each(["", "x".repeat(40_000)])("a text that cannot be sent is refused without a wire call", async (text) => {
    expect(await send(connector({ baseUrl: "http://127.0.0.1:1" }), "+37499500001", text)).toMatchObject({
      ...{ kind: "refused", code: "bad_text" },
    });
  });

  test("a send whose right to go has run out, or that finds nobody, writes nothing", async () => {
    const to = numberWith("delivered");
    expect(await send(connector(), to, "Hello", () => false)).toMatchObject({ kind: "not_sent", code: "aborted" });
    expect(await send(connector({ baseUrl: "http://127.0.0.1:1" }), to)).toMatchObject({ kind: "not_sent" });
    expect(ledgerOf(to)).toEqual([]);
  });

  test("a message from a person arrives as one", async () => {
    await fetch(`${baseUrl}/_sandbox/inbound`, {
      method: "POST",
      body: JSON.stringify({ channel: "sms", connectionId: accountSid, from: "+37499000111", text: "ԿԱՆԳ" }),
    });
    await waitUntil("the message", () => inbound.length === 1);
    expect(inbound).toMatchObject([{ from: "+37499000111", text: "ԿԱՆԳ" }]);
  });
});

describe("Twilio's own client at the sandbox", () => {
  /** Its addresses are fixed, so the calls are turned around on their way. */
  function client(token = authToken): ReturnType<typeof twilio> {
    const own = new RequestClient();
    const request: RequestClient["request"] = (options) =>
      own.request({ ...options, uri: options.uri.replace("https://api.twilio.com", baseUrl) });
    const httpClient = Object.assign(Object.create(own) as RequestClient, { request });
    return twilio(accountSid, token, { httpClient });
  }

  test("sends, and finds the receipt's signature good", async () => {
    const to = numberWith("delivered");
    const message = await client().messages.create({ to, from: "Kamurj", body: "Hello", statusCallback: receiver.url });
    expect(message).toMatchObject({ status: "queued", numSegments: "1", errorCode: null, to });
    const callback = await waitUntil("its callback", () =>
      receiver.received.find((webhook) => webhook.body.includes(message.sid)),
    );
    const fields = Object.fromEntries(new URLSearchParams(callback.body.toString("utf8")));
    const signature = String(callback.headers["x-twilio-signature"]);
    expect(fields).toMatchObject({ MessageStatus: "delivered", To: to });
    expect(validateRequest(authToken, signature, urlOf(callback), fields)).toBe(true);
  });

  test("reads the sandbox's errors as Twilio's", async () => {
    const create = (to: string, token?: string): Promise<unknown> =>
      client(token).messages.create({ to, from: "Kamurj", body: "Hello" });
    await expect(create("+12")).rejects.toMatchObject({ status: 400, code: 21211 });
    await expect(create("+37499500001", "wrong")).rejects.toMatchObject({ status: 401, code: 20003 });
  });
});

describe("signatures of callbacks", () => {
  const fields = fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), fc.string({ unit: "grapheme" }));
  const sign = (url: string, form: Record<string, string>): string =>
    twilio.getExpectedTwilioSignature(authToken, url, form);

  test("those that Twilio's own code writes are taken, and no others", () => {
    fc.assert(
      fc.property(fields, fc.webUrl(), fc.nat(), (form, url, at) => {
        const signature = sign(url, form);
        const body = new URLSearchParams(form);
        expect(verifyHttpSmsSignature(url, body, signature, authToken)).toBe(true);
        const place = at % signature.length;
        const other = signature[place] === "A" ? "B" : "A";
        const changed = signature.slice(0, place) + other + signature.slice(place + 1);
        expect(verifyHttpSmsSignature(url, body, changed, authToken)).toBe(false);
        expect(verifyHttpSmsSignature(`${url}x`, body, signature, authToken)).toBe(false);
        expect(verifyHttpSmsSignature(url, body, signature, `${authToken}x`)).toBe(false);
        body.append("x", "y");
        expect(verifyHttpSmsSignature(url, body, signature, authToken)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([null, undefined, "", "=", "a".repeat(28)])("%j is no signature", (header) => {
    expect(verifyHttpSmsSignature("https://a.example/", new URLSearchParams(), header, authToken)).toBe(false);
  });

  test("an empty token signs nothing", () => {
    const signature = twilio.getExpectedTwilioSignature("", "https://a.example/", {});
    expect(verifyHttpSmsSignature("https://a.example/", new URLSearchParams(), signature, "")).toBe(false);
  });
});

test("any callback can be read without a throw", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.option(fc.string()), (body, reference) => {
      const read = parseHttpSmsCallback(new URLSearchParams(body), reference);
      expect(read.receipts.length + read.inbound.length + read.unreadable).toBe(1);
    }),
  );
});
