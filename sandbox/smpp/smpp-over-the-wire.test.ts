import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createServer, type AddressInfo, type Socket } from "node:net";
import smpp, { type Pdu, type Session } from "smpp";
import type { CarrierReceipt, InboundMessage, SendRequest } from "@/lib/carriers/connector";
import {
  createSmppConnector,
  type SmppConnector,
  type SmppConnectorOptions,
} from "@/lib/carriers/smpp/create-smpp-connector";
import type { Scenario } from "../scenarios/vocabulary";
import { startSandbox, type Sandbox } from "../start-sandbox";
import { temporaryDirectory } from "../testing/temporary-directory";
import { waitUntil } from "../testing/wait-until";

const directory = temporaryDirectory();
const always = (): boolean => true;
let sandbox: Sandbox;
let nextNumber = 37_499_300_100;
const receipts: CarrierReceipt[] = [];
const inbound: InboundMessage[] = [];
const cleanups: (() => Promise<void>)[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({
    dataDir: directory.path,
    speed: 200,
    holdMs: 5_000,
    subscriptions: {
      smpp: [
        { systemId: "main", password: "secret" },
        { systemId: "hex", password: "secret", receiptIdFormat: "hex" },
        { systemId: "decimal", password: "secret", receiptIdFormat: "decimal" },
      ],
    },
  });
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  receipts.length = 0;
  inbound.length = 0;
});
afterAll(async () => {
  await sandbox.stop();
  directory.remove();
});

function connector(options: Partial<SmppConnectorOptions> = {}): SmppConnector {
  const made = createSmppConnector({
    host: "127.0.0.1",
    port: sandbox.smppPort,
    tls: null,
    systemId: "main",
    password: "secret",
    systemType: "",
    sourceAddr: "Kamurj",
    window: 10,
    ratePerSecond: 1_000,
    receiptIdFormat: "auto",
    wireTimeoutMs: 4_000,
    reconnectMinMs: 20,
    reconnectMaxMs: 100,
    onReceipt: async (receipt) => void receipts.push(receipt),
    onInbound: async (message) => void inbound.push(message),
    ...options,
  });
  cleanups.push(() => made.close(200));
  return made;
}

function sms(to: string, text = "Hello", validitySeconds: number | null = 3_600): SendRequest {
  return { reference: `ref-${to}`, to, category: "utility", content: { channel: "sms", text, validitySeconds } };
}

function numberWith(scenario: Scenario, tries?: number): string {
  nextNumber += 1;
  const to = `+${nextNumber}`;
  sandbox.scenarios.addRules([{ to, channel: "sms", scenario, tries }]);
  return to;
}

function numberWhere(scenario: Scenario, isTaken: boolean): string {
  for (;;) {
    const to = numberWith(scenario);
    if (sandbox.scenarios.draw("sms", to)() < 0.5 === isTaken) return to;
  }
}

const ledgerOf = (to: string) => sandbox.ledger.list({ to }).entries;
const kindsOf = (ids: readonly string[]): string[] =>
  receipts.filter((receipt) => ids.includes(receipt.carrierId)).map((receipt) => receipt.kind);

async function idsOf(link: SmppConnector, request: SendRequest): Promise<readonly string[]> {
  const outcome = await link.send(request, always);
  expect(outcome.kind).toBe("accepted");
  return outcome.kind === "accepted" ? outcome.carrierIds : [];
}

