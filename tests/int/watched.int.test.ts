import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as messagesRoute from "../../app/api/v1/messages/route";
import { CHANNELS } from "../../lib/domain/vocabulary";
import { createApiKey } from "../../lib/server/api-keys/create-api-key";
import { sumConservation } from "../../lib/server/dispatch/conservation";
import { launchCampaign } from "../../lib/server/dispatch/campaigns/launch-campaign";
import { setSwitch, testCampaign } from "../../lib/server/dispatch/dispatch.fixture";
import { receiveWebhook } from "../../lib/server/dispatch/receipts/receive-webhook";
import type { WebhookKind } from "../../lib/server/connections/webhook-address";
import { startWebIntake } from "../../lib/server/dispatch/receipts/web-intake";
import { metrics } from "../../lib/server/metrics/metrics";
import { freePort } from "../../scripts/embedded-database.mjs";
import { startSandbox, type Sandbox } from "../../sandbox/start-sandbox";
import { createTestAccount, useTestDatabase, type TestAccount } from "./harness";
import { connect, isCompleted, until } from "./live-stack";

/**
 * Web's part in this process (the API's route, the webhooks), a real worker beside it, real carriers' sandboxes: what all of them
 * count and write down while messages go their way.
 */
const database = useTestDatabase();
const PEOPLE = 200;
const TEXT = "Your parcel Zvartnots-77 is at the gate.";
const NUMBER = "+37491555666";
const lines: string[] = [];
const held: { home?: string; sandbox?: Sandbox; worker?: ChildProcess; web?: ReturnType<typeof createServer> } = {};
let account: TestAccount;
let metricsUrl: string;

beforeAll(async () => {
  const ports = { web: await freePort(), http: await freePort(), smpp: await freePort() };
  account = await createTestAccount(database);
  await setSwitch(database, account, true);
  const subscriptions = await connect(database, account, ports, 400);
  held.home = await mkdtemp(join(tmpdir(), "kamurj-watched-"));
  held.sandbox = await startSandbox({
    ...{ dataDir: held.home, httpPort: ports.http, smppPort: ports.smpp, speed: 20, subscriptions },
  });
  Object.assign(globalThis, { kamurjPool: database.sql, kamurjPrisma: database.db });
  process.env.KAMURJ_LOG_LEVEL = "debug";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    lines.push(...String(chunk).split("\n"));
    return true;
  });
  startWebIntake();
  held.web = createServer((request, response) => void answer(request, response)).listen(ports.web, "127.0.0.1");
  await startWorker();
});
afterAll(async () => {
  vi.restoreAllMocks();
  clearInterval((globalThis as { kamurjBeat?: NodeJS.Timeout }).kamurjBeat);
  held.worker?.kill("SIGKILL");
  held.web?.close();
  await held.sandbox?.stop();
  if (held.home !== undefined) await rm(held.home, { recursive: true, force: true });
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, , , kind, token] = (request.url ?? "").split("/");
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const header = request.headers["x-hub-signature-256"] ?? request.headers["x-viber-content-signature"] ?? null;
  const signature = Array.isArray(header) ? null : header;
  const call = { kind: kind as WebhookKind, token: token ?? "", body: Buffer.concat(chunks), signature, address: null };
  const { status, text } = await receiveWebhook({ ...call, url: `http://127.0.0.1${request.url ?? ""}` });
  response.writeHead(status).end(text);
}

