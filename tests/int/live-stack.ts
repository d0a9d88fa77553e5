import { spawn, type ChildProcess } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHANNEL_CODE, CHANNELS } from "../../lib/domain/vocabulary";
import type { ConnectionInput } from "../../lib/schemas/connection";
import { insertConnection } from "../../lib/server/connections/save-connection";
import { launchCampaign } from "../../lib/server/dispatch/campaigns/launch-campaign";
import { setSwitch, testCampaign, type TestCampaign } from "../../lib/server/dispatch/dispatch.fixture";
import { compareLedger, type Comparison } from "../../scripts/compare-ledger";
import { freePort } from "../../scripts/embedded-database.mjs";
import { startSandbox, type Sandbox } from "../../sandbox/start-sandbox";
import { bundlePrograms } from "../chaos/bundle-programs";
import { createTestAccount, type TestAccount, type TestDatabase } from "./harness";

export type WorkerProcess = {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
};

/**
 * The whole service on real sockets: carriers (the sandbox, in this process, so that its ledger and scenarios can be asked), a process
 * that takes webhooks in, and workers, each a process of its own.
 */
export type LiveStack = {
  readonly account: TestAccount;
  readonly sandbox: Sandbox;
  startWorker(): Promise<WorkerProcess>;
  launch(wish: TestCampaign): Promise<string>;
  compare(): Promise<Comparison>;
  stop(): Promise<void>;
};

/** Short, so that a lease runs out within seconds; the sandbox's scenario `timeout` answers later than that. */
const WIRE_TIMEOUT_MS = 1_500;
const SANDBOX_SPEED = 20;

