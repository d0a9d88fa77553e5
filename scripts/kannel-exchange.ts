import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LedgerEntry } from "../sandbox/ledger/ledger-entry";
import { startSandbox } from "../sandbox/start-sandbox";
import { temporaryDirectory } from "../sandbox/testing/temporary-directory";
import { waitUntil } from "../sandbox/testing/wait-until";
import { startWebhookReceiver } from "../sandbox/testing/webhook-receiver";
import { freePort } from "./embedded-database.mjs";

/** One message that Kannel was asked to send, and what Kannel was told of it afterwards. */
export type KannelMessage = {
  readonly to: string;
  readonly text: string;
  /** Kannel's words for receipts: 1 delivered, 2 failed, 34 expired, 8 taken by the SMSC, 16 refused by it. */
  readonly reports: readonly number[];
  readonly entries: readonly LedgerEntry[];
};

export type KannelExchange = {
  readonly messages: readonly KannelMessage[];
  /** What a person wrote to the sandbox, as Kannel passed it on. */
  readonly inbound: string | null;
};

/** Null: both programs are there. Else why Kannel cannot be asked. */
export function whyNoKannel(): string | null {
  try {
    for (const program of ["bearerbox", "smsbox"]) execFileSync("which", [program], { stdio: "ignore" });
    return null;
  } catch {
    return "Kannel is not installed (Debian: apt-get install kannel)";
  }
}

const text = "Բարև Ձեզ, Ձեր պատվերը պատրաստ է։";
/** Numbers as sandbox/scenarios/magic-numbers.ts has them. */
const asked = [
  { to: "+37499810002", text: "Hello from Kannel {[€]}", final: 1 },
  { to: "+37499820002", text, final: 1 },
  { to: "+37499830002", text: text.repeat(5), final: 1 },
  { to: "+37499840017", text: "Nobody there", final: 2 },
  { to: "+37499850018", text: "Too late", final: 34 },
  { to: "+374998", text: "No such number", final: 16 },
] as const;
const written = "ԿԱՆԳ from a person";

/**
 * Kannel's bearerbox as a client of the sandbox's SMSC: binds, sends texts of every kind, and passes on receipts and a message. All of
 * it is of this machine and of a directory that is gone afterwards.
 */
export async function exchangeWithKannel(): Promise<KannelExchange> {
  const directory = temporaryDirectory();
  const children: ChildProcess[] = [];
  const receiver = await startWebhookReceiver();
  const subscriptions = { smpp: [{ systemId: "kannel", password: "secret" }] };
  const sandbox = await startSandbox({ dataDir: join(directory.path, "sandbox"), speed: 1_000, subscriptions });
  try {
    const ports = { admin: await freePort(), boxes: await freePort(), send: await freePort(), smsc: sandbox.smppPort };
    const conf = join(directory.path, "kannel.conf");
    mkdirSync(join(directory.path, "spool"));
    writeFileSync(conf, configuration(directory.path, ports, receiver.url));
    children.push(start("bearerbox", conf, directory.path));
    await waitUntil("bearerbox to be bound", async () =>
      (await ask(ports.admin, "status.txt", { password: "admin" })).includes("(online"),
    );
    children.push(start("smsbox", conf, directory.path));
    await waitUntil("smsbox to take messages", async () => (await ask(ports.send, "", {})) !== "");

    for (const { to, text: body } of asked) {
      const dlr = `${receiver.url}?to=${encodeURIComponent(to)}&report=%d`;
      const login = { username: "kamurj", password: "secret", from: "Kannel", charset: "UTF-8" };
      const coding: Record<string, string> = body.startsWith("Բ") ? { coding: "2" } : {};
      const message = { ...login, ...coding, to, text: body, "dlr-mask": "31", "dlr-url": dlr };
      const answer = await ask(ports.send, "cgi-bin/sendsms", message);
      if (!/Accepted|Queued/.test(answer)) throw new Error(`Kannel did not take a message: ${answer}`);
    }
    const callsOf = (name: string): URLSearchParams[] =>
      receiver.received.map(({ path }) => new URL(path, "http://x").searchParams).filter((query) => query.has(name));
    const reportsOf = (to: string): number[] =>
      callsOf("report")
        .filter((query) => query.get("to") === to)
        .map((query) => Number(query.get("report")));
    for (const { to, final } of asked) {
      await waitUntil(`Kannel's last report of ${to}`, () => reportsOf(to).includes(final));
    }
    await fetch(`http://127.0.0.1:${sandbox.httpPort}/_sandbox/inbound`, {
      method: "POST",
      body: JSON.stringify({ channel: "sms", connectionId: "kannel", from: "+37499000111", text: written }),
    });
    await waitUntil("the message of a person", () => callsOf("text").length > 0);
    return {
      messages: asked.map(({ to, text: sent }) => ({
        ...{ to, text: sent, reports: reportsOf(to), entries: sandbox.ledger.list({ to }).entries },
      })),
      inbound: readText(receiver.received.map(({ path }) => path).find((path) => path.includes("text=")) ?? ""),
    };
  } finally {
    for (const child of children.reverse()) await end(child);
    await sandbox.stop();
    await receiver.stop();
    directory.remove();
  }
}

