import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { connect as connectSocket } from "node:net";
import { join } from "node:path";
import { createPool, QUERY_TIMEOUT_MS } from "../../lib/server/db/pool";
import { createPrisma } from "../../lib/server/db/prisma";
import { migrate } from "../../lib/server/db/migrate";
import { setSwitch } from "../../lib/server/dispatch/dispatch.fixture";
import { startSandbox, type Sandbox } from "../../sandbox/start-sandbox";
import { freePort, startEmbeddedDatabase } from "../../scripts/embedded-database.mjs";
import { bundlePrograms } from "./bundle-programs";
import { createTestAccount, type TestAccount, type TestDatabase } from "../int/harness";
import { connect, databaseDirectory, startProcess, until, type WorkerProcess } from "../int/live-stack";
import { WORKERS, type Link } from "./plan-faults";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy";
import { watchTakeovers } from "./takeovers";

/** A process that is killed and started again. */
export type Slot = {
  /** Null while it is away. */
  current(): WorkerProcess | null;
  kill(): Promise<void>;
  /** Until it is up, again and again: it may need what is away at the moment. */
  start(): Promise<void>;
};

/** The whole service on sockets that can be broken, with a PostgreSQL of its own that can be killed. */
export type ChaosStack = {
  readonly account: TestAccount;
  /** Not through a proxy: what the judge sees. */
  readonly database: TestDatabase;
  readonly sandbox: Sandbox;
  readonly sandboxUrl: string;
  /** Where Viber's callbacks go, and what they are signed with. */
  readonly viber: { readonly webhookUrl: string; readonly signingKey: string };
  readonly workers: readonly Slot[];
  readonly receiver: Slot;
  readonly postgres: { kill(): Promise<void>; start(): Promise<void> };
  readonly proxies: Readonly<Record<Link, TcpProxy>>;
  /** Ends every process by its pid and removes the files. May be called at any time, more than once. */
  stop(): Promise<void>;
};

export type ChaosOptions = {
  readonly ratePerSecond: number;
  readonly sandboxSpeed: number;
  readonly wireTimeoutMs: number;
  /** How many of the workers are started; the rest wait for `start()`. */
  readonly workers?: number;
};

const START_BOUND_MS = 90_000;
const UNDO_BOUND_MS = 15_000;

