import { CONNECTION_CHANNEL } from "@/lib/schemas/connection";
import { randomUUID } from "node:crypto";
import pino from "pino";
import type { Connector, SendOutcome, SendRequest } from "@/lib/carriers/connector";
import type { TemplateContent } from "@/lib/domain/template-content";
import {
  CHANNEL_CODE,
  CHANNELS,
  type Category,
  type Channel,
  type FallbackMode,
  type RouteKey,
} from "@/lib/domain/vocabulary";
import type { TestAccount, TestDatabase } from "../../../tests/int/harness";
import type { BuildConnector } from "../connections/build-connector";
import { createConnectionRegistry } from "../connections/connection-registry";
import { insertConnection } from "../connections/save-connection";
import { createTemplate } from "../templates/create-template";
import { LEASE_MS, type DispatchDeps } from "./dispatch-deps";
import { planSlice } from "./planning/plan-slice";
import { applyReceipts } from "./receipts/apply-receipts";
import { beatIntake, readIntake } from "./receipts/beat-intake";
import type { IncomingReceipt } from "./receipts/incoming-receipt";
import { createWakeUp } from "./run-loop";
import { runSender } from "./sending/run-sender";
import { fireTimers } from "./timers/fire-timers";

/** Secrets of test connections are sealed with it. */
process.env.KAMURJ_SECRET_KEY ??= "11".repeat(32);
process.env.DATABASE_URL ??= "postgresql://unused";
process.env.NEXTAUTH_SECRET ??= "x".repeat(32);
process.env.NEXTAUTH_URL ??= "http://localhost:3000";

export type Answer = (request: SendRequest, nth: number) => SendOutcome | Promise<SendOutcome>;

export type FakeCarriers = {
  /** Every wire call ever made, in order: what a carrier's ledger would say. */
  readonly calls: { readonly channel: Channel; readonly request: SendRequest }[];
  answer: Record<Channel, Answer>;
  readonly build: BuildConnector;
};

/** Carriers that answer as the test says; everything is accepted unless told otherwise. */
export function fakeCarriers(): FakeCarriers {
  const accept: Answer = (request) => ({ kind: "accepted", carrierIds: [`id-${request.reference}`], raw: "" });
  const carriers: FakeCarriers = {
    calls: [],
    answer: { whatsapp: accept, viber: accept, sms: accept },
    build: (details) => {
      const own = CONNECTION_CHANNEL[details.kind];
      const connector: Connector = {
        capabilities: { channel: own, dedupe: "none", correlate: own === "whatsapp", query: false },
        async send(request, canStillSend) {
          if (!canStillSend()) return { kind: "not_sent", code: "aborted", detail: "", retryAfterMs: null, raw: "" };
          carriers.calls.push({ channel: own, request });
          return carriers.answer[own](request, carriers.calls.length);
        },
        close: () => Promise.resolve(),
      };
      return { connector, isUp: null };
    },
  };
  return carriers;
}

export type TestDispatch = {
  readonly deps: DispatchDeps;
  readonly carriers: FakeCarriers;
  /** Runs with the true one, ahead of it by as much as the test says. */
  readonly clock: { aheadMs: number; readonly now: () => number };
  /** Plans all that is to be planned. */
  plan(campaignId: string): Promise<void>;
  /** Sends until nothing is ready or leased. */
  send(): Promise<void>;
  /** Answers the waits that are over on the test's clock, with receipts being heard. */
  fire(): Promise<number>;
  receive(channel: Channel, receipts: readonly Partial<IncomingReceipt>[]): Promise<void>;
};

/** The dispatch service on a database of the test's own, its loops driven by hand and its clock set by the test. */
export async function testDispatch(
  database: TestDatabase,
  account: TestAccount,
  options: { readonly build?: BuildConnector; readonly ratePerSecond?: number } = {},
): Promise<TestDispatch> {
  const carriers = fakeCarriers();
  const clock = { aheadMs: 0, now: (): number => Date.now() + clock.aheadMs };
  const connections = createConnectionRegistry({
    sql: database.sql,
    logger: pino({ level: process.env.TEST_LOG ?? "silent" }),
    wireTimeoutMs: 2_000,
    build: options.build ?? carriers.build,
    onReceipt: () => Promise.resolve(),
    onInbound: () => Promise.resolve(),
  });
  await insertTestConnections(database, account, options.ratePerSecond ?? 5_000);
  await connections.refresh();
  const deps: DispatchDeps = {
    ...{ sql: database.sql, db: database.db, connections },
    logger: pino({ level: process.env.TEST_LOG ?? "silent" }),
    now: clock.now,
    monotonicMs: () => performance.now(),
    workerId: randomUUID(),
    wireTimeoutMs: 2_000,
    leaseMs: LEASE_MS,
  };
  return {
    deps,
    carriers,
    clock,
    async plan(campaignId) {
      while (await planSlice(deps, { accountId: account.accountId, id: campaignId, shard: account.shard }));
    },
    send: () => sendUntilIdle(deps, account.shard),
    async fire() {
      await beatIntake(
        database.sql,
        CHANNELS.map((channel) => ({ source: "test", channel, lagMs: 0, backlog: 0 })),
      );
      return fireTimers(deps, account.shard, await readIntake(database.sql));
    },
    async receive(channel, receipts) {
      const connection = connections.forChannel(account.accountId, channel);
      if (connection === null) throw new Error("no connection");
      const { accountId, shard, id: connectionId } = connection;
      await applyReceipts(
        database.sql,
        shard,
        receipts.map((receipt) => ({
          ...{ reference: null, carrierId: "", kind: "delivered", code: null, carrierTimeMs: clock.now(), raw: "{}" },
          ...{ accountId, shard, connectionId, channel, receivedAtMs: clock.now() },
          ...receipt,
        })),
        clock.now(),
      );
    },
  };
}

