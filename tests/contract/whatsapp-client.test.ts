import { afterAll, beforeAll, describe, expect, test } from "vitest";
import Client, { MessageType } from "@great-detail/whatsapp";
import { startSandbox, type Sandbox } from "@/sandbox/start-sandbox";
import type { Scenario } from "@/sandbox/scenarios/vocabulary";
import { temporaryDirectory } from "@/sandbox/testing/temporary-directory";
import { waitUntil } from "@/sandbox/testing/wait-until";
import { startWebhookReceiver, type ReceivedWebhook, type WebhookReceiver } from "@/sandbox/testing/webhook-receiver";

const phoneNumberID = "100000000000007";
const appSecret = "app-secret";
const directory = temporaryDirectory();
let receiver: WebhookReceiver;
let sandbox: Sandbox;
let nextNumber = 37_499_600_100;

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  const of = { phoneNumberId: phoneNumberID, accessToken: "token", appSecret, webhookUrl: receiver.url };
  sandbox = await startSandbox({ dataDir: directory.path, speed: 200, subscriptions: { whatsapp: [of] } });
});
afterAll(async () => {
  await sandbox.stop();
  await receiver.stop();
  directory.remove();
});

/** The maintained fork of Meta's own Node client: what it sends and reads is not ours. */
function client(token = "token"): Client {
  return new Client({
    prefixUrl: `http://127.0.0.1:${sandbox.httpPort}`,
    graphVersion: "v25.0",
    request: { headers: { Authorization: `Bearer ${token}` } },
  });
}

function numberWith(scenario: Scenario): `+${string}` {
  nextNumber += 1;
  const to = `+${nextNumber}` as const;
  sandbox.scenarios.addRules([{ to, channel: "whatsapp", scenario }]);
  return to;
}

/** As the client reads webhooks: from an Express-like request. */
async function read({ headers, body }: ReceivedWebhook) {
  const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  return client().webhook.eventNotification({ method: "POST", query: {}, headers: plain, body: body.toString("utf8") });
}

async function changesWith(...texts: readonly string[]) {
  const webhook = await waitUntil(`a webhook with ${texts.join(" and ")}`, () =>
    receiver.received.find((item) => texts.every((text) => item.body.includes(text))),
  );
  const event = await read(webhook);
  await event.verifySignature(appSecret);
  await expect(event.verifySignature("another")).rejects.toThrow(/signature/i);
  expect(event.eventNotification.object).toBe("whatsapp_business_account");
  return event.eventNotification.entry.flatMap((entry) => entry.changes);
}

describe("a client of Meta's at the sandbox", () => {
  test("sends a text, and reads its signed receipt", async () => {
    const to = numberWith("delivered");
    await fetch(`http://127.0.0.1:${sandbox.httpPort}/_sandbox/inbound`, {
      method: "POST",
      body: JSON.stringify({ channel: "whatsapp", connectionId: phoneNumberID, from: to, text: "Hello" }),
    });
    const sent = await client()
      .message.createMessage({ phoneNumberID, to, type: MessageType.Text, text: { body: "Բարև" } })
      .json();
    expect(sent).toMatchObject({ messaging_product: "whatsapp", contacts: [{ input: to, wa_id: to.slice(1) }] });
    const id = sent.messages[0]?.id ?? "";
    expect(sandbox.ledger.list({ to }).entries).toMatchObject([{ carrierId: id, text: "Բարև" }]);
    expect(await changesWith(id, `"status":"delivered"`)).toMatchObject([
      {
        field: "messages",
        value: {
          metadata: { phone_number_id: phoneNumberID },
          statuses: expect.arrayContaining([expect.objectContaining({ id, recipient_id: to.slice(1) })]),
        },
      },
    ]);
  });

  test("sends a template with a picture, values by name and buttons, as accepted", async () => {
    const to = numberWith("delivered_read");
    // The client's types know no picture beside values by name, though Meta takes both.
    const components: readonly object[] = [
      { type: "header", parameters: [{ type: MessageType.Image, image: { link: "https://example.com/a.png" } }] },
      { type: "body", parameters: [{ type: "text", parameter_name: "first_name", text: "Анна" }] },
      { type: "button", sub_type: "url", index: "0", parameters: [{ type: "text", text: "a" }] },
    ];
    const sent = await client()
      .message.createMessage({
        phoneNumberID,
        to,
        type: MessageType.Template,
        template: {
          name: "spring_sale",
          language: { code: "ru", policy: "deterministic" },
          components: components as unknown as [],
        },
      })
      .json();
    expect(sent.messages).toMatchObject([{ message_status: "accepted" }]);
    const id = sent.messages[0]?.id ?? "";
    expect(sandbox.ledger.list({ to }).entries).toMatchObject([{ text: "spring_sale (ru): first_name=Анна" }]);
    const read = expect.objectContaining({ id, status: "read", pricing: expect.any(Object) });
    expect(await changesWith(id, `"status":"read"`)).toMatchObject([
      { value: { statuses: expect.arrayContaining([read]) } },
    ]);
  });

  test("reads what a person writes", async () => {
    await fetch(`http://127.0.0.1:${sandbox.httpPort}/_sandbox/inbound`, {
      method: "POST",
      body: JSON.stringify({ channel: "whatsapp", connectionId: phoneNumberID, from: "+37499000111", text: "ԿԱՆԳ" }),
    });
    expect(await changesWith("ԿԱՆԳ")).toMatchObject([
      { value: { messages: [{ from: "37499000111", type: "text", text: { body: "ԿԱՆԳ" } }] } },
    ]);
  });

  test("finds the number's name", async () => {
    const number = await client().phoneNumbers.getPhoneNumber({ phoneNumberID }).json();
    expect(number).toMatchObject({ id: phoneNumberID, verified_name: "Sandbox" });
  });

  test.each([
    ["a wrong token", "wrong", phoneNumberID, 401, 190],
    ["somebody else's number", "token", "42", 400, 100],
  ])("reads the refusal of %s as Meta's", async (_name, token, from, status, code) => {
    const to = numberWith("delivered");
    const answer = await client(token).message.createMessage({
      ...{ phoneNumberID: from, to, type: MessageType.Text, text: { body: "x" } },
      request: { throwHttpErrors: false },
    });
    expect(answer.status).toBe(status);
    const { error } = await answer.json();
    expect(error).toMatchObject({ code, type: "OAuthException", fbtrace_id: expect.any(String) });
    expect(sandbox.ledger.list({ to }).entries).toEqual([]);
  });

  test("throws for what the carrier refuses, with Meta's code in it", async () => {
    const sending = client().message.createMessage({
      ...{
        phoneNumberID,
        to: numberWith("throttled"),
        type: MessageType.Template,
        template: { name: "x", language: { code: "en", policy: "deterministic" }, components: [] },
      },
      request: { retry: 0 },
    });
    await expect(sending).rejects.toMatchObject({ name: "HTTPError", response: { status: 429 } });
  });
});
