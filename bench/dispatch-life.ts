/**
 * The whole life of a campaign on this machine: plan, send over real HTTP and SMPP to the sandbox, take its webhooks and receipts, fall
 * back, complete; then the ledger is compared.
 *
 *   [BENCH_KILL=3] node --import tsx bench/dispatch-life.ts [recipients] [route] [delivered|mix]
 *
 * BENCH_KILL: how many times the worker is killed (-9) on the way.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startEmbeddedDatabase } from "../scripts/embedded-database.mjs";
import { createPool } from "../lib/server/db/pool";
import { createPrisma } from "../lib/server/db/prisma";
import { migrate } from "../lib/server/db/migrate";

const [recipients = "20000", route = "whatsapp-sms", mix = "mix"] = process.argv.slice(2);

const home = await mkdtemp(join(tmpdir(), "kamurj-bench-"));
await chmod(home, 0o755);
const ports = { postgres: await freePort(), web: await freePort(), http: await freePort(), smpp: await freePort() };
const database = await startEmbeddedDatabase({
  dataDir: join(home, "postgres"),
  port: ports.postgres,
  password: randomBytes(8).toString("hex"),
  database: "kamurj",
});
Object.assign(process.env, {
  DATABASE_URL: database.url,
  NEXTAUTH_SECRET: "x".repeat(32),
  NEXTAUTH_URL: `http://127.0.0.1:${ports.web}`,
  KAMURJ_SECRET_KEY: randomBytes(32).toString("hex"),
  KAMURJ_WIRE_TIMEOUT_MS: "3000",
  KAMURJ_LOG_LEVEL: process.env.KAMURJ_LOG_LEVEL ?? "warn",
  SANDBOX_URL: `http://127.0.0.1:${ports.http}`,
  SANDBOX_HTTP_PORT: String(ports.http),
  SANDBOX_SMPP_PORT: String(ports.smpp),
  SANDBOX_DATA_DIR: join(home, "sandbox"),
  SANDBOX_SUBSCRIPTIONS_FILE: join(home, "subscriptions.json"),
  SANDBOX_SPEED: "10",
});
const children: ChildProcess[] = [];
let traced = "";
try {
  await run();
} finally {
  for (const child of children.reverse()) child.kill("SIGTERM");
  await Promise.all(children.map((child) => child.exitCode ?? new Promise((resolve) => child.once("exit", resolve))));
  await database.stop();
  await rm(home, { recursive: true, force: true });
}

async function run(): Promise<void> {
  await migrate(database.url);
  const sql = createPool(database.url, 4);
  const db = createPrisma(sql);
  const { seedDemoAccounts } = await import("../lib/server/demo/seed-accounts");
  const { syncDemoCarriers } = await import("../lib/server/demo/sync-demo-carriers");
  const { tenantContext } = await import("../lib/server/tenant-context");
  const { createTemplate } = await import("../lib/server/templates/create-template");
  const { launchCampaign } = await import("../lib/server/dispatch/campaigns/launch-campaign");
  const at = {
    sandboxUrl: process.env.SANDBOX_URL ?? "",
    smppHost: "127.0.0.1",
    smppPort: ports.smpp,
    webUrl: process.env.NEXTAUTH_URL ?? "",
  };
  const [account] = await seedDemoAccounts(db, at);
  if (account === undefined) throw new Error("No account was made.");
  await sql.query("UPDATE connection SET rate_per_second = 10000");
  const subscriptions = await syncDemoCarriers(db, at);
  await writeFile(process.env.SANDBOX_SUBSCRIPTIONS_FILE ?? "", JSON.stringify(subscriptions));
  await start("sandbox/main.ts");
  await start("bench/dispatch-receiver.ts", { PORT: String(ports.web) });
  await start("worker/main.ts");
  if (mix !== "mix") {
    const all = { [mix]: 100 };
    await fetch(`${at.sandboxUrl}/_sandbox/scenarios`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ mix: { whatsapp: all, viber: all, sms: { delivered: 100 } } }),
    }).then(async (response) => response.ok || console.log(await response.text()));
  }
  const row = await db.account.findUniqueOrThrow({ where: { id: account.accountId } });
  const actor = { kind: "user", id: account.adminId, name: "bench", role: "admin" } as const;
  const ctx = tenantContext(
    { accountId: account.accountId, shard: row.shard, actor },
    { db, sql, now: () => new Date() },
  );
  const { templateId } = await createTemplate(ctx, {
    name: "Bench",
    content: {
      ...{ language: "en", category: "marketing", body: "Hello {{name|friend}}, 20% off this week." },
      whatsapp: { imageUrl: null, footer: null, buttons: [], templateName: "offer" },
      viber: { imageUrl: null, button: null },
      sms: { text: null, keepLink: false },
    },
  });
  const { accountId } = account;
  const audience = await db.audience.create({ data: { accountId, name: "Everyone" } });
  await sql.query(
    `WITH people AS (INSERT INTO contact (account_id, e164, country, name)
       SELECT $1, '+374' || (77000000 + n * 7)::text, 'AM', 'Ani' FROM generate_series(1, $3::integer) n RETURNING id)
     INSERT INTO audience_member (account_id, audience_id, contact_id) SELECT $1, $2, id FROM people`,
    [accountId, audience.id, Number(recipients)],
  );
  await sql.query("ANALYZE contact, audience_member");
  const campaign = await db.campaign.create({
    data: {
      ...{ accountId, name: "Bench", category: "marketing", templateId, templateVersion: 1, audienceId: audience.id },
      ...{ route, waitS: 10, fallbackMode: "on" },
    },
  });
  if (process.env.BENCH_SAMPLE !== undefined) spawn(process.execPath, [process.env.BENCH_SAMPLE], { stdio: "inherit" });
  const cpuBefore = await cpuOf();
  const startedAt = performance.now();
  await launchCampaign(ctx, campaign.id);
  if (process.env.BENCH_KILL !== undefined) void killWorkerAgainAndAgain(Number(process.env.BENCH_KILL));
  let allSentAt = 0;
  let allDeliveredAt = 0;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const { rows } = await sql.query(
      `SELECT c.status, c.planned_count,
         (SELECT coalesce(sum(n), 0)::integer FROM rollup r WHERE r.campaign_id = c.id AND r.step = 0
            AND r.kind IN ('accepted','sent','failed','delivered','read','refused','unknown','not_sent')) AS attempted,
         (SELECT coalesce(sum(n), 0)::integer FROM rollup r WHERE r.campaign_id = c.id AND r.kind IN ('delivered','read')) AS reached
       FROM campaign c WHERE c.id = $1`,
      [campaign.id],
    );
    const now = performance.now() - startedAt;
    const { status, attempted, reached } = rows[0];
    if (allSentAt === 0 && attempted >= Number(recipients) - 200) allSentAt = now;
    if (allDeliveredAt === 0 && reached >= Number(recipients) * 0.97) allDeliveredAt = now;
    if (process.env.BENCH_TRACE !== undefined) await trace(sql, now, rows[0]);
    if (status === "completed") {
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      break;
    }
    if (now > 600_000) break;
  }
  const cpuMs = (await cpuOf()) - cpuBefore;
  const rate = (ms: number): string => (ms === 0 ? "-" : `${Math.round(Number(recipients) / (ms / 1_000))}/s`);
  const { rows } = await sql.query(
    `SELECT (SELECT count(*)::integer FROM orphan_receipt) AS orphans, (SELECT count(*)::integer FROM fallback_decision WHERE allowed) AS fallbacks,
       (SELECT count(*)::integer FROM attempt WHERE double_reach) AS double_reaches`,
  );
  const cpuMicrosPerMessage = Math.round((cpuMs * 1_000) / Number(recipients));
  console.log({
    recipients,
    route,
    mix,
    cpuMicrosPerMessage,
    firstChannelSent: rate(allSentAt),
    reached: rate(allDeliveredAt),
    ...rows[0],
  });
  await db.$disconnect();
  await sql.end();
  const verify = spawn(process.execPath, ["--import", "tsx", "scripts/verify-ledger.ts"], { stdio: "inherit" });
  await new Promise((resolve) => verify.once("exit", resolve));
}

/** kill -9 so many times, a second and a half apart: the ledger must agree all the same. */
async function killWorkerAgainAndAgain(times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    children.pop()?.kill("SIGKILL");
    await start("worker/main.ts");
  }
}