describe("what the carrier takes", () => {
  test.each([
    ["main", "auto"],
    ["hex", "hex"],
    ["decimal", "decimal"],
  ] as const)("receipts of %s match the ids of the answers", async (systemId, receiptIdFormat) => {
    const link = connector({ systemId, receiptIdFormat });
    for (let count = 0; count < 5; count += 1) {
      const ids = await idsOf(link, sms(numberWith("delivered")));
      await waitUntil("its receipt", () => kindsOf(ids).length === 1);
      expect(kindsOf(ids)).toEqual(["delivered"]);
    }
    expect(link.state()).toBe("bound");
    expect(link.unreadableCount()).toBe(0);
  });

  test.each(["ids_hex", "ids_decimal"] as const)("%s match as well, unannounced", async (scenario) => {
    const ids = await idsOf(connector(), sms(numberWith(scenario)));
    await waitUntil("its receipt", () => kindsOf(ids).length === 1);
    expect(kindsOf(ids)).toEqual(["delivered"]);
  });

  test.each([
    ["receipt_twice", ["delivered", "delivered"]],
    ["receipts_out_of_order", ["delivered", "sent"]],
    ["receipt_before_response", ["delivered"]],
    ["delivered_late", ["delivered"]],
    ["undeliverable", ["failed"]],
    ["blocked", ["failed"]],
    ["opted_out", ["failed"]],
    ["expired", ["expired"]],
  ] as const)("%s brings %j", async (scenario, expected) => {
    const ids = await idsOf(connector(), sms(numberWith(scenario)));
    await waitUntil("its receipts", () => kindsOf(ids).length === expected.length);
    expect(kindsOf(ids)).toEqual(expected);
  });

  test("a negative receipt names state and error", async () => {
    const ids = await idsOf(connector(), sms(numberWith("undeliverable")));
    const receipt = await waitUntil("its receipt", () => receipts.find((item) => ids.includes(item.carrierId)));
    expect(receipt).toMatchObject({ kind: "failed", code: "UNDELIV:045", reference: null });
    expect(Math.abs((receipt.carrierTimeMs ?? 0) - Date.now())).toBeLessThan(70_000);
  });

  test("never is taken and stays silent", async () => {
    const to = numberWith("never");
    await idsOf(connector(), sms(to));
    expect(ledgerOf(to)[0]?.receipts).toEqual([]);
  });

  test.each([
    ["GSM-7 with its extension characters", `${"a€".repeat(120)}[end]`],
    ["Armenian", "Բարև Ձեզ, Ձեր պատվերը պատրաստ է։ ".repeat(6)],
    ["emoji at the seams", "🙂".repeat(80)],
  ])("a long text in %s arrives part by part and reads the same when joined", async (_name, text) => {
    const to = numberWith("delivered");
    const ids = await idsOf(connector(), sms(to, text));
    const entries = ledgerOf(to);
    expect(entries.map((entry) => entry.text).join("")).toBe(text);
    expect(entries.map((entry) => entry.part?.sequence)).toEqual(entries.map((_, index) => index + 1));
    expect(new Set(entries.map((entry) => entry.part?.reference)).size).toBe(1);
    expect(entries.every((entry) => entry.part?.total === ids.length)).toBe(true);
    await waitUntil("a receipt for each part", () => kindsOf(ids).length === ids.length);
  });

  test.each([
    ["Kamurj", "Kamurj"],
    ["+37460500500", "37460500500"],
    ["1010", "1010"],
  ])("the sender %s is shown as %s", async (sourceAddr, shown) => {
    const to = numberWith("delivered");
    await idsOf(connector({ sourceAddr }), sms(to));
    expect(ledgerOf(to)[0]?.from).toBe(shown);
  });
});

describe("what the carrier turns away", () => {
  test("throttled is not sent until the tries are used up", async () => {
    const to = numberWith("throttled", 1);
    const link = connector();
    expect(await link.send(sms(to), always)).toMatchObject({
      kind: "not_sent",
      code: "0x00000058",
      retryAfterMs: 1_000,
    });
    await idsOf(link, sms(to));
    expect(ledgerOf(to)).toHaveLength(1);
  });

  test("a system error is an explicit no", async () => {
    const to = numberWith("error_500");
    expect(await connector().send(sms(to), always)).toMatchObject({ kind: "refused", code: "0x00000008" });
    expect(ledgerOf(to)).toEqual([]);
  });

  test("a destination that is no number is refused", async () => {
    expect(await connector().send(sms("+12"), always)).toMatchObject({ kind: "refused", code: "0x0000000B" });
  });

  test("an empty text is refused without a wire call", async () => {
    expect(await connector().send(sms(numberWith("delivered"), ""), always)).toMatchObject({ kind: "refused" });
  });

  test("a send whose right to go has run out writes nothing", async () => {
    const to = numberWith("delivered");
    expect(await connector().send(sms(to), () => false)).toMatchObject({ kind: "not_sent", code: "aborted" });
    expect(ledgerOf(to)).toEqual([]);
  });

  test("a wrong password leaves the link down with the reason, and sends are not sent", async () => {
    const link = connector({ password: "wrong", reconnectMinMs: 60_000, reconnectMaxMs: 60_000 });
    await waitUntil("the bind to be refused", () => link.state() === "down");
    expect(link.lastError()).toBe("bind refused with 0x0000000E");
    expect(await link.send(sms(numberWith("delivered")), always)).toMatchObject({
      kind: "not_sent",
      code: "session_down",
    });
  });

  test("the window holds: what finds no place in time is not sent", async () => {
    const link = connector({ window: 1, wireTimeoutMs: 300 });
    await waitUntil("the bind", () => link.state() === "bound");
    const blocking = link.send(sms(numberWhere("timeout", false)), always);
    const to = numberWith("delivered");
    expect(await link.send(sms(to), always)).toMatchObject({ kind: "not_sent", code: "window_full" });
    expect(await blocking).toMatchObject({ kind: "unknown", code: "timeout" });
    expect(ledgerOf(to)).toEqual([]);
  });
});

