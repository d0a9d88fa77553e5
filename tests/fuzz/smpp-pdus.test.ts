import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import fc from "fast-check";
import smpp, { type Pdu } from "smpp";
import type { SendRequest } from "@/lib/carriers/connector";
import { createSmppConnector, type SmppConnector } from "@/lib/carriers/smpp/create-smpp-connector";
import { readDeliver } from "@/lib/carriers/smpp/read-deliver";
import { startSandbox, type Sandbox } from "@/sandbox/start-sandbox";
import { temporaryDirectory } from "@/sandbox/testing/temporary-directory";
import { waitUntil } from "@/sandbox/testing/wait-until";
import { damagedPdu, damagedStream, goodPdus } from "./mutate-pdus";
import { countSockets } from "./open-handles";

const directory = temporaryDirectory();
const cleanups: (() => Promise<void>)[] = [];
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

const bind = new smpp.PDU("bind_transceiver", { system_id: "main", password: "secret", sequence_number: 1 }).toBuffer();

function connector(port: number): SmppConnector {
  const made = createSmppConnector({
    ...{ host: "127.0.0.1", port, tls: null, systemId: "main", password: "secret", systemType: "" },
    ...{ sourceAddr: "Kamurj", window: 10, ratePerSecond: 10_000, receiptIdFormat: "auto", wireTimeoutMs: 100 },
    ...{ bindTimeoutMs: 200, enquireLinkMs: 50, reconnectMinMs: 5, reconnectMaxMs: 20 },
    onReceipt: async () => undefined,
    onInbound: async () => undefined,
  });
  cleanups.push(() => made.close(100));
  return made;
}

function send(link: SmppConnector, to = "+37499800001") {
  const content = { channel: "sms", text: "Hello", validitySeconds: null } as const;
  const request: SendRequest = { reference: to, to, category: "utility", content };
  return link.send(request, () => true);
}

const outcomes = ["accepted", "refused", "not_sent", "unknown"];

test("whatever the package can read of a PDU, we can read as a receipt, a message or neither", () => {
  let read = 0;
  fc.assert(
    fc.property(damagedPdu, fc.constantFrom("auto", "hex", "decimal"), (bytes, format) => {
      let pdu: Pdu | false = false;
      try {
        pdu = smpp.PDU.fromBuffer(bytes);
      } catch {
        return; // ends the session: the tests below
      }
      if (pdu === false) return;
      read += 1;
      expect(["receipt", "inbound", "unreadable"]).toContain(readDeliver(pdu, format, 240).kind);
    }),
    { numRuns: 20_000 },
  );
  expect(read).toBeGreaterThan(5_000);
});

describe("the sandbox SMSC", () => {
  /** Writes, and leaves when the SMSC has ended it, or has answered the PDU that stands at the end. */
  async function attack(pieces: readonly Buffer[], isBound: boolean): Promise<void> {
    const socket = connect({ host: "127.0.0.1", port: sandbox.smppPort, noDelay: true });
    socket.on("error", () => undefined);
    socket.resume();
    const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    if (isBound) socket.write(bind);
    for (const piece of pieces) socket.write(piece);
    socket.end();
    await closed;
  }

  test("ends every session that sends nonsense and leaves, and goes on serving others", async () => {
    const before = countSockets();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(damagedStream, fc.boolean()), { minLength: 8, maxLength: 8 }),
        async (streams) => {
          await Promise.all(streams.map(([pieces, isBound]) => attack(pieces, isBound)));
        },
      ),
      { numRuns: 100 },
    );
    await waitUntil("all sessions to be gone", () => countSockets() <= before);
    sandbox.scenarios.addRules([{ to: "+37499800002", channel: "sms", scenario: "delivered" }]);
    expect(await send(connector(sandbox.smppPort), "+37499800002")).toMatchObject({ kind: "accepted" });
  });

  test.each([0, 1, 3, 4, 15, 16_385, 0xffff_ffff])("ends a session whose PDU says it has %i octets", async (length) => {
    const pdu = Buffer.from(goodPdus[0] ?? []);
    pdu.writeUInt32BE(length, 0);
    const socket = connect({ host: "127.0.0.1", port: sandbox.smppPort });
    cleanups.push(async () => void socket.destroy());
    socket.resume();
    socket.write(Buffer.concat([bind, pdu]));
    await new Promise<void>((resolve) => socket.on("close", () => resolve()));
    expect(socket.destroyed).toBe(true);
  });

  test("a PDU that comes octet by octet is read as one", async () => {
    const socket = connect({ host: "127.0.0.1", port: sandbox.smppPort, noDelay: true });
    cleanups.push(async () => void socket.destroy());
    for (const octet of bind) socket.write(Buffer.of(octet));
    const answer = await new Promise<Buffer>((resolve) => socket.once("data", resolve));
    expect(smpp.PDU.fromBuffer(answer)).toMatchObject({ command: "bind_transceiver_resp", command_status: 0 });
  });
});

describe("our connector", () => {
  /** An SMSC that binds and then answers the first submit of a session with the next stream. */
  async function hostileSmsc(streams: (readonly Buffer[])[]): Promise<number> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.setNoDelay(true));
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => undefined);
      let isSpent = false;
      socket.on("data", (bytes) => {
        for (let at = 0; at + 16 <= bytes.length; at += Math.max(16, bytes.readUInt32BE(at))) {
          const pdu = smpp.PDU.fromBuffer(bytes.subarray(at));
          if (pdu === false || pdu.isResponse()) continue;
          const stream = pdu.command === "submit_sm" && !isSpent ? streams.shift() : undefined;
          isSpent ||= pdu.command === "submit_sm";
          if (stream === undefined) socket.write(pdu.response({ message_id: "1" }).toBuffer());
          else for (const piece of stream) socket.write(piece);
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cleanups.push(() => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => void server.close(() => resolve()));
    });
    return (server.address() as AddressInfo).port;
  }

  test("makes an outcome of whatever it is answered, and binds again", async () => {
    const before = countSockets();
    await fc.assert(
      fc.asyncProperty(fc.array(damagedStream, { minLength: 12, maxLength: 12 }), async (streams) => {
        const port = await hostileSmsc(streams.map((pieces) => [...pieces]));
        const links = Array.from({ length: streams.length }, () => connector(port));
        for (const { kind } of await Promise.all(links.map((link) => send(link)))) expect(outcomes).toContain(kind);
        await Promise.all(
          links.map((link) => waitUntil("a send that is taken", async () => (await send(link)).kind === "accepted")),
        );
        for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
      }),
      { numRuns: 25 },
    );
    await waitUntil("all sockets to be closed", () => countSockets() <= before);
  });
});
