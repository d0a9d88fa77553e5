import fc from "fast-check";
import smpp, { type Pdu, type Session } from "smpp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FAULT_KINDS, FAULT_PRESETS } from "@/lib/domain/laboratory/vocabulary";
import { startSandbox, type Sandbox } from "../start-sandbox";
import { temporaryDirectory } from "../testing/temporary-directory";
import { waitUntil } from "../testing/wait-until";
import { startWebhookReceiver, type WebhookReceiver } from "../testing/webhook-receiver";
import { faultInputSchema, type FaultInput } from "./vocabulary";

const cleanups: (() => unknown)[] = [];
let sandbox: Sandbox;
let receiver: WebhookReceiver;
let dataDir: string;
let seed = "kamurj";

/** No number of a test is magic; each takes the mix, which delivers everything. */
const number = (index: number): string => `+3749912${String(index).padStart(3, "0")}5`;

async function start(): Promise<void> {
  sandbox = await startSandbox({
    dataDir,
    speed: 1_000,
    seed,
    subscriptions: {
      whatsapp: ["111", "222"].map((phoneNumberId) => {
        return { phoneNumberId, accessToken: "token", appSecret: "s", webhookUrl: receiver.url };
      }),
      viber: [{ serviceId: 1000, webhookUrl: receiver.url }],
      viberBot: [{ id: "bot", authToken: "bot-token", webhookUrl: receiver.url }],
      smpp: [{ systemId: "main", password: "secret", receiptIdFormat: "decimal" }],
      httpSms: [{ accountSid: "AC1", authToken: "token" }],
    },
  });
  sandbox.scenarios.replace({
    mix: { whatsapp: { delivered: 1 }, viber: { delivered: 1 }, sms: { delivered: 1 } },
  });
}