describe("what nobody can know", () => {
  test.each([true, false])("no answer in time is unknown, whether taken (%s) or not", async (isTaken) => {
    const to = numberWhere("timeout", isTaken);
    expect(await connector({ wireTimeoutMs: 200 }).send(sms(to), always)).toMatchObject({
      kind: "unknown",
      code: "timeout",
    });
    expect(ledgerOf(to)).toHaveLength(isTaken ? 1 : 0);
  });

  /** An SMSC of our own, for what the sandbox never does. */
  async function smsc(onSubmit: (session: Session, pdu: Pdu, count: number) => void): Promise<number> {
    let count = 0;
    const server = smpp.createServer((session) => {
      session.on("error", () => session.destroy());
      session.on("bind_transceiver", (pdu: Pdu) => session.send(pdu.response()));
      session.on("unbind", (pdu: Pdu) => session.send(pdu.response()));
      session.on("submit_sm", (pdu: Pdu) => onSubmit(session, pdu, (count += 1)));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cleanups.push(() => {
      for (const session of [...server.sessions]) session.destroy();
      return new Promise((resolve) => void server.close(() => resolve()));
    });
    return (server.address() as AddressInfo).port;
  }

  test("a session lost with a submit outstanding is unknown, and the link comes back by itself", async () => {
    const port = await smsc((session, pdu, count) =>
      count === 1 ? session.destroy() : session.send(pdu.response({ message_id: "42" })),
    );
    const link = connector({ port });
    expect(await link.send(sms("+37499000111"), always)).toMatchObject({ kind: "unknown", code: "session_lost" });
    await waitUntil("the link to be bound again", () => link.state() === "bound");
    expect(await idsOf(link, sms("+37499000111"))).toEqual(["42"]);
  });

  const long = "x".repeat(400);

  test.each([
    ["refused", 0x0b, { kind: "refused", code: "0x0000000B", carrierIds: ["7"] }],
    ["throttled", 0x58, { kind: "refused", code: "0x00000058", carrierIds: ["7"] }],
  ])("part 2 %s after part 1 was taken: refused, with the part taken", async (_name, status, expected) => {
    const port = await smsc((session, pdu, count) =>
      session.send(pdu.response(count === 1 ? { message_id: "7" } : { command_status: status })),
    );
    expect(await connector({ port }).send(sms("+37499000111", long), always)).toMatchObject(expected);
  });

  test("part 2 lost with the session after part 1 was taken: unknown, with the part taken", async () => {
    const port = await smsc((session, pdu, count) =>
      count === 1 ? session.send(pdu.response({ message_id: "7" })) : session.destroy(),
    );
    const outcome = await connector({ port }).send(sms("+37499000111", long), always);
    expect(outcome).toMatchObject({ kind: "unknown", code: "session_lost", carrierIds: ["7"] });
  });

  test("an acceptance without an id is unknown", async () => {
    const port = await smsc((session, pdu) => session.send(pdu.response({ message_id: "" })));
    expect(await connector({ port }).send(sms("+37499000111"), always)).toMatchObject({
      kind: "unknown",
      code: "bad_response",
    });
  });

  test("a carrier that writes garbage loses its session and nothing else", async () => {
    const port = await smsc((session) => void session.socket.write(Buffer.alloc(64, 0xff)));
    const link = connector({ port });
    expect(await link.send(sms("+37499000111"), always)).toMatchObject({ kind: "unknown", code: "session_lost" });
    await waitUntil("the link to be bound again", () => link.state() === "bound");
  });

  test("a port where nobody answers is not sent", async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cleanups.push(() => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => void server.close(() => resolve()));
    });
    const port = (server.address() as AddressInfo).port;
    const outcome = await connector({ port, wireTimeoutMs: 200 }).send(sms("+37499000111"), always);
    expect(outcome).toMatchObject({ kind: "not_sent", code: "session_down" });
  });
});

