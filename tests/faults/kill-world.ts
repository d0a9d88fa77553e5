import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Category, Channel, RouteKey } from "../../lib/domain/vocabulary";
import { launchCampaign } from "../../lib/server/dispatch/campaigns/launch-campaign";
import { setSwitch, testCampaign } from "../../lib/server/dispatch/dispatch.fixture";
import type { Failpoint } from "../../lib/server/dispatch/failpoint";
import { freePort } from "../../scripts/embedded-database.mjs";
import { startSandbox, type Sandbox } from "../../sandbox/start-sandbox";
import { compareLedger, type Comparison } from "../../scripts/compare-ledger";
import type { Programs } from "../chaos/bundle-programs";
import { createTestAccount, type TestAccount, type TestDatabase } from "../int/harness";
import { connect, spawnProcess, startProcess, until, type Ports, type SmsKind } from "../int/live-stack";
import { successorIn, type Successor } from "./successor";

export const CONNECTORS = ["whatsapp", "viber", "smpp", "http_sms"] as const;
export type ConnectorName = (typeof CONNECTORS)[number];

/** More than one sub-batch, so that a kill finds members beyond the cursor too. */
export const PEOPLE = 130;

/** A database in which one story after the other is played, a process that takes its webhooks in, and a worker that takes over. */
export type Lane = {
  readonly database: TestDatabase;
  readonly programs: Programs;
  readonly webPort: number;
  readonly successor: Successor;
};

export async function openLane(database: TestDatabase, programs: Programs, children: ChildProcess[]): Promise<Lane> {
  const webPort = await freePort();
  const environment = environmentOf({ database }, webPort);
  const [, host] = await Promise.all([
    startProcess(programs.receiver, environment, children),
    startProcess(programs.host, environment, children),
  ]);
  return { database, programs, webPort, successor: successorIn(host) };
}

/** All accounts of a lane live on one shard: workers walk the shards, and there is one of interest. */
const SHARD = 7;
/** A machine that is busy must not look like a carrier that does not answer: then every unknown is the kill's. */
const WIRE_TIMEOUT_MS = 100_000;
const SANDBOX_SPEED = 50;
const RATE_PER_SECOND = 5_000;

function environmentOf({ database }: Pick<Lane, "database">, webPort: number): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...{ DATABASE_URL: database.url, NEXTAUTH_URL: `http://127.0.0.1:${webPort}`, PORT: String(webPort) },
    ...{ KAMURJ_WIRE_TIMEOUT_MS: String(WIRE_TIMEOUT_MS), KAMURJ_LOG_LEVEL: process.env.TEST_LOG ?? "silent" },
  };
}

/** What the database and the carriers' ledger say at one moment. */
export type Snapshot = {
  readonly messages: number;
  readonly ready: number;
  readonly leased: number;
  readonly inFlight: ReadonlySet<string>;
  /** Attempts whose outcome is stored; receipts may make an attempt before that. */
  readonly outcomes: number;
  readonly receipts: number;
  /** Those of them that came over HTTP, to the receiver; the others the worker takes itself. */
  readonly webhookReceipts: number;
  readonly timers: number;
  readonly decisions: number;
  readonly taken: number;
  /** What the carriers have answered and not taken. */
  readonly turnedAway: number;
};

/** One account with its carriers, and the processes that serve it. */
export type KillWorld = {
  launch(category: Category): Promise<string>;
  /** Runs the program until it dies at the failpoint. @throws when it ends otherwise, or does not end */
  dieAt(program: "worker" | "receiver", failpoint: Failpoint, count: number): Promise<void>;
  /** A worker that is not the dead one begins. */
  takeOver(): Promise<void>;
  startReceiver(): Promise<void>;
  snapshot(): Promise<Snapshot>;
  /** The dead worker's leases are over now: how long they last is another test's question. */
  endLeases(): Promise<void>;
  untilCompleted(campaignId: string): Promise<void>;
  compare(): Promise<Comparison>;
  /** Whether that channel gets a message across to that number, which the sandbox decides by the number. */
  reaches(channel: Channel, to: string): boolean;
  close(): Promise<void>;
};

