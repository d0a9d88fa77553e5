import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { AddressInfo } from "node:net";
import smpp, { type Pdu, type Server, type Session } from "smpp";
import type { CarrierReceipt, SendOutcome, SendRequest } from "@/lib/carriers/connector";
import {
  createSmppConnector,
  type SmppConnector,
  type SmppConnectorOptions,
} from "@/lib/carriers/smpp/create-smpp-connector";
import { smscCertificate, smscKey } from "../../tests/fixtures/smsc-certificate";
import { startSandbox, type Sandbox } from "../start-sandbox";
import { temporaryDirectory } from "../testing/temporary-directory";
import { waitUntil } from "../testing/wait-until";

const directory = temporaryDirectory();
const receipts: CarrierReceipt[] = [];
const cleanups: (() => Promise<void>)[] = [];
let sandbox: Sandbox;
let nextNumber = 37_499_400_100;

beforeAll(async () => {
  const subscriptions = { smpp: [{ systemId: "main", password: "secret" }] };
  sandbox = await startSandbox({ dataDir: directory.path, speed: 200, subscriptions });
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  receipts.length = 0;
});
afterAll(async () => {
  await sandbox.stop();
  directory.remove();
});

function connector(options: Partial<SmppConnectorOptions> = {}): SmppConnector {
  const made = createSmppConnector({
    ...{ host: "127.0.0.1", port: sandbox.smppPort, tls: null, systemId: "main", password: "secret", systemType: "" },
    ...{ sourceAddr: "Kamurj", window: 10, ratePerSecond: 10_000, receiptIdFormat: "auto", wireTimeoutMs: 4_000 },
    ...{ reconnectMinMs: 20, reconnectMaxMs: 100 },
    onReceipt: async (receipt) => void receipts.push(receipt),
    onInbound: async () => undefined,
    ...options,
  });
  cleanups.push(() => made.close(200));
  return made;
}

/** An SMSC of our own: tells what was bound, and answers as told. */
async function smsc(
  onSubmit: (session: Session, pdu: Pdu) => void,
  tls?: { readonly key: string; readonly cert: string },
): Promise<{ readonly port: number; readonly server: Server; readonly binds: string[] }> {
  const binds: string[] = [];
  const serve = (session: Session): void => {
    session.on("error", () => session.destroy());
    for (const role of ["bind_transceiver", "bind_transmitter", "bind_receiver"]) {
      session.on(role, (pdu: Pdu) => {
        binds.push(role);
        session.send(pdu.response());
      });
    }
    session.on("unbind", (pdu: Pdu) => session.send(pdu.response()));
    session.on("submit_sm", (pdu: Pdu) => onSubmit(session, pdu));
  };
  const server = tls === undefined ? smpp.createServer(serve) : smpp.createServer(tls, serve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    for (const session of [...server.sessions]) session.destroy();
    return new Promise((resolve) => void server.close(() => resolve()));
  });
  return { port: (server.address() as AddressInfo).port, server, binds };
}

const always = (): boolean => true;

function send(link: SmppConnector, text = "Hello"): Promise<SendOutcome> & { readonly to: string } {
  nextNumber += 1;
  const to = `+${nextNumber}`;
  sandbox.scenarios.addRules([{ to, channel: "sms", scenario: "delivered" }]);
  const content = { channel: "sms", text, validitySeconds: null } as const;
  const request: SendRequest = { reference: to, to, category: "utility", content };
  return Object.assign(link.send(request, always), { to });
}

const idsOf = (outcome: SendOutcome): readonly string[] => ("carrierIds" in outcome ? outcome.carrierIds : []);

test.each([
  ["udh16", 3],
  ["udh8", 3],
] as const)(
  "a long text by %s arrives in parts that join to the text, and each part has its receipt",
  async (longMessages, parts) => {
    const text = "Բարև Ձեզ, Ձեր պատվերը պատրաստ է։ ".repeat(5);
    const sent = send(connector({ longMessages }), text);
    const outcome = await sent;
    expect(outcome).toMatchObject({ kind: "accepted", segments: parts });
    const { entries } = sandbox.ledger.list({ to: sent.to });
    expect(entries.map((entry) => entry.text).join("")).toBe(text);
    expect(entries.map((entry) => entry.part?.sequence)).toEqual([1, 2, 3]);
    await waitUntil("a receipt for each part", () => receipts.length === parts);
    expect(receipts.map((receipt) => receipt.carrierId).sort()).toEqual([...idsOf(outcome)].sort());
  },
);