describe("receipts are never lost", () => {
  test("one that we could not store is answered with an error and comes again", async () => {
    let refusals = 2;
    const link = connector({
      onReceipt: async (receipt) => {
        refusals -= 1;
        if (refusals >= 0) throw new Error("the database is away");
        receipts.push(receipt);
      },
    });
    const to = numberWith("delivered");
    const ids = await idsOf(link, sms(to));
    await waitUntil("the receipt", () => kindsOf(ids).length === 1);
    await waitUntil("its acknowledgement", () => ledgerOf(to)[0]?.receipts[0]?.acknowledged);
    expect(refusals).toBe(-1);
  });

  test("it is acknowledged to the carrier only after we have stored it", async () => {
    let release = (): void => undefined;
    const stored = new Promise<void>((resolve) => (release = resolve));
    let arrived = 0;
    const link = connector({ onReceipt: () => ((arrived += 1), stored) });
    const to = numberWith("delivered");
    await idsOf(link, sms(to));
    await waitUntil("the receipt to arrive", () => arrived === 1);
    expect(ledgerOf(to)[0]?.receipts[0]?.acknowledged).toBe(false);
    release();
    await waitUntil("its acknowledgement", () => ledgerOf(to)[0]?.receipts[0]?.acknowledged);
  });

  test("those due while no session was bound come with the next bind", async () => {
    const first = connector();
    const to = numberWith("delivered_late");
    const ids = await idsOf(first, sms(to));
    await first.close(200);
    await waitUntil("the receipt to be due", () => (ledgerOf(to)[0]?.receipts[0]?.dueMs ?? Infinity) < Date.now());
    connector();
    await waitUntil("the receipt", () => kindsOf(ids).length === 1);
  });

  test("those on the wire when the session broke come again", async () => {
    let hung = 0;
    const first = connector({ onReceipt: () => ((hung += 1), new Promise(() => undefined)) });
    const ids = await idsOf(first, sms(numberWith("delivered")));
    await waitUntil("the receipt to arrive", () => hung === 1);
    await first.close(0);
    connector();
    await waitUntil("the receipt again", () => kindsOf(ids).length === 1);
  });

  test("a message from a person arrives as one", async () => {
    const link = connector();
    await waitUntil("the bind", () => link.state() === "bound");
    await fetch(`http://127.0.0.1:${sandbox.httpPort}/_sandbox/inbound`, {
      method: "POST",
      body: JSON.stringify({ channel: "sms", connectionId: "main", from: "+37499000111", text: "ՍՏՈՊ" }),
    });
    await waitUntil("the message", () => inbound.length === 1);
    expect(inbound).toMatchObject([{ from: "+37499000111", text: "ՍՏՈՊ" }]);
  });

  test("a long message of a person's comes in parts that say what they are parts of", async () => {
    connector();
    const text = "Բարև Ձեզ, շատ երկար է սա։ ".repeat(6);
    await fetch(`http://127.0.0.1:${sandbox.httpPort}/_sandbox/inbound`, {
      method: "POST",
      body: JSON.stringify({ channel: "sms", connectionId: "main", from: "+37499000112", text }),
      headers: { "content-type": "application/json" },
    });
    await waitUntil("its parts", () => inbound.length === 3);
    expect(inbound.map((message) => message.text).join("")).toBe(text);
    expect(inbound.map((message) => message.part)).toMatchObject([1, 2, 3].map((sequence) => ({ sequence, total: 3 })));
  });
});
