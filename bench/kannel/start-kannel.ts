import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../scripts/embedded-database.mjs";

export type Kannel = {
  readonly pids: { readonly bearerbox: number; readonly smsbox: number };
  /** Of smsbox: where messages come in. */
  readonly sendUrl: string;
  readonly stop: () => Promise<void>;
};

export type KannelPrograms = { readonly bearerbox: string; readonly smsbox: string };

const SEARCHED = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/usr/local/sbin"];
const UP_WITHIN_MS = 15_000;

/** Null where Kannel is not installed. */
export function findKannel(): KannelPrograms | null {
  const find = (name: string): string | undefined =>
    SEARCHED.map((folder) => join(folder, name)).find((file) => existsSync(file));
  const [bearerbox, smsbox] = [find("bearerbox"), find("smsbox")];
  return bearerbox === undefined || smsbox === undefined ? null : { bearerbox, smsbox };
}

/** HTTP in, HTTP out to the mock, accepted messages kept in the spool (a file each) until the carrier has them. */
export async function startKannel(programs: KannelPrograms, carrierUrl: string): Promise<Kannel> {
  const home = await mkdtemp(join(tmpdir(), "kamurj-kannel-"));
  await mkdir(join(home, "spool"));
  const ports = { admin: await freePort(), box: await freePort(), reports: await freePort(), send: await freePort() };
  const file = join(home, "kannel.conf");
  await writeFile(file, configure(home, ports, carrierUrl));
  const children: ChildProcess[] = [];
  const run = (program: string): ChildProcess => {
    const child = spawn(program, ["-v", "4", file], { stdio: "ignore", cwd: home });
    children.push(child);
    return child;
  };
  const stop = async (): Promise<void> => {
    for (const child of children.toReversed()) {
      const exited = child.exitCode === null ? new Promise((resolve) => child.once("exit", resolve)) : null;
      child.kill("SIGTERM");
      const hard = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await exited;
      clearTimeout(hard);
    }
    await rm(home, { recursive: true, force: true });
  };
  try {
    const bearerbox = run(programs.bearerbox);
    await untilOpen(ports.box);
    const smsbox = run(programs.smsbox);
    await untilOpen(ports.send);
    const pids = { bearerbox: bearerbox.pid ?? 0, smsbox: smsbox.pid ?? 0 };
    return { pids, sendUrl: `http://127.0.0.1:${ports.send}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Ports = { readonly admin: number; readonly box: number; readonly reports: number; readonly send: number };

function configure(home: string, ports: Ports, carrierUrl: string): string {
  return `
group = core
admin-port = ${ports.admin}
admin-interface = 127.0.0.1
admin-password = bench
smsbox-port = ${ports.box}
smsbox-interface = 127.0.0.1
box-allow-ip = "127.0.0.1"
log-level = 4
store-type = spool
store-location = "${join(home, "spool")}"
dlr-storage = internal

group = smsc
smsc = http
smsc-id = mock
system-type = kannel
smsc-username = bench
smsc-password = bench
port = ${ports.reports}
connect-allow-ip = "127.0.0.1"
send-url = "${carrierUrl}/kannel"
dlr-url = "http://127.0.0.1:${ports.reports}/?username=bench&password=bench"
max-pending-submits = 50

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${ports.send}
sendsms-interface = 127.0.0.1
global-sender = 1234
log-level = 4

group = sendsms-user
username = bench
password = bench
concatenation = true
`;
}

async function untilOpen(port: number): Promise<void> {
  const givenUpAt = performance.now() + UP_WITHIN_MS;
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (open) return;
    if (performance.now() > givenUpAt) throw new Error(`Kannel did not open port ${port} within 15 s.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