/** Kannel passes on the octets of the message, which are UCS-2. */
function readText(path: string): string | null {
  const written = /[?&]text=([^&]*)/.exec(path)?.[1]?.replaceAll("+", " ");
  if (written === undefined) return null;
  const octets = written.replace(/%([\da-f]{2})/gi, (_whole, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return new TextDecoder("utf-16be").decode(Buffer.from(octets, "latin1"));
}

type Ports = { readonly admin: number; readonly boxes: number; readonly send: number; readonly smsc: number };

function configuration(directory: string, ports: Ports, inboundUrl: string): string {
  const groups: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
    core: {
      ...{
        "admin-port": ports.admin,
        "admin-password": "admin",
        "admin-deny-ip": "*.*.*.*",
        "admin-allow-ip": "127.0.0.1",
      },
      ...{ "smsbox-port": ports.boxes, "box-deny-ip": "*.*.*.*", "box-allow-ip": "127.0.0.1" },
      ...{ "dlr-storage": "internal", "store-type": "spool", "store-location": `${directory}/spool` },
    },
    smsc: {
      ...{ smsc: "smpp", "smsc-id": "sandbox", host: "127.0.0.1", port: ports.smsc, "transceiver-mode": 1 },
      ...{ "smsc-username": "kannel", "smsc-password": "secret", "system-type": "" },
      ...{ "reconnect-delay": 1, "enquire-link-interval": 5 },
    },
    smsbox: { "bearerbox-host": "127.0.0.1", "sendsms-port": ports.send, "global-sender": "Kannel" },
    "sendsms-user": { username: "kamurj", password: "secret", concatenation: 1, "max-messages": 10 },
    "sms-service": { keyword: "default", "get-url": `${inboundUrl}?text=%b&from=%p`, "max-messages": 0 },
  };
  const lines = Object.entries(groups).map(([group, fields]) =>
    [`group = ${group}`, ...Object.entries(fields).map(([name, value]) => `${name} = "${value}"`)].join("\n"),
  );
  return `${lines.join("\n\n")}\n`;
}

function start(program: "bearerbox" | "smsbox", conf: string, directory: string): ChildProcess {
  const child = spawn(program, [conf], { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  const log = createWriteStream(join(directory, `${program}.log`));
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  return child;
}

/** Asked to stop; after five seconds made to. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  child.kill("SIGTERM");
  await ended;
  clearTimeout(timer);
}

/** The text of the answer, whatever its status; empty while nobody listens. */
async function ask(port: number, path: string, query: Readonly<Record<string, string>>): Promise<string> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/${path}?${new URLSearchParams(query).toString()}`);
    return `${response.status} ${await response.text()}`;
  } catch {
    return "";
  }
}
