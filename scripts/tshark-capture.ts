import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { createSmppConnector } from "../lib/carriers/smpp/create-smpp-connector";
import { startSandbox } from "../sandbox/start-sandbox";
import { temporaryDirectory } from "../sandbox/testing/temporary-directory";
import { waitUntil } from "../sandbox/testing/wait-until";
import { writePcap, type StreamPiece } from "./pcap-of-streams";

/** What tshark makes of our SMPP traffic. */
export type Decoded = {
  readonly submits: number;
  readonly submitAnswers: number;
  readonly delivers: number;
  readonly malformed: number;
  /** Parts by their user data header, as "reference total/sequence". */
  readonly parts: readonly string[];
};

/** Null: tshark is there. */
export function whyNoTshark(): string | null {
  try {
    execFileSync("which", ["tshark"], { stdio: "ignore" });
    return null;
  } catch {
    return "tshark is not installed (Debian: apt-get install tshark)";
  }
}

const long = "Բարև Ձեզ, Ձեր պատվերը պատրաստ է։ ".repeat(5);
const texts = ["Hello {[€]}", "Բարև", long, "x".repeat(400)];

/** Our connector's texts of every kind, sent to the sandbox through a relay that keeps the bytes, and decoded by tshark. */
export async function decodeOurTraffic(longMessages: "udh8" | "udh16" | "payload"): Promise<Decoded> {
  const directory = temporaryDirectory();
  const subscriptions = { smpp: [{ systemId: "main", password: "secret" }] };
  const sandbox = await startSandbox({ dataDir: directory.path, speed: 200, subscriptions });
  const pieces: StreamPiece[] = [];
  const relay = createServer((client) => {
    const server = connect({ host: "127.0.0.1", port: sandbox.smppPort });
    for (const [from, to, fromClient] of [[client, server, true] as const, [server, client, false] as const]) {
      from.on("data", (bytes: Buffer) => {
        pieces.push({ fromClient, bytes, atMs: Date.now() });
        to.write(bytes);
      });
      from.on("close", () => to.destroy());
      from.on("error", () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  let receipts = 0;
  const link = createSmppConnector({
    ...{ host: "127.0.0.1", port: (relay.address() as AddressInfo).port, tls: null, systemId: "main" },
    ...{ password: "secret", systemType: "", sourceAddr: "Kamurj", window: 10, ratePerSecond: 1_000 },
    ...{ receiptIdFormat: "auto", longMessages, wireTimeoutMs: 5_000 },
    onReceipt: async () => void (receipts += 1),
    onInbound: async () => undefined,
  });
  try {
    let taken = 0;
    for (const [index, text] of texts.entries()) {
      const to = `+3749987${index}0002`;
      const content = { channel: "sms", text, validitySeconds: 600 } as const;
      const outcome = await link.send({ reference: to, to, category: "utility", content }, () => true);
      if (outcome.kind !== "accepted") throw new Error(`the sandbox took no message: ${outcome.raw}`);
      taken += outcome.carrierIds.length;
    }
    await waitUntil("all receipts", () => receipts === taken);
    await link.close(1_000);
    return decodePieces(pieces);
  } finally {
    await link.close(100);
    await new Promise((resolve) => relay.close(resolve));
    await sandbox.stop();
    directory.remove();
  }
}

export function decodePieces(pieces: readonly StreamPiece[]): Decoded {
  const directory = temporaryDirectory();
  try {
    const file = join(directory.path, "smpp.pcap");
    writeFileSync(file, writePcap(pieces, 2_775));
    return readDecoded(file);
  } finally {
    directory.remove();
  }
}

function readDecoded(file: string): Decoded {
  const ask = (filter: string, ...fields: readonly string[]): readonly string[] => {
    const wanted = ["-T", "fields", ...fields.flatMap((field) => ["-e", field])];
    const out = execFileSync("tshark", ["-r", file, "-Y", filter, ...wanted], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return out.split("\n").filter((line) => line !== "");
  };
  // One segment may hold several PDUs: their fields come with commas between them.
  const commands = ask("smpp", "smpp.command_id").flatMap((line) => line.split(","));
  const count = (id: number): number => commands.filter((command) => Number(command) === id).length;
  const header = ["gsm_sms.udh.mm.msg_id", "gsm_sms.udh.mm.msg_parts", "gsm_sms.udh.mm.msg_part"];
  return {
    submits: count(0x04),
    submitAnswers: count(0x8000_0004),
    delivers: count(0x05),
    malformed: ask("_ws.malformed", "frame.number").length,
    parts: ask("gsm_sms.udh.mm.msg_parts", ...header).map((line) => {
      const [reference = "", total = "", part = ""] = line.split("\t");
      return `${reference} ${total}/${part}`;
    }),
  };
}