async function sendUntilIdle(deps: DispatchDeps, shard: number): Promise<void> {
  const stop = new AbortController();
  const sender = runSender(deps, () => Promise.resolve([shard]), stop.signal, createWakeUp());
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { rows } = await deps.sql.query(
      `SELECT count(*)::integer AS n FROM block WHERE shard = $1 AND (state = 1 AND owner = $3 OR state = 0 AND available_at <= to_timestamp($2::bigint / 1000.0))`,
      [shard, Math.floor(deps.now()), deps.workerId],
    );
    if (rows[0]?.n === 0) break;
  }
  stop.abort();
  await sender;
}

async function insertTestConnections(
  database: TestDatabase,
  account: TestAccount,
  ratePerSecond: number,
): Promise<void> {
  const { accountId } = account;
  await database.db.$transaction(async (tx) => {
    await insertConnection(
      tx,
      accountId,
      "WhatsApp",
      {
        kind: "whatsapp_cloud",
        config: { baseUrl: "http://127.0.0.1:1", phoneNumberId: "10000001" },
        secrets: { accessToken: "t", appSecret: "s".repeat(16), verifyToken: "v".repeat(16) },
      },
      ratePerSecond,
    );
    await insertConnection(
      tx,
      accountId,
      "Viber",
      {
        kind: "viber_business",
        config: { baseUrl: "http://127.0.0.1:1", serviceId: 1 },
        secrets: { signingKey: null },
      },
      ratePerSecond,
    );
    await insertConnection(
      tx,
      accountId,
      "SMS",
      {
        kind: "smpp",
        config: {
          ...{ host: "127.0.0.1", port: 1, tls: false, systemId: "s", systemType: "", sourceAddr: "TEST", window: 10 },
          ...{ receiptIdFormat: "auto" as const, receiptUtcOffsetMinutes: 0 },
        },
        secrets: { password: "p" },
      },
      ratePerSecond,
    );
    for (const channel of CHANNELS) {
      await tx.price.create({
        data: {
          ...{ accountId, channel: CHANNEL_CODE[channel], country: "*" },
          ...{ priceMicros: BigInt({ whatsapp: 30_000, viber: 24_000, sms: 45_000 }[channel]), validFrom: new Date(0) },
        },
      });
    }
  });
}

export type TestCampaign = {
  readonly people: number;
  readonly route?: RouteKey;
  readonly category?: Category;
  readonly mode?: FallbackMode;
  readonly waitS?: number;
  readonly body?: string;
  /** The first person's place; the sandbox treats the numbers that end in 0001 to 0020 in its own ways. */
  readonly firstPlace?: number;
};

/** A draft with so many people, numbered +37477000001 and on. @returns its id */
export async function testCampaign(database: TestDatabase, account: TestAccount, wish: TestCampaign): Promise<string> {
  const { accountId } = account;
  const content = testContent(wish.category ?? "marketing", wish.body);
  const name = `Offer ${randomUUID()}`;
  const { templateId } = await createTemplate(account.as("marketer"), { name, content });
  const audience = await database.db.audience.create({ data: { accountId, name } });
  await database.sql.query(
    `WITH people AS (
       INSERT INTO contact (account_id, e164, country, name)
       SELECT $1, '+374' || (77000000 + n)::text, CASE WHEN n % 5 = 0 THEN 'GE' ELSE 'AM' END, 'Ani ' || n
       FROM generate_series($4::integer, $4::integer + $3::integer - 1) n ON CONFLICT (account_id, e164) DO UPDATE SET name = excluded.name RETURNING id)
     INSERT INTO audience_member (account_id, audience_id, contact_id) SELECT $1, $2, id FROM people`,
    [accountId, audience.id, wish.people, wish.firstPlace ?? 1],
  );
  const campaign = await database.db.campaign.create({
    data: {
      ...{ accountId, name, category: content.category, templateId, templateVersion: 1, audienceId: audience.id },
      ...{ route: wish.route ?? "whatsapp-sms", waitS: wish.waitS ?? 10, fallbackMode: wish.mode ?? "inherit" },
    },
  });
  return campaign.id;
}

/** So many of the account's people have no name any more: a text that needs it cannot be sent to them. */
export async function forgetNames(database: TestDatabase, account: TestAccount, people: number): Promise<void> {
  await database.sql.query(
    `UPDATE contact SET name = NULL WHERE account_id = $1
       AND id IN (SELECT id FROM contact WHERE account_id = $1 ORDER BY e164 DESC LIMIT $2)`,
    [account.accountId, people],
  );
}

export function testContent(category: Category, body = "{{name|friend}}, 20% off this week."): TemplateContent {
  return {
    ...{ language: "en", category, body },
    whatsapp: { imageUrl: null, footer: null, buttons: [], templateName: "offer" },
    viber: { imageUrl: null, button: null },
    sms: { text: null, keepLink: false },
  };
}

export async function setSwitch(database: TestDatabase, account: TestAccount, enabled: boolean): Promise<void> {
  await database.sql.query("UPDATE account SET sms_fallback_enabled = $2 WHERE id = $1", [account.accountId, enabled]);
}