export async function startLiveStack(
  database: TestDatabase,
  options: { readonly ratePerSecond: number },
): Promise<LiveStack> {
  const home = await mkdtemp(join(tmpdir(), "kamurj-live-"));
  const ports = { web: await freePort(), http: await freePort(), smpp: await freePort() };
  const account = await createTestAccount(database);
  await setSwitch(database, account, true);
  const subscriptions = await connect(database, account, ports, options.ratePerSecond);
  const sandbox = await startSandbox({
    ...{ dataDir: home, httpPort: ports.http, smppPort: ports.smpp, speed: SANDBOX_SPEED, subscriptions },
  });
  const environment = {
    ...process.env,
    ...{ DATABASE_URL: database.url, NEXTAUTH_URL: `http://127.0.0.1:${ports.web}`, PORT: String(ports.web) },
    ...{ KAMURJ_WIRE_TIMEOUT_MS: String(WIRE_TIMEOUT_MS), KAMURJ_LOG_LEVEL: process.env.TEST_LOG ?? "silent" },
  };
  const children: ChildProcess[] = [];
  const programs = await bundlePrograms();
  await startProcess(programs.receiver, environment, children);
  return {
    account,
    sandbox,
    startWorker: () => startProcess(programs.worker, environment, children),
    async launch(wish) {
      const campaignId = await testCampaign(database, account, wish);
      await launchCampaign(account.as("marketer"), campaignId);
      return campaignId;
    },
    compare: () => compareLedger(database.sql, `http://127.0.0.1:${ports.http}`, null),
    async stop() {
      for (const child of children) child.kill("SIGKILL");
      await sandbox.stop();
      await programs.remove();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** A process of its own, without waiting until it is up. @param file a bundle: it starts in a third of the time that TypeScript takes */
export function spawnProcess(file: string, env: NodeJS.ProcessEnv, children: ChildProcess[]): WorkerProcess {
  const child = spawn(process.execPath, [file], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env,
  });
  children.push(child);
  return { child, exited: new Promise<number | null>((resolve) => child.once("exit", resolve)) };
}

export async function startProcess(
  file: string,
  env: NodeJS.ProcessEnv,
  children: ChildProcess[],
): Promise<WorkerProcess> {
  const { child, exited } = spawnProcess(file, env, children);
  await new Promise<void>((resolve, reject) => {
    child.on("message", (message: { ready?: boolean; failed?: string }) => {
      if (message.ready === true) resolve();
      if (message.failed !== undefined) reject(new Error(message.failed));
    });
    void exited.then((code) => reject(new Error(`${file} ended with ${code}`)));
  });
  return { child, exited };
}

export type Ports = { readonly web: number; readonly http: number; readonly smpp: number };

export type SmsKind = "smpp" | "http_sms";
const ACCOUNT_SID = "AC00000000000000000000000000000077";

/** Three connections, and what the sandbox must know of them. @param sms the shape in which SMS leave */
export async function connect(
  database: TestDatabase,
  account: TestAccount,
  ports: Ports,
  ratePerSecond: number,
  sms: SmsKind = "smpp",
) {
  const { accountId } = account;
  const baseUrl = `http://127.0.0.1:${ports.http}`;
  const insert = (name: string, details: ConnectionInput) =>
    database.db.$transaction((tx) => insertConnection(tx, accountId, name, details, ratePerSecond));
  const keys = { appSecret: "app-secret-of-the-test", signingKey: "signing-key-of-the-test" };
  const whatsApp = await insert("WhatsApp", {
    kind: "whatsapp_cloud",
    config: { baseUrl, phoneNumberId: "100000000000077" },
    secrets: { accessToken: "token", appSecret: keys.appSecret, verifyToken: "v".repeat(16) },
  });
  const viber = await insert("Viber", {
    kind: "viber_business",
    config: { baseUrl, serviceId: 77 },
    secrets: { signingKey: keys.signingKey },
  });
  await insert("SMS", sms === "smpp" ? smppInput(ports.smpp) : httpSmsInput(baseUrl));
  for (const channel of CHANNELS) {
    await database.db.price.create({
      data: {
        ...{ accountId, channel: CHANNEL_CODE[channel], country: "*" },
        priceMicros: 30_000n,
        validFrom: new Date(0),
      },
    });
  }
  const webhookUrl = (kind: string, token: string): string =>
    `http://127.0.0.1:${ports.web}/api/webhooks/${kind}/${token}`;
  return {
    whatsapp: [
      {
        ...{ phoneNumberId: "100000000000077", accessToken: "token", appSecret: keys.appSecret },
        webhookUrl: webhookUrl("whatsapp", whatsApp.webhookToken),
      },
    ],
    viber: [{ serviceId: "77", signingKey: keys.signingKey, webhookUrl: webhookUrl("viber", viber.webhookToken) }],
    smpp: [{ systemId: "live", password: "secret", receiptIdFormat: "decimal" as const }],
    httpSms: [{ accountSid: ACCOUNT_SID, authToken: "auth-token-of-the-test" }],
  };
}

function smppInput(port: number): ConnectionInput {
  return {
    kind: "smpp",
    config: {
      ...{ host: "127.0.0.1", port, tls: false, systemId: "live", systemType: "", sourceAddr: "TEST" },
      ...{ window: 20, receiptIdFormat: "decimal", receiptUtcOffsetMinutes: 0 },
    },
    secrets: { password: "secret" },
  };
}

function httpSmsInput(baseUrl: string): ConnectionInput {
  const config = { baseUrl, accountSid: ACCOUNT_SID, from: "TEST", messagingServiceSid: null };
  return { kind: "http_sms", config, secrets: { authToken: "auth-token-of-the-test" } };
}

/** What the comparison finds wrong, each with examples; empty: ledger and database agree and nothing is lost. */
export function faultsOf({ findings }: Comparison): string[] {
  return findings
    .filter(({ bad, count }) => bad && count > 0)
    .map(({ what, count, examples }) => `${what}: ${count} (${examples.slice(0, 3).join("; ")})`);
}

/** What a carrier took more than once for one person, by channel and number: one campaign, so one message each. */
export function takenTwice({ entries }: Comparison): string[] {
  const seen = new Map<string, number>();
  for (const { channel, to, part } of entries) {
    const key = `${channel} ${to} part ${part?.sequence ?? 1}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  return [...seen].filter(([, n]) => n > 1).map(([key, n]) => `${key}: ${n}`);
}

/** How many of the comparison's messages stand under that word ("reached", "unknown", …). */
export function countOf({ findings }: Comparison, word: string): number {
  return findings.find(({ what }) => what.trim() === word)?.count ?? 0;
}

/** Asks again and again until it holds. @throws when it does not within the bound */
export async function until(what: string, holds: () => Promise<boolean>, boundMs = 60_000): Promise<void> {
  const deadline = performance.now() + boundMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function countAttempts(database: TestDatabase, campaignId: string, where = "true"): Promise<number> {
  const { rows } = await database.sql.query(
    `SELECT count(*)::integer AS n FROM attempt WHERE campaign_id = $1 AND ${where}`,
    [campaignId],
  );
  return Number(rows[0]?.n);
}

export async function isCompleted(database: TestDatabase, campaignId: string): Promise<boolean> {
  const { rows } = await database.sql.query("SELECT status FROM campaign WHERE id = $1", [campaignId]);
  return rows[0]?.status === "completed";
}

/** A directory for a PostgreSQL of its own, which runs as its own user where we are root. */
export async function databaseDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "kamurj-own-"));
  await chmod(directory, 0o755);
  return directory;
}