beforeEach(async () => {
  const directory = temporaryDirectory();
  dataDir = directory.path;
  seed = "kamurj";
  receiver = await startWebhookReceiver();
  cleanups.push(
    () => directory.remove(),
    () => receiver.stop(),
    () => sandbox.stop(),
  );
  await start();
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const url = (path: string): string => `http://127.0.0.1:${sandbox.httpPort}${path}`;
const admin = async (method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }> => {
  const response = await fetch(url(`/_sandbox/${path}`), {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, json: await response.json() };
};
async function set(fault: FaultInput | { preset: string; connections?: string[] }): Promise<string> {
  const { status, json } = await admin("POST", "faults", fault);
  expect(status, JSON.stringify(json)).toBe(200);
  return (json as { fault: { id: string } }).fault.id;
}
const stop = (id: string) => admin("DELETE", `faults/${id}`);
const faults = async (): Promise<readonly { id: string; state: string; hits: number }[]> =>
  ((await admin("GET", "faults")).json as { faults: { id: string; state: string; hits: number }[] }).faults;
const hitsOf = async (id: string): Promise<number | undefined> => (await faults()).find((one) => one.id === id)?.hits;

async function whatsApp(to: string, phoneNumberId = "111"): Promise<number> {
  const response = await fetch(url(`/v25.0/${phoneNumberId}/messages`), {
    method: "POST",
    headers: { authorization: "Bearer token" },
    body: JSON.stringify({
      messaging_product: "whatsapp",
      to,
      type: "template",
      template: { name: "hi", language: { code: "en" } },
    }),
  });
  await response.text();
  return response.status;
}
async function viber(to: string): Promise<{ status: number; json: unknown }> {
  const message = { "#txt": "Hi" };
  const body = { service_id: 1000, dest: to.slice(1), seq: 1, type: 206, label: "transaction", ttl: 60, message };
  const response = await fetch(url("/vibersrvc/1/send_message"), { method: "POST", body: JSON.stringify(body) });
  return { status: response.status, json: await response.json() };
}
async function httpSms(to: string): Promise<number> {
  const response = await fetch(url("/2010-04-01/Accounts/AC1/Messages.json"), {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from("AC1:token").toString("base64")}` },
    body: new URLSearchParams({ To: to, From: "K", Body: "Hi" }),
  });
  await response.text();
  return response.status;
}

type Line = { readonly session: Session; readonly receipts: string[]; readonly isClosed: () => boolean };
function connect(): Line {
  const session = smpp.connect({ host: "127.0.0.1", port: sandbox.smppPort });
  const receipts: string[] = [];
  let closed = false;
  session.on("error", () => session.destroy());
  session.on("close", () => (closed = true));
  session.on("deliver_sm", (pdu: Pdu) => {
    receipts.push(String((pdu as unknown as { receipted_message_id?: string }).receipted_message_id));
    session.send(pdu.response());
  });
  cleanups.push(() => session.destroy());
  return { session, receipts, isClosed: () => closed };
}
const bind = ({ session }: Line): Promise<number> =>
  new Promise((resolve) =>
    session.bind_transceiver({ system_id: "main", password: "secret" }, (pdu) => resolve(pdu.command_status)),
  );
const submit = ({ session }: Line, to: string): Promise<{ status: number; id: string }> =>
  new Promise((resolve) =>
    session.submit_sm(
      { source_addr: "K", destination_addr: to.slice(1), short_message: "Hi", registered_delivery: 1 },
      (pdu) => resolve({ status: pdu.command_status, id: String(pdu.message_id) }),
    ),
  );

describe("while a carrier is down", () => {
  test("WhatsApp takes nothing, not even a question for the number, and Viber goes on; afterwards all is as before", async () => {
    const id = await set({ preset: "whatsapp_down" });
    expect(await whatsApp(number(1))).toBe(503);
    const asked = await fetch(url("/v25.0/111"), { headers: { authorization: "Bearer token" } });
    expect(asked.status).toBe(503);
    expect(await viber(number(1))).toMatchObject({ status: 200, json: { status: 0 } });
    expect(sandbox.ledger.summary().byChannel).toEqual({ viber: 1 });
    expect(await hitsOf(id)).toBe(1);
    expect(await stop(id)).toMatchObject({ status: 200, json: { stopped: id } });
    expect(await whatsApp(number(1))).toBe(200);
  });

  test("Viber and SMS over HTTP answer 503", async () => {
    await set({ kind: "outage" });
    expect(await viber(number(1))).toMatchObject({ status: 503 });
    expect(await httpSms(number(1))).toBe(503);
    expect(sandbox.ledger.count()).toBe(0);
  });

  test("the SMSC cuts its sessions and lets nobody sign in", async () => {
    const line = connect();
    expect(await bind(line)).toBe(0);
    const id = await set({ preset: "sms_down" });
    await waitUntil("the session to be cut", line.isClosed);
    expect(await bind(connect())).toBe(0x08);
    await stop(id);
    expect(await bind(connect())).toBe(0);
  });

  test("only the numbers meant are refused, over only the connections meant", async () => {
    await set({ kind: "outage", numbers: ["+374991200*", "+37477000005"], connections: ["111"] });
    expect(await whatsApp(number(1))).toBe(503);
    expect(await whatsApp("+37477000005")).toBe(503);
    expect(await whatsApp(number(100))).toBe(200);
    expect(await whatsApp(number(1), "222")).toBe(200);
    const line = connect();
    expect(await bind(line)).toBe(0);
  });
});

test("a throttle lets its number a second through and no more", async () => {
  const id = await set({ kind: "throttle", channel: "whatsapp", params: { perSecond: 0.01 } });
  const answers = [await whatsApp(number(1)), await whatsApp(number(2)), await whatsApp(number(3))];
  expect(answers).toEqual([200, 429, 429]);
  expect(await hitsOf(id)).toBe(2);
  await set({ kind: "throttle", channel: "sms", params: { perSecond: 0.01 } });
  const line = connect();
  await bind(line);
  expect((await submit(line, number(1))).status).toBe(0);
  expect((await submit(line, number(2))).status).toBe(0x58);
});

test("every third answer is an error, and what it answered was not taken", async () => {
  await set({ preset: "every_third_fails" });
  const answers: number[] = [];
  for (let index = 0; index < 6; index += 1) answers.push(await whatsApp(number(index)));
  expect(answers).toEqual([200, 200, 500, 200, 200, 500]);
  expect(sandbox.ledger.count()).toBe(4);
});

test("slow answers come late for a message that is in the ledger at once", async () => {
  await set({ kind: "slow_answers", params: { delayMs: 1_500 } });
  let isAnswered = false;
  const answer = whatsApp(number(1)).finally(() => (isAnswered = true));
  await waitUntil("the ledger to have it", () => sandbox.ledger.count() === 1);
  expect(isAnswered).toBe(false);
  expect(await answer).toBe(200);
  expect(sandbox.ledger.list({}).entries[0]?.faults).toEqual(["f1"]);
});

test("receipts are promised later by what the fault says, divided by the speed like all delays", async () => {
  await whatsApp(number(1));
  const id = await set({ kind: "receipts_late", params: { delayMs: 3_600_000 } });
  await whatsApp(number(1));
  const [plain, late] = sandbox.ledger.list({}).entries;
  const delayOf = (entry: typeof plain): number => (entry?.receipts.at(-1)?.dueMs ?? 0) - (entry?.atMs ?? 0);
  expect(delayOf(late) - delayOf(plain)).toBeGreaterThanOrEqual(3_598);
  expect(late?.faults).toEqual([id]);
  expect(plain).not.toHaveProperty("faults");
});

test("receipts that are lost are never planned", async () => {
  await set({ kind: "receipts_lost" });
  await whatsApp(number(1));
  expect(sandbox.ledger.summary()).toMatchObject({ accepted: 1, receipts: { planned: 0 } });
});

test("webhooks that are held all come when the fault is over, those of people too, over a restart as well", async () => {
  const id = await set({ preset: "webhooks_held" });
  await whatsApp(number(1));
  await admin("POST", "inbound", { channel: "viber", connectionId: "1000", from: number(1), text: "STOP" });
  const heldCount = async (): Promise<unknown> =>
    ((await admin("GET", "ledger/summary")).json as { held: number }).held;
  await waitUntil("both receipts and the answer to be held", async () => (await heldCount()) === 3);
  expect(receiver.received).toEqual([]);
  await sandbox.stop();
  await start();
  await waitUntil("the receipts to be held again", async () => (await heldCount()) === 2);
  await stop(id);
  await waitUntil("the receipts", () => sandbox.ledger.summary().receipts.acknowledged === 2);
  expect(receiver.received.length).toBeGreaterThan(0);
});

test("ids come in hex, whatever the account was promised", async () => {
  const line = connect();
  await bind(line);
  expect((await submit(line, number(1))).id).toMatch(/^[0-9a-f]+$/);
  await set({ preset: "ids_in_hex" });
  const { id } = await submit(line, number(2));
  expect(id).toMatch(/^0+A[0-9A-F]+$/);
  await waitUntil("a receipt in hex", () => line.receipts.some((receipt) => receipt.startsWith("a")));
});

test("sessions drop again and again", async () => {
  const id = await set({ kind: "session_drops", params: { everyS: 0.1 } });
  for (let round = 0; round < 2; round += 1) {
    const line = connect();
    await bind(line);
    await waitUntil("the session to be cut", line.isClosed);
  }
  await stop(id);
  expect(await hitsOf(id)).toBeGreaterThanOrEqual(2);
  const line = connect();
  expect(await bind(line)).toBe(0);
  expect((await submit(line, number(1))).status).toBe(0);
});

test("a scenario set for a share of the numbers comes to that share, the same on each run of the seed", async () => {
  const numbers = Array.from({ length: 60 }, (_, index) => number(index));
  const fate = async (): Promise<readonly string[]> => {
    await set({ kind: "scenario", channel: "viber", share: 0.4, params: { scenario: "not_on_viber" } });
    const answers: string[] = [];
    for (const to of numbers) answers.push(JSON.stringify((await viber(to)).json).slice(0, 11));
    return answers;
  };
  const first = await fate();
  const refused = first.filter((answer) => answer.startsWith('{"status":9')).length;
  expect(refused).toBeGreaterThan(12);
  expect(refused).toBeLessThan(36);
  await admin("POST", "reset");
  sandbox.scenarios.replace({ mix: { viber: { delivered: 1 } } });
  expect(await fate()).toEqual(first);
});

describe("faults as a list", () => {
  test("one begins when it is due and ends by itself", async () => {
    const soon = new Date(Date.now() + 1_500).toISOString();
    const id = await set({ kind: "outage", channel: "whatsapp", startsAt: soon, durationS: 3 });
    expect(await faults()).toMatchObject([{ id, state: "waiting" }]);
    expect(await whatsApp(number(1))).toBe(200);
    await waitUntil("the outage", async () => (await whatsApp(number(1))) === 503);
    await waitUntil("its end", async () => (await whatsApp(number(1))) === 200);
    expect(await faults()).toMatchObject([{ id, state: "ended" }]);
    expect((await stop(id)).status).toBe(404);
  });

  test("they outlive a restart with their counts, and a reset forgets them", async () => {
    const id = await set({ kind: "outage", channel: "whatsapp", note: "Մինչև ժամը 14-ը" });
    await whatsApp(number(1));
    await sandbox.stop();
    await start();
    expect(await faults()).toMatchObject([{ id, state: "active", hits: 1, note: "Մինչև ժամը 14-ը" }]);
    expect(await whatsApp(number(1))).toBe(503);
    await admin("POST", "reset");
    expect(await faults()).toEqual([]);
  });

  test("all can be stopped at once, and none costs a look while there is none", async () => {
    const quiet = sandbox.faults.active();
    await set({ kind: "outage" });
    await set({ kind: "receipts_lost" });
    await admin("DELETE", "faults");
    expect((await faults()).map(({ state }) => state)).toEqual(["ended", "ended"]);
    expect(sandbox.faults.active()).toBe(quiet);
  });

  test.each([
    { kind: "earthquake" },
    { preset: "no_such" },
    { kind: "outage", share: 0 },
    { kind: "outage", share: 1.1 },
    { kind: "outage", channel: "pigeon" },
    { kind: "outage", extra: 1 },
    { kind: "outage", numbers: [] },
    { kind: "outage", numbers: ["*"] },
    { kind: "outage", numbers: ["+374.*"] },
    { kind: "outage", durationS: 1e12 },
    { kind: "outage", durationS: 10, endsAt: "2026-01-01T00:00:00Z" },
    { kind: "outage", endsAt: "2020-01-01T00:00:00Z" },
    { kind: "outage", startsAt: "9999-01-01T00:00:00Z" },
    { kind: "outage", startsAt: "tomorrow" },
    { kind: "outage", note: "x".repeat(201) },
    { kind: "throttle" },
    { kind: "throttle", params: { perSecond: -1 } },
    { kind: "answer_errors", params: { every: 0 } },
    { kind: "slow_answers", params: { delayMs: 1e9 } },
    { kind: "ids", channel: "whatsapp", params: { format: "hex" } },
    { kind: "session_drops", numbers: ["+37499"], params: { everyS: 1 } },
    { kind: "session_drops", params: { everyS: 0 } },
    { kind: "scenario", params: { scenario: "no_such" } },
    { connections: [] },
    null,
    [],
    "outage",
  ])("what makes no sense is refused: %j", async (body) => {
    const { status, json } = await admin("POST", "faults", body ?? "null");
    expect(status).toBe(400);
    expect((json as { error: string }).error).not.toBe("");
    expect(await faults()).toEqual([]);
  });

  test("there are never more than 500", async () => {
    for (let count = 0; count < 500; count += 1) sandbox.faults.add(faultInputSchema.parse({ kind: "receipts_lost" }));
    expect((await admin("POST", "faults", { kind: "outage" })).status).toBe(400);
  });

  test("another site cannot set one from a browser", async () => {
    const init = {
      method: "POST",
      body: JSON.stringify({ kind: "outage" }),
      headers: { origin: "http://evil.example" },
    };
    expect((await fetch(url("/_sandbox/faults"), init)).status).toBe(403);
  });
});

test("every preset is a fault that can be taken, and every kind but a scenario has one", () => {
  const kinds = Object.values(FAULT_PRESETS).map((preset) => faultInputSchema.parse(preset).kind);
  expect(new Set([...kinds, "scenario"])).toEqual(new Set(FAULT_KINDS));
});

test("whatever is posted, the sandbox answers and lives", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.json(), fc.string({ unit: "binary", maxLength: 200 }), fc.constant("[".repeat(50_000))),
      async (body) => {
        const response = await fetch(url("/_sandbox/faults"), { method: "POST", body });
        await response.text();
        expect(response.status).toBe(400);
      },
    ),
    { numRuns: 50 },
  );
});

test("a connection registered while the sandbox runs may send at once, with its new token alone", async () => {
  expect(await whatsApp(number(1), "333")).toBe(400);
  const added = { phoneNumberId: "333", accessToken: "token", appSecret: "s" };
  expect((await admin("POST", "connections", { whatsapp: [added] })).status).toBe(200);
  expect(await whatsApp(number(1), "333")).toBe(200);
  await admin("POST", "connections", { whatsapp: [{ ...added, accessToken: "another" }] });
  expect(await whatsApp(number(1), "333")).toBe(401);
  expect(await whatsApp(number(1), "111")).toBe(200);
});

test("the ledger can be asked for some connections alone", async () => {
  await whatsApp(number(1), "111");
  await whatsApp(number(1), "222");
  const { json } = await admin("GET", "ledger?connections=222,none");
  expect(json).toMatchObject({ entries: [{ connectionId: "222" }] });
});