async function startWorker(): Promise<void> {
  const env = {
    ...process.env,
    ...{
      DATABASE_URL: database.url,
      KAMURJ_WIRE_TIMEOUT_MS: "1500",
      KAMURJ_METRICS_PORT: "0",
      KAMURJ_LOG_LEVEL: "debug",
    },
  };
  const child = spawn(process.execPath, ["--import", "tsx", "worker/main.ts"], {
    ...{ env, stdio: ["ignore", "pipe", "inherit", "ipc"] },
  });
  held.worker = child;
  child.stdout?.on("data", (chunk: Buffer) => lines.push(...chunk.toString().split("\n")));
  const port = await new Promise<number>((resolve, reject) => {
    child.on("message", (message: { ready?: boolean; failed?: string; metricsPort?: number }) => {
      if (message.ready === true) resolve(message.metricsPort ?? 0);
      if (message.failed !== undefined) reject(new Error(message.failed));
    });
  });
  metricsUrl = `http://127.0.0.1:${port}`;
}

type Sample = { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number };

/** Prometheus's text format, as a scraper reads it. */
function parse(text: string): Sample[] {
  return text.split("\n").flatMap((line) => {
    const match = /^([a-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (match === null) return [];
    const labels = [...(match[2] ?? "").matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]);
    return [{ name: match[1] ?? "", labels: Object.fromEntries(labels), value: Number(match[3]) }];
  });
}

async function scrape(): Promise<Sample[]> {
  return parse(await (await fetch(`${metricsUrl}/metrics`)).text());
}

function sum(samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}): number {
  return samples
    .filter((one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value))
    .reduce((total, { value }) => total + value, 0);
}

async function rows(query: string): Promise<Record<string, unknown>[]> {
  return (await database.sql.query(query, [account.accountId])).rows;
}

describe("a worker with real traffic", () => {
  let campaignId: string;

  it("keeps its books balanced at every moment of a campaign, and so reads its gauge", async () => {
    campaignId = await testCampaign(database, account, { people: PEOPLE, waitS: 5, route: "whatsapp-viber-sms" });
    await launchCampaign(account.as("marketer"), campaignId);
    let reads = 0;
    await until(
      "the campaign is completed",
      async () => {
        const books = await sumConservation(database.sql, [account.shard], Date.now() - 3_600_000, 70);
        expect([books.missing, books.doubled, books.examples]).toEqual([0, 0, []]);
        reads += 1;
        return isCompleted(database, campaignId);
      },
      90_000,
    );
    expect(reads).toBeGreaterThan(10);
    expect((await sumConservation(database.sql, [account.shard], Date.now() - 3_600_000)).accepted).toBe(PEOPLE);
    const samples = await scrape();
    expect(samples.find(({ name }) => name === "kamurj_conservation_gap")?.value).toBe(0);
  });

  it("has counted what the carriers' ledger and the database have: sends, decisions, receipts", async () => {
    const receipts = () => held.sandbox?.ledger.summary().receipts;
    await until("every receipt has been taken", () =>
      Promise.resolve(receipts()?.planned === receipts()?.acknowledged),
    );
    const samples = await scrape();
    const web = parse(await metrics().registry.metrics());
    for (const channel of CHANNELS) {
      const took = held.sandbox?.ledger.summary().byChannel[channel] ?? 0;
      const accepted = sum(samples, "kamurj_sends_total", { channel, outcome: "accepted" });
      // A carrier may have taken what it never answered for: no more than that lies between its ledger and our count.
      const unknown = sum(samples, "kamurj_sends_total", { channel, outcome: "unknown" });
      expect(accepted).toBeGreaterThan(0);
      expect(took, `${channel}: ${accepted} accepted, ${unknown} unknown`).toBeGreaterThanOrEqual(accepted);
      expect(took).toBeLessThanOrEqual(accepted + unknown);
      const [row] = await rows(
        `SELECT count(*) FILTER (WHERE status = 30)::integer AS refused FROM attempt
         WHERE account_id = $1 AND channel = ${CHANNELS.indexOf(channel) + 1}`,
      );
      expect(sum(samples, "kamurj_sends_total", { channel, outcome: "refused" })).toBeGreaterThanOrEqual(
        Number(row?.refused),
      );
    }
    const [decided] = await rows(
      `SELECT count(*) FILTER (WHERE allowed)::integer AS yes, count(*) FILTER (WHERE NOT allowed)::integer AS no
       FROM fallback_decision WHERE account_id = $1`,
    );
    expect(sum(samples, "kamurj_fallback_decisions_total", { allowed: "true" })).toBe(Number(decided?.yes));
    expect(sum(samples, "kamurj_fallback_decisions_total", { allowed: "false" })).toBe(Number(decided?.no));
    expect(sum(samples, "kamurj_fallback_lateness_seconds_count")).toBe(Number(decided?.yes) + Number(decided?.no));
    expect(sum(samples, "kamurj_accept_to_wire_seconds_count", { lane: "marketing" })).toBeGreaterThanOrEqual(PEOPLE);
    const taken = sum(samples, "kamurj_receipts_total") + sum(web, "kamurj_receipts_total");
    expect(taken).toBeGreaterThanOrEqual(receipts()?.acknowledged ?? Number.NaN);
    expect(sum(web, "kamurj_webhooks_total", { result: "taken" })).toBeGreaterThan(0);
  });

  it("shows empty queues when there is nothing to do, and that every loop comes round", async () => {
    const samples = await scrape();
    expect(sum(samples, "kamurj_queue_messages")).toBe(0);
    expect(sum(samples, "kamurj_database_up")).toBe(1);
    expect(sum(samples, "kamurj_receipt_intake_up")).toBe(CHANNELS.length);
    expect(samples.filter(({ name }) => name === "kamurj_breaker_state").map(({ value }) => value)).toEqual([0, 0, 0]);
    const ready = await fetch(`${metricsUrl}/health/ready`);
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      { status: "ok", database: true, pendingMigrations: [], connections: 3, stuckLoops: [], conservationGap: 0 },
    ]);
  });
});

