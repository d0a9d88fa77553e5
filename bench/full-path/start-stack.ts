/** The product as it runs, around one PostgreSQL: workers, the webhooks' receiver, the sandbox; each a process of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type pg from "pg";
import { createPool } from "../../lib/server/db/pool";
import { createPrisma, type Db } from "../../lib/server/db/prisma";
import { bundlePrograms, PROGRAM_ENV, PROGRAM_FLAGS } from "../../scripts/bundle-programs.mjs";
import { freePort } from "../../scripts/embedded-database.mjs";
import { startBenchDatabase, type BenchDatabase } from "../measure";

export type StackOptions = {
  readonly workers: number;
  /** Statuses in one webhook; above 1 the sandbox waits a moment until so many have come together. */
  readonly receiptsPerWebhook: number;
  /** Delays of receipts are divided by it. */
  readonly sandboxSpeed: number;
};

export type Stack = {
  readonly database: BenchDatabase;
  readonly sql: pg.Pool;
  readonly db: Db;
  readonly sandboxUrl: string;
  /** What the carriers took and told, a line each. */
  readonly ledgerFile: string;
  readonly account: { readonly accountId: string; readonly adminId: string; readonly shard: number };
  /** By role, as a meter wants them. */
  readonly pids: () => { readonly worker: readonly number[]; readonly receiver: number; readonly sandbox: number };
  startWorker(): Promise<void>;
  /** kill -9. */
  killWorker(): void;
  stop(): Promise<void>;
};

const FILL_MS = 20;
/** A large carrier does not wait for one answer before it posts the next, … */
const WEBHOOK_CONNECTIONS = 256;
/** … nor does an SMSC; as many as our own submits that may wait. */
const SMPP_WINDOW = 100;

