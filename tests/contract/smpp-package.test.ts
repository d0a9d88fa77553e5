import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { AddressInfo } from "node:net";
import smpp, { type Pdu, type Session } from "smpp";
import type { CarrierReceipt, InboundMessage, SendRequest } from "@/lib/carriers/connector";
import { createSmppConnector } from "@/lib/carriers/smpp/create-smpp-connector";
import { startSandbox, type Sandbox } from "@/sandbox/start-sandbox";
import { temporaryDirectory } from "@/sandbox/testing/temporary-directory";
import { waitUntil } from "@/sandbox/testing/wait-until";

const directory = temporaryDirectory();
const cleanups: (() => Promise<void> | void)[] = [];
let sandbox: Sandbox;

beforeAll(async () => {
  const subscriptions = { smpp: [{ systemId: "main", password: "secret" }] };
  sandbox = await startSandbox({ dataDir: directory.path, speed: 200, subscriptions });
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
afterAll(async () => {
  await sandbox.stop();
  directory.remove();
});

type Ask = (send: (onAnswer: (pdu: Pdu) => void) => boolean) => Promise<Pdu>;
const ask: Ask = (send) =>
  new Promise((resolve, reject) => {
    if (!send(resolve)) reject(new Error("the session is closed"));
  });

describe("the package's client at the sandbox SMSC", () => {
  test("binds, sends, is told, is written to, is slowed down and says goodbye", async () => {
    const session = smpp.connect({ host: "127.0.0.1", port: sandbox.smppPort });
    cleanups.push(() => session.destroy());
    const delivered: Pdu[] = [];
    session.on("deliver_sm", (pdu: Pdu) => {
      delivered.push(pdu);
      session.send(pdu.response());
    });
    await new Promise((resolve) => session.on("connect", resolve));
    const who = { system_id: "main", password: "secret", interface_version: 0x34 };
    expect(await ask((done) => session.submit_sm({ destination_addr: "37499700001" }, done))).toMatchObject({
      command: "submit_sm_resp",
      command_status: 0x04,
    });
    expect(await ask((done) => session.bind_transceiver(who, done))).toMatchObject({
      ...{ command: "bind_transceiver_resp", command_status: 0 },
    });

    const submit = (destination_addr: string): Promise<Pdu> =>
      ask((done) => {
        const message = { source_addr: "Client", short_message: "Hello", registered_delivery: 1 };
        return session.submit_sm({ ...message, destination_addr }, done);
      });
    const to = (scenario: "delivered" | "throttled", number: string): string => {
      sandbox.scenarios.addRules([{ to: `+${number}`, channel: "sms", scenario }]);
      return number;
    };
    const { message_id: id, command_status: status } = await submit(to("delivered", "37499700002"));
    expect(status).toBe(0);
    await waitUntil("its receipt", () => delivered.some(({ receipted_message_id: of }) => of === id));
    expect(delivered[0]).toMatchObject({ esm_class: 4, message_state: 2 });

    expect(await submit(to("throttled", "37499700003"))).toMatchObject({ command_status: 0x58 });
    expect(sandbox.ledger.list({ to: "+37499700003" }).entries).toEqual([]);

    await fetch(`http://127.0.0.1:${sandbox.httpPort}/_sandbox/inbound`, {
      method: "POST",
      body: JSON.stringify({ channel: "sms", connectionId: "main", from: "+37499000111", text: "ԿԱՆԳ" }),
    });
    const written = await waitUntil("the message", () => delivered.find((pdu) => pdu.source_addr === "37499000111"));
    expect(written.short_message).toMatchObject({ message: "ԿԱՆԳ" });

    expect(await ask((done) => session.enquire_link({}, done))).toMatchObject({ command: "enquire_link_resp" });
    const closed = new Promise((resolve) => session.on("close", resolve));
    expect(await ask((done) => session.unbind({}, done))).toMatchObject({ command_status: 0 });
    await closed;
  });

  test.each([
    ["a wrong password", "main", "wrong", 0x0e],
    ["an unknown name", "nobody", "secret", 0x0f],
  ])("%s is told so and closed", async (_name, system_id, password, status) => {
    const session = smpp.connect({ host: "127.0.0.1", port: sandbox.smppPort });
    cleanups.push(() => session.destroy());
    const closed = new Promise((resolve) => session.on("close", resolve));
    await new Promise((resolve) => session.on("connect", resolve));
    expect(await ask((done) => session.bind_transceiver({ system_id, password }, done))).toMatchObject({
      command_status: status,
    });
    await closed;
  });
});

describe("our connector at the package's server", () => {
  test("binds by 3.4, sends, is told, is written to, is slowed down and says goodbye", async () => {
    const heard: Pdu[] = [];
    const sessions: Session[] = [];
    const server = smpp.createServer((session) => {
      sessions.push(session);
      session.on("error", () => session.destroy());
      session.on("pdu", (pdu: Pdu) => {
        heard.push(pdu);
        if (pdu.isResponse()) return;
        const slow = pdu.destination_addr === "37499700011";
        session.send(pdu.response(slow ? { command_status: 0x58 } : { message_id: "7F" }));
        if (pdu.command === "unbind") session.close();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cleanups.push(() => new Promise((resolve) => void server.close(() => resolve())));

    const receipts: CarrierReceipt[] = [];
    const inbound: InboundMessage[] = [];
    const { port } = server.address() as AddressInfo;
    const link = createSmppConnector({
      ...{ host: "127.0.0.1", port, tls: null, systemId: "us", password: "secret", systemType: "" },
      ...{ sourceAddr: "Kamurj", window: 10, ratePerSecond: 1_000, receiptIdFormat: "decimal", enquireLinkMs: 250 },
      onReceipt: async (receipt) => void receipts.push(receipt),
      onInbound: async (message) => void inbound.push(message),
    });
    cleanups.push(() => link.close(100));
    const send = (to: string) => {
      const content = { channel: "sms", text: "Բարև", validitySeconds: 60 } as const;
      const request: SendRequest = { reference: to, to, category: "utility", content };
      return link.send(request, () => true);
    };

    expect(await send("+37499700010")).toMatchObject({ kind: "accepted", carrierIds: ["127"] });
    expect(await send("+37499700011")).toMatchObject({ kind: "not_sent", code: "0x00000058" });
    expect(heard[0]).toMatchObject({ command: "bind_transceiver", interface_version: 0x34, system_id: "us" });
    expect(heard.find(({ command }) => command === "submit_sm")).toMatchObject({
      ...{ source_addr: "Kamurj", destination_addr: "37499700010", registered_delivery: 1, data_coding: 8 },
      short_message: { message: "Բարև" },
    });

    const [session] = sessions;
    if (session === undefined) throw new Error("nobody has bound");
    const text = "id:127 sub:001 dlvrd:001 submit date:2601010000 done date:2601010001 stat:DELIVRD err:000 text:";
    const receipt = { esm_class: 4, source_addr: "37499700010", short_message: text };
    expect(await ask((done) => session.deliver_sm(receipt, done))).toMatchObject({ command_status: 0 });
    expect(receipts).toMatchObject([{ carrierId: "127", kind: "delivered" }]);
    const message = { source_addr: "37499000111", short_message: "STOP" };
    expect(await ask((done) => session.deliver_sm(message, done))).toMatchObject({ command_status: 0 });
    expect(inbound).toMatchObject([{ from: "+37499000111", text: "STOP" }]);

    await waitUntil("a check of the link", () => heard.some(({ command }) => command === "enquire_link"));
    expect(await ask((done) => session.enquire_link({}, done))).toMatchObject({ command: "enquire_link_resp" });
    await link.close(1_000);
    expect(heard.at(-1)).toMatchObject({ command: "unbind" });
    await waitUntil("the session's end", () => server.sessions.length === 0);
  });
});