/** CPU time of the service alone (worker, receiver, PostgreSQL), whatever else the machine is doing. Linux only. */
async function cpuOf(): Promise<number> {
  const processes = new Map<number, { readonly parent: number; readonly own: number; readonly ended: number }>();
  let postmaster = -1;
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
    if (stat === null) continue;
    const fields = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const at = (i: number): number => fields[i] ?? 0;
    processes.set(Number(pid), { parent: at(1), own: at(11) + at(12), ended: at(13) + at(14) });
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (command.includes(home) && command.includes("bin/postgres")) postmaster = Number(pid);
  }
  let ticks = processes.get(postmaster)?.ended ?? 0;
  const ours = new Set([postmaster, ...children.slice(1).map((child) => child.pid)]);
  for (const [pid, { parent, own }] of processes) if (ours.has(pid) || parent === postmaster) ticks += own;
  return ticks * 10;
}

async function trace(sql: ReturnType<typeof createPool>, now: number, row: object): Promise<void> {
  const { rows } = await sql.query(
    `SELECT (SELECT json_agg(json_build_array(step, try, state, size, cursor, cardinality(in_flight), available_at - now()))
       FROM (SELECT * FROM block WHERE state IN (0, 1, 3) ORDER BY id LIMIT 5) b) AS blocks,
     (SELECT json_agg(json_build_array(step, trigger, cardinality(members), held, due_at - now()))
       FROM (SELECT * FROM fallback_timer ORDER BY due_at LIMIT 5) t) AS timers,
     (SELECT json_agg(json_build_array(source, lag_ms, backlog, now() - beat_at)) FROM receipt_intake) AS intake`,
  );
  const text = JSON.stringify(row) + (now > 15_000 ? JSON.stringify(rows[0]) : "");
  if (text !== traced) console.log(Math.round(now), text);
  traced = text;
}

function start(file: string, env: Record<string, string> = {}): Promise<void> {
  const child = spawn(process.execPath, ["--max-semi-space-size=64", "--import", "tsx", file], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, ...env },
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.on("message", (message: { ready?: boolean; failed?: string }) => {
      if (message.ready === true) resolve();
      if (message.failed !== undefined) reject(new Error(message.failed));
    });
    child.once("exit", (code) => reject(new Error(`${file} ended with ${code}`))); // no effect once it is up
  });
}