export async function startStack(options: StackOptions): Promise<Stack> {
  const database = await startBenchDatabase();
  const ports = { web: await freePort(), http: await freePort(), smpp: await freePort() };
  const sandboxUrl = `http://127.0.0.1:${ports.http}`;
  Object.assign(process.env, settings(database, ports, options));
  const sql = createPool(database.url, 4);
  const db = createPrisma(sql);
  const programs = await bundlePrograms(`kamurj-bench-${process.pid}`, {
    ...{ worker: "worker/main.ts", sandbox: "sandbox/main.ts", receiver: "bench/dispatch-receiver.ts" },
  });
  const children: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    await db.$disconnect();
    await sql.end();
    // Workers first: they finish what is on the wire.
    for (const child of children.toReversed()) {
      child.kill("SIGTERM");
      await ended(child);
    }
    await database.stop();
    await rm(dirname(programs.worker), { recursive: true, force: true });
  };
  try {
    const account = await seed(database, sql, db, { ...ports, sandboxUrl });
    const sandbox = await start(children, programs.sandbox, [...PROGRAM_FLAGS.sandbox, ...profiling("sandbox")]);
    const receiver = await start(children, programs.receiver, [...PROGRAM_FLAGS.webhooks, ...profiling("receiver")], {
      PORT: String(ports.web),
    });
    const workers: ChildProcess[] = [];
    const startWorker = async (): Promise<void> =>
      void workers.push(await start(children, programs.worker, [...PROGRAM_FLAGS.worker, ...profiling("worker")]));
    for (let i = 0; i < options.workers; i += 1) await startWorker();
    return {
      ...{ database, sql, db, sandboxUrl, account, startWorker, stop },
      ledgerFile: join(sandboxDirectory(database), "ledger.ndjson"),
      pids: () => ({ worker: workers.map(pidOf), receiver: pidOf(receiver), sandbox: pidOf(sandbox) }),
      killWorker: () => void workers.pop()?.kill("SIGKILL"),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Ports = { readonly web: number; readonly http: number; readonly smpp: number };

function sandboxDirectory({ home }: BenchDatabase): string {
  return join(home, "sandbox");
}

function settings(database: BenchDatabase, ports: Ports, options: StackOptions): Record<string, string> {
  return {
    DATABASE_URL: database.url,
    NEXTAUTH_SECRET: "x".repeat(32),
    NEXTAUTH_URL: `http://127.0.0.1:${ports.web}`,
    NODE_ENV: "production",
    // This process reads its settings once, so all of its stacks share one key.
    KAMURJ_SECRET_KEY: process.env.KAMURJ_SECRET_KEY ?? randomBytes(32).toString("hex"),
    KAMURJ_LOG_LEVEL: process.env.KAMURJ_LOG_LEVEL ?? "warn",
    KAMURJ_METRICS_PORT: "off",
    SANDBOX_URL: `http://127.0.0.1:${ports.http}`,
    SANDBOX_HTTP_PORT: String(ports.http),
    SANDBOX_SMPP_PORT: String(ports.smpp),
    SANDBOX_DATA_DIR: sandboxDirectory(database),
    SANDBOX_SUBSCRIPTIONS_FILE: join(database.home, "subscriptions.json"),
    SANDBOX_WEBHOOK_CONNECTIONS: String(WEBHOOK_CONNECTIONS),
    SANDBOX_SMPP_WINDOW: String(SMPP_WINDOW),
    SANDBOX_SPEED: String(options.sandboxSpeed),
    SANDBOX_WEBHOOK_BATCH: String(options.receiptsPerWebhook),
    SANDBOX_WEBHOOK_FILL_MS: String(options.receiptsPerWebhook > 1 ? FILL_MS : 0),
  };
}

/** The demo's first account with its connections, and no limit of their own that a bench would meet. */
async function seed(
  database: BenchDatabase,
  sql: pg.Pool,
  db: Db,
  ports: Ports & { readonly sandboxUrl: string },
): Promise<Stack["account"]> {
  const { seedDemoAccounts } = await import("../../lib/server/demo/seed-accounts");
  const { syncDemoCarriers } = await import("../../lib/server/demo/sync-demo-carriers");
  const at = {
    ...{ sandboxUrl: ports.sandboxUrl, smppHost: "127.0.0.1", smppPort: ports.smpp },
    webUrl: `http://127.0.0.1:${ports.web}`,
  };
  const [account] = await seedDemoAccounts(db, at);
  if (account === undefined) throw new Error("No account was made.");
  await sql.query("UPDATE connection SET rate_per_second = 10000");
  await sql.query(`UPDATE connection SET config = config || '{"window": ${SMPP_WINDOW}}' WHERE kind = 'smpp'`);
  await writeFile(join(database.home, "subscriptions.json"), JSON.stringify(await syncDemoCarriers(db, at)));
  const { shard } = await db.account.findUniqueOrThrow({ where: { id: account.accountId } });
  return { accountId: account.accountId, adminId: account.adminId, shard };
}

/** BENCH_PROFILE names a folder for CPU profiles: one a role in it. */
function profiling(role: string): readonly string[] {
  const folder = process.env.BENCH_PROFILE;
  return folder === undefined ? [] : ["--cpu-prof", "--cpu-prof-dir", join(folder, role)];
}

function start(
  children: ChildProcess[],
  file: string,
  ...more: readonly (readonly string[] | Readonly<Record<string, string>>)[]
): Promise<ChildProcess> {
  const flags = more.flatMap((one) => (Array.isArray(one) ? (one as readonly string[]) : []));
  const own = more.filter((one) => !Array.isArray(one));
  const env = Object.assign({}, PROGRAM_ENV, process.env, ...own) as NodeJS.ProcessEnv;
  // stdout is the report's.
  const child = spawn(process.execPath, [...flags, file], { stdio: ["ignore", 2, 2, "ipc"], env });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.on("message", (message: { ready?: boolean; failed?: string }) => {
      if (message.ready === true) resolve(child);
      if (message.failed !== undefined) reject(new Error(message.failed));
    });
    child.once("exit", (code) => reject(new Error(`${file} ended with ${code}`))); // no effect once it is up
  });
}

function ended(child: ChildProcess): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once("exit", resolve));
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error("A process has no id.");
  return child.pid;
}