test("a long text by message_payload is one submit with one id, billed as the parts that the carrier makes of it", async () => {
  const text = "x".repeat(400);
  const sent = send(connector({ longMessages: "payload" }), text);
  const outcome = await sent;
  expect(outcome).toMatchObject({ kind: "accepted", segments: 3, carrierIds: [expect.any(String)] });
  const { entries } = sandbox.ledger.list({ to: sent.to });
  expect(entries).toMatchObject([{ text, part: null }]);
  await waitUntil("its receipt", () => receipts.some(({ carrierId }) => idsOf(outcome).includes(carrierId)));
});

test.each([
  ["latin1", "Año [2]", "Año [2]"],
  ["latin1", "Անի", "Անի"],
  ["ucs2", "Hello", "Hello"],
] as const)("a line of %s carries %j", async (alphabet, text, read) => {
  const sent = send(connector({ alphabet }), text);
  expect(await sent).toMatchObject({ kind: "accepted" });
  expect(sandbox.ledger.list({ to: sent.to }).entries).toMatchObject([{ text: read }]);
});

test("smart encoding sends plain signs for typographic ones", async () => {
  const sent = send(connector({ smartEncoding: true }), "“Sale”… 20\u00a0% off");
  expect(await sent).toMatchObject({ kind: "accepted", segments: 1 });
  expect(sandbox.ledger.list({ to: sent.to }).entries).toMatchObject([{ text: '"Sale"... 20 % off' }]);
});

test("a transmitter sends and a receiver takes the receipts", async () => {
  const link = connector({ bindMode: "transmitter_receiver" });
  await waitUntil("both binds", () => link.sessions().every(({ state }) => state === "bound"));
  expect(link.sessions().map(({ role }) => role)).toEqual(["transmitter", "receiver"]);
  const ids = idsOf(await send(link));
  expect(ids).toHaveLength(1);
  await waitUntil("its receipt", () => receipts.some((receipt) => ids.includes(receipt.carrierId)));
});

test("without its receiver a connection sends, and says that it does not listen", async () => {
  const { port } = await smsc((session, pdu) => session.send(pdu.response({ message_id: "1" })));
  const link = connector({ port, bindMode: "transmitter_receiver" });
  await waitUntil("both binds", () => link.sessions().every(({ state }) => state === "bound"));
  expect(link.isListening()).toBe(true);
  await link.close(200);
  expect(link.isListening()).toBe(false);
});