export async function startChaosStack(options: ChaosOptions): Promise<ChaosStack> {
  const undo: (() => unknown)[] = [];
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> =>
    (stopping ??= (async () => {
      for (const step of undo.splice(0).reverse()) {
        // One that hangs or fails must not keep the others from being done.
        const bound = new Promise((resolve) => setTimeout(resolve, UNDO_BOUND_MS).unref());
        await Promise.race([Promise.resolve().then(step), bound]).catch(() => undefined);
      }
    })());
  try {
    return { ...(await build(options, undo)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function build(options: ChaosOptions, undo: (() => unknown)[]): Promise<Omit<ChaosStack, "stop">> {
  const home = await databaseDirectory();
  undo.push(() => rm(home, { recursive: true, force: true }));
  const programs = await bundlePrograms();
  undo.push(() => programs.remove());
  const postgres = await ownPostgres(home, undo);
  const database = await openDatabase(postgres.url, undo);

  const ports = { postgres: postgres.port, web: await freePort(), http: await freePort(), smpp: await freePort() };
  const proxies = {
    database: await startTcpProxy(ports.postgres),
    http: await startTcpProxy(ports.http),
    smpp: await startTcpProxy(ports.smpp),
    webhooks: await startTcpProxy(ports.web),
  };
  undo.push(() => Promise.all(Object.values(proxies).map((proxy) => proxy.close())));
  const account = await createTestAccount(database, "Chaos");
  await setSwitch(database, account, true);
  const through = { web: proxies.webhooks.port, http: proxies.http.port, smpp: proxies.smpp.port };
  const subscriptions = await connect(database, account, through, options.ratePerSecond);
  const sandbox = await startSandbox({
    ...{ dataDir: join(home, "sandbox"), httpPort: ports.http, smppPort: ports.smpp },
    ...{ speed: options.sandboxSpeed, subscriptions },
  });
  undo.push(() => sandbox.stop());

  const children: ChildProcess[] = [];
  undo.push(() => endAll(children));
  const environment = (databasePort: number): NodeJS.ProcessEnv => ({
    ...process.env,
    DATABASE_URL: atPort(postgres.url, databasePort),
    NEXTAUTH_URL: `http://127.0.0.1:${ports.web}`,
    PORT: String(ports.web),
    KAMURJ_WIRE_TIMEOUT_MS: String(options.wireTimeoutMs),
    KAMURJ_LOG_LEVEL: process.env.TEST_LOG ?? "silent",
  });
  const receiver = slot(programs.receiver, environment(ports.postgres), children);
  const workers = Array.from({ length: WORKERS }, () =>
    slot(programs.worker, environment(proxies.database.port), children),
  );
  await receiver.start();
  for (const worker of workers.slice(0, options.workers ?? WORKERS)) await worker.start();
  const sandboxUrl = `http://127.0.0.1:${ports.http}`;

  const [viber] = subscriptions.viber;
  if (viber === undefined) throw new Error("Viber is not connected.");
  return { account, database, sandbox, sandboxUrl, viber, workers, receiver, postgres, proxies };
}

async function openDatabase(url: string, undo: (() => unknown)[]): Promise<TestDatabase> {
  await migrate(url);
  const sql = createPool(url, 6, QUERY_TIMEOUT_MS);
  const db = createPrisma(sql);
  undo.push(async () => {
    await db.$disconnect();
    await sql.end();
  });
  await watchTakeovers(sql);
  return { url, sql, db };
}

/** A stopped process takes no signal but these two. */
async function endAll(children: readonly ChildProcess[]): Promise<void> {
  const alive = children.filter((child) => child.exitCode === null && child.signalCode === null);
  const gone = alive.map((child) => new Promise((resolve) => child.once("exit", resolve)));
  for (const child of alive) child.kill("SIGKILL");
  await Promise.all(gone);
}

function atPort(url: string, port: number): string {
  const parsed = new URL(url);
  parsed.port = String(port);
  return parsed.href;
}

function slot(file: string, env: NodeJS.ProcessEnv, children: ChildProcess[]): Slot {
  let current: WorkerProcess | null = null;
  return {
    current: () => current,
    async kill() {
      const process = current;
      current = null;
      process?.child.kill("SIGKILL");
      await process?.exited;
    },
    start: () =>
      until(
        `${file} is up`,
        async () => {
          current = await startProcess(file, env, children).catch(() => null);
          return current !== null;
        },
        START_BOUND_MS,
      ),
  };
}

async function ownPostgres(home: string, undo: (() => unknown)[]) {
  const dataDir = join(home, "postgres");
  const settings = {
    ...{ dataDir, port: await freePort() },
    ...{ password: randomBytes(12).toString("hex"), database: "kamurj" },
  };
  let server: Awaited<ReturnType<typeof startEmbeddedDatabase>> | null = await startEmbeddedDatabase(settings);
  undo.push(async () => server?.stop());
  const { url } = server;
  return {
    url,
    port: settings.port,
    /** The postmaster first, as a power cut would; its children notice and go. */
    async kill(): Promise<void> {
      const lock = await readFile(join(dataDir, "postmaster.pid"), "utf8");
      const postmaster = Number(lock.split("\n")[0]);
      const wrapper = server;
      server = null;
      if (Number.isInteger(postmaster) && postmaster > 1) process.kill(postmaster, "SIGKILL");
      if (wrapper !== null) process.kill(wrapper.pid, "SIGKILL");
      await wrapper?.exited;
      await until("PostgreSQL is gone", async () => !(await answers(settings.port)), START_BOUND_MS);
    },
    /** Its children may hold the shared memory for a moment longer; then it will not start yet. */
    start: (): Promise<void> =>
      until(
        "PostgreSQL is up again",
        async () => {
          server = await startEmbeddedDatabase(settings).catch(() => null);
          return server !== null;
        },
        START_BOUND_MS,
      ),
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