/** @param ownReceiver no process takes webhooks in until the test starts one */
export async function openWorld(
  lane: Lane,
  options: { readonly route: RouteKey; readonly sms: SmsKind; readonly ownReceiver: boolean },
): Promise<KillWorld> {
  const { database, programs } = lane;
  const account = await accountOf(lane);
  const webPort = options.ownReceiver ? await freePort() : lane.webPort;
  const { sandbox, url, home } = await startCarriers(lane, account, webPort, options.sms);
  const environment = environmentOf(lane, webPort);
  const children: ChildProcess[] = [];
  return {
    async launch(category) {
      const wish = { people: PEOPLE, category, route: options.route, waitS: 300, firstPlace: 101 };
      const campaignId = await testCampaign(database, account, wish);
      await launchCampaign(account.as("marketer"), campaignId);
      return campaignId;
    },
    async dieAt(program, failpoint, count) {
      const armed = { ...environment, KAMURJ_FAILPOINT: `${failpoint}:${count}` };
      const { child, exited } = spawnProcess(programs[program], armed, children);
      await untilDead(child, exited, failpoint);
    },
    takeOver: () => lane.successor.start({ NEXTAUTH_URL: `http://127.0.0.1:${webPort}`, PORT: String(webPort) }),
    async startReceiver() {
      await startProcess(programs.receiver, environment, children);
    },
    snapshot: () => takeSnapshot(database, account, sandbox, url),
    async endLeases() {
      await database.sql.query(
        "UPDATE block SET lease_until = now() - interval '1 second' WHERE shard = $1 AND account_id = $2 AND state = 1",
        [SHARD, account.accountId],
      );
    },
    untilCompleted: (campaignId) => untilCompleted(database, url, account, campaignId),
    compare: () => compareLedger(database.sql, url, null),
    reaches: (channel, to) => !sandbox.scenarios.choose(channel, to).scenario.startsWith("not_on_"),
    async close() {
      for (const child of children) child.kill("SIGKILL");
      await lane.successor.rest();
      await sandbox.stop();
      await database.sql.query("DELETE FROM connection WHERE account_id = $1", [account.accountId]);
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function accountOf({ database }: Lane): Promise<TestAccount> {
  const account = await createTestAccount(database);
  await database.sql.query("UPDATE account SET shard = $2 WHERE id = $1", [account.accountId, SHARD]);
  await setSwitch(database, account, true);
  return { ...account, shard: SHARD };
}

/** Most get their message; of the others the first channel says so at once, so that the next one is asked. */
const MIX = {
  whatsapp: { delivered: 60, delivered_read: 10, receipt_before_response: 5, receipt_twice: 5, not_on_whatsapp: 20 },
  viber: { delivered: 60, delivered_read: 10, receipt_before_response: 5, receipt_twice: 5, not_on_viber: 20 },
  sms: { delivered: 90, receipt_before_response: 5, receipt_twice: 5 },
} as const;

async function startCarriers(
  { database }: Lane,
  account: TestAccount,
  webPort: number,
  sms: SmsKind,
): Promise<{ readonly sandbox: Sandbox; readonly url: string; readonly home: string }> {
  const home = await mkdtemp(join(tmpdir(), "kamurj-kill-"));
  const ports: Ports = { web: webPort, http: await freePort(), smpp: await freePort() };
  const subscriptions = await connect(database, account, ports, RATE_PER_SECOND, sms);
  const sandbox = await startSandbox({
    ...{ dataDir: home, httpPort: ports.http, smppPort: ports.smpp, speed: SANDBOX_SPEED, subscriptions },
  });
  sandbox.scenarios.replace({ mix: MIX });
  return { sandbox, url: `http://127.0.0.1:${ports.http}`, home };
}

/** They bound a test that hangs. */
const DEATH_BOUND_MS = 100_000;
const END_BOUND_MS = 180_000;

async function untilDead(child: ChildProcess, exited: Promise<number | null>, failpoint: Failpoint): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${failpoint} was not reached.`)), DEATH_BOUND_MS);
  });
  const code = await Promise.race([exited, bound]).finally(() => clearTimeout(timer));
  // Nobody else sends it this signal while the test runs.
  if (child.signalCode !== "SIGKILL")
    throw new Error(`It ended with ${code ?? child.signalCode}, not at ${failpoint}.`);
}

async function takeSnapshot(
  database: TestDatabase,
  { accountId }: TestAccount,
  sandbox: Sandbox,
  sandboxUrl: string,
): Promise<Snapshot> {
  const { rows } = await database.sql.query(
    `WITH heard AS (
       SELECT c.kind FROM receipt r JOIN message m ON m.shard = r.shard AND m.id = r.message_id
         JOIN connection c ON c.account_id = m.account_id AND c.id = r.connection_id WHERE m.account_id = $1
       UNION ALL
       SELECT c.kind FROM orphan_receipt o JOIN connection c ON c.account_id = o.account_id AND c.id = o.connection_id
         WHERE o.account_id = $1)
     SELECT (SELECT count(*)::integer FROM message WHERE account_id = $1) AS messages,
       (SELECT count(*)::integer FROM block WHERE account_id = $1 AND state = 0) AS ready,
       (SELECT count(*)::integer FROM block WHERE account_id = $1 AND state = 1) AS leased,
       ARRAY(SELECT unnest(in_flight)::text FROM block WHERE account_id = $1) AS in_flight,
       (SELECT count(*)::integer FROM attempt WHERE account_id = $1 AND outcome_at IS NOT NULL) AS outcomes,
       (SELECT count(*)::integer FROM heard) AS receipts,
       (SELECT count(*)::integer FROM heard WHERE kind <> 'smpp') AS "webhookReceipts",
       (SELECT count(*)::integer FROM fallback_timer WHERE account_id = $1) AS timers,
       (SELECT count(*)::integer FROM fallback_decision WHERE account_id = $1) AS decisions`,
    [accountId],
  );
  const { in_flight: inFlight, ...counts } = rows[0] as Omit<Snapshot, "inFlight" | "taken" | "turnedAway"> & {
    in_flight: string[];
  };
  const { turnedAway } = await readSummary(sandboxUrl);
  const refused = Object.values(turnedAway).reduce((sum, n) => sum + n, 0);
  return { ...counts, inFlight: new Set(inFlight), taken: sandbox.ledger.count(), turnedAway: refused };
}

/**
 * Whenever everything that can come by itself has come (nothing to send, every receipt taken in), the waits before fallback are
 * brought forward: who waits for what is tested, not the clock.
 */
async function untilCompleted(
  database: TestDatabase,
  sandboxUrl: string,
  { accountId }: TestAccount,
  campaignId: string,
): Promise<void> {
  await until(
    `campaign ${campaignId} is completed and every receipt is in`,
    async () => {
      const { rows } = await database.sql.query(
        `SELECT c.status = 'completed' AS completed,
         EXISTS (SELECT 1 FROM block WHERE shard = $3 AND account_id = $1 AND state IN (0, 1, 3)) AS sending,
         EXISTS (SELECT 1 FROM attempt WHERE shard = $3 AND account_id = $1 AND status IN (40, 50)) AS pending
       FROM campaign c WHERE c.account_id = $1 AND c.id = $2`,
        [accountId, campaignId, SHARD],
      );
      const { completed, sending, pending } = rows[0] as Record<"completed" | "sending" | "pending", boolean>;
      if (sending || pending || !(await areReceiptsIn(sandboxUrl))) return false;
      if (completed) return true;
      await database.sql.query(
        "UPDATE fallback_timer SET due_at = now() - interval '1 hour' WHERE shard = $2 AND account_id = $1 AND due_at > now()",
        [accountId, SHARD],
      );
      return false;
    },
    END_BOUND_MS,
  );
}

async function areReceiptsIn(sandboxUrl: string): Promise<boolean> {
  const { scheduled, backlog } = await readSummary(sandboxUrl);
  return scheduled === 0 && Object.values(backlog).every((waiting) => waiting === 0);
}

type Summary = {
  readonly scheduled: number;
  readonly backlog: Readonly<Record<string, number>>;
  /** Of what was sent and not taken, how many, by channel and reason. */
  readonly turnedAway: Readonly<Record<string, number>>;
};

async function readSummary(sandboxUrl: string): Promise<Summary> {
  const response = await fetch(`${sandboxUrl}/_sandbox/ledger/summary`);
  return (await response.json()) as Summary;
}