test("no more receipts of a session wait for their answers than its window has room for", async () => {
  const folder = temporaryDirectory();
  const subscriptions = { smpp: [{ systemId: "main", password: "secret" }] };
  const own = await startSandbox({ dataDir: folder.path, speed: 200, smppWindow: 2, subscriptions });
  cleanups.push(() => own.stop().then(() => folder.remove()));
  const held: (() => void)[] = [];
  const heard: string[] = [];
  const link = connector({
    port: own.smppPort,
    onReceipt: ({ carrierId }) => {
      heard.push(carrierId);
      return new Promise((resolve) => void held.push(resolve));
    },
  });
  const recipients = Array.from({ length: 5 }, (_, i) => `+3749940099${i}`);
  own.scenarios.addRules(recipients.map((to) => ({ to, channel: "sms", scenario: "delivered" })));
  for (const to of recipients) {
    const content = { channel: "sms", text: "Hello", validitySeconds: null } as const;
    expect(await link.send({ reference: to, to, category: "utility", content }, always)).toMatchObject({
      kind: "accepted",
    });
  }
  const backlog = async (): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${own.httpPort}/_sandbox/ledger/summary`);
    return ((await response.json()) as { backlog: { sms: number } }).backlog.sms;
  };
  await waitUntil("all receipts to be due", async () => (await backlog()) === 5 && heard.length > 0);
  for (let answered = 0; answered < 5; answered += 1) {
    await waitUntil("the window to be full", () => heard.length === Math.min(5, answered + 2));
    held[answered]?.();
  }
  await waitUntil("all receipts to be taken", async () => (await backlog()) === 0);
  expect(new Set(heard).size).toBe(5);
});

test("several sessions share the load, each within its own window", async () => {
  const held: (() => void)[] = [];
  const busy = new Map<Session, number>();
  let most = 0;
  const { port, binds } = await smsc((session, pdu) => {
    busy.set(session, (busy.get(session) ?? 0) + 1);
    most = Math.max(most, busy.get(session) ?? 0);
    held.push(() => {
      busy.set(session, (busy.get(session) ?? 0) - 1);
      session.send(pdu.response({ message_id: String(held.length) }));
    });
  });
  const link = connector({ port, sessions: 3, window: 2 });
  await waitUntil("three binds", () => link.sessions().every(({ state }) => state === "bound"));
  const sends = Array.from({ length: 9 }, () => send(link));
  await waitUntil("all places to be taken", () => held.length === 6);
  expect([...busy.values()]).toEqual([2, 2, 2]);
  while (held.length > 0) {
    held.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
    if (held.length === 0) await Promise.race([Promise.all(sends), waitUntil("the next", () => held.length > 0)]);
  }
  expect((await Promise.all(sends)).map(({ kind }) => kind)).toEqual(Array.from({ length: 9 }, () => "accepted"));
  expect(most).toBe(2);
  expect(binds).toEqual(["bind_transceiver", "bind_transceiver", "bind_transceiver"]);
});

test("what a lost session had outstanding is unknown and is not sent by another", async () => {
  const seen: string[] = [];
  const { port } = await smsc((session, pdu) => {
    seen.push(pdu.destination_addr ?? "");
    session.destroy();
  });
  const link = connector({ port, sessions: 2, reconnectMinMs: 60_000, reconnectMaxMs: 60_000 });
  await waitUntil("two binds", () => link.sessions().every(({ state }) => state === "bound"));
  expect(await send(link)).toMatchObject({ kind: "unknown", code: "session_lost" });
  expect(link.state()).toBe("bound");
  expect(seen).toHaveLength(1);
});

test("a session that the network has forgotten is found out by the first submit without an answer", async () => {
  let isDeaf = false;
  const { port, binds } = await smsc((session, pdu) => {
    if (!isDeaf) session.send(pdu.response({ message_id: "1" }));
  });
  const link = connector({ port, wireTimeoutMs: 300, enquireLinkMs: 600_000 });
  expect(await send(link)).toMatchObject({ kind: "accepted" });
  isDeaf = true; // this SMSC answers no enquire_link either
  expect(await send(link)).toMatchObject({ kind: "unknown", code: "timeout" });
  await waitUntil("another bind", () => binds.length === 2);
});

test("a session that answers is kept, though a submit had no answer", async () => {
  const to = `+${(nextNumber += 1)}`;
  sandbox.scenarios.addRules([{ to, channel: "sms", scenario: "timeout" }]);
  const link = connector({ wireTimeoutMs: 300 });
  const content = { channel: "sms", text: "Hello", validitySeconds: null } as const;
  const outcome = await link.send({ reference: to, to, category: "utility", content }, always);
  expect(outcome).toMatchObject({ kind: "unknown", code: "timeout" });
  expect(await send(link)).toMatchObject({ kind: "accepted" });
  expect(link.state()).toBe("bound");
});

test("a line over TLS is bound when its certificate is the one that was given", async () => {
  const answer = (session: Session, pdu: Pdu): void => void session.send(pdu.response({ message_id: "77" }));
  const { port } = await smsc(answer, { key: smscKey, cert: smscCertificate });
  const link = connector({ port, tls: { servername: "smsc.test", ca: smscCertificate } });
  expect(await send(link)).toMatchObject({ kind: "accepted", carrierIds: ["77"] });
});

test.each([
  ["that nobody vouches for", { servername: "smsc.test", ca: null }],
  ["of another name", { servername: "elsewhere.test", ca: smscCertificate }],
])("a certificate %s is refused before the password is said", async (_name, tls) => {
  const { port, binds } = await smsc(() => undefined, { key: smscKey, cert: smscCertificate });
  const link = connector({ port, tls, reconnectMinMs: 60_000, reconnectMaxMs: 60_000 });
  await waitUntil("the link to be down", () => link.state() === "down");
  expect(link.lastError()).toMatch(/certificate/i);
  expect(await send(link)).toMatchObject({ kind: "not_sent", code: "session_down" });
  expect(binds).toEqual([]);
});