describe("one message through API, worker and receipt, at debug level", () => {
  it("is found by its id in all three, and no line has its number, its text, its variables or a secret", async () => {
    const { key } = await createApiKey(account.as("admin"), { name: "Test" });
    const code = "kod-481516";
    const response = await messagesRoute.POST(
      new Request("http://localhost/api/v1/messages", {
        method: "POST",
        headers: {
          ...{ authorization: `Bearer ${key}`, "content-type": "application/json" },
          ...{ "idempotency-key": randomUUID(), "x-request-id": "ticket-4711-of-shop" },
        },
        body: JSON.stringify({
          ...{ to: NUMBER, category: "utility", route: "viber-sms", wait_seconds: 20 },
          content: { text: `${TEXT} ${code}` },
        }),
      }),
      { params: Promise.resolve({}) },
    );
    const body = (await response.json()) as { id: string };
    expect([response.status, response.headers.get("x-request-id")], JSON.stringify(body)).toEqual([
      202,
      "ticket-4711-of-shop",
    ]);
    const own = (said: string): { process: string; msg: string }[] =>
      lines
        .filter((line) => line.includes(said) && line.startsWith("{"))
        .map((line) => JSON.parse(line) as { process: string; msg: string });
    await until("its receipt is in the log", () =>
      Promise.resolve(own(body.id).some(({ msg }) => msg === "receipts stored")),
    );
    const found = own(body.id).map(({ process: from, msg }) => `${from}: ${msg}`);
    expect(found).toEqual(
      expect.arrayContaining(["web: api request", "worker: intent stored", "worker: outcomes stored"]),
    );
    expect(found.some((line) => line.endsWith("receipts stored"))).toBe(true);
    expect(own("ticket-4711-of-shop")[0]).toMatchObject({ messageId: body.id, status: 202, method: "POST" });
    const secrets = [key, "app-secret-of-the-test", "signing-key-of-the-test", "v".repeat(16)];
    for (const forbidden of [NUMBER.slice(1), TEXT, code, ...secrets, "37477000001"]) {
      expect(lines.filter((line) => line.includes(forbidden))).toEqual([]);
    }
  });
});
