import { randomBytes, randomUUID } from "node:crypto";
import type pg from "pg";
import pino from "pino";
import type { Connector } from "../../lib/carriers/connector";
import { parseReference } from "../../lib/domain/dispatch/attempt-reference";
import { createConnectionRegistry } from "../../lib/server/connections/connection-registry";
import type { Db } from "../../lib/server/db/prisma";
import { createDraw } from "../../lib/server/demo/history/draw";
import { makeCarrierIds } from "../../lib/server/demo/history/raw-receipt";
import { seedDemoAccounts } from "../../lib/server/demo/seed-accounts";
import { launchCampaign } from "../../lib/server/dispatch/campaigns/launch-campaign";
import { LEASE_MS, type DispatchDeps } from "../../lib/server/dispatch/dispatch-deps";
import { createTemplate } from "../../lib/server/templates/create-template";
import { tenantContext } from "../../lib/server/tenant-context";

/** One campaign that is about to be launched, and the service around it with carriers that answer at once. */
export type Life = {
  readonly deps: DispatchDeps;
  readonly accountId: string;
  readonly shard: number;
  readonly campaignId: string;
  launch(): Promise<void>;
};

/** A wait longer than any run: silence never fires, only failures fall back. */
const WAIT_S = 3_600;

export async function makeLife(url: string, sql: pg.Pool, db: Db, people: number): Promise<Life> {
  Object.assign(process.env, {
    DATABASE_URL: url,
    NEXTAUTH_SECRET: "x".repeat(32),
    NEXTAUTH_URL: "http://127.0.0.1:1",
    KAMURJ_SECRET_KEY: randomBytes(32).toString("hex"),
  });
  const at = { sandboxUrl: "http://127.0.0.1:1", smppHost: "127.0.0.1", smppPort: 1, webUrl: "http://127.0.0.1:1" };
  const [account] = await seedDemoAccounts(db, at);
  if (account === undefined) throw new Error("No account was made.");
  const { accountId } = account;
  const { shard } = await db.account.findUniqueOrThrow({ where: { id: accountId } });
  const actor = { kind: "user", id: account.adminId, name: "bench", role: "admin" } as const;
  const ctx = tenantContext({ accountId, shard, actor }, { db, sql, now: () => new Date() });
  const { templateId } = await createTemplate(ctx, {
    name: "Bench",
    content: {
      ...{ language: "en", category: "marketing", body: "Hello {{name|friend}}, 20% off this week." },
      whatsapp: { imageUrl: null, footer: null, buttons: [], templateName: "offer" },
      viber: { imageUrl: null, button: null },
      sms: { text: null, keepLink: false },
    },
  });
  const audience = await db.audience.create({ data: { accountId, name: "Everyone" } });
  await sql.query(
    `WITH people AS (INSERT INTO contact (account_id, e164, country, name)
       SELECT $1, '+374' || (70000000 + n * 7)::text, 'AM', 'Ani' FROM generate_series(1, $3::integer) n RETURNING id)
     INSERT INTO audience_member (account_id, audience_id, contact_id) SELECT $1, $2, id FROM people`,
    [accountId, audience.id, people],
  );
  await sql.query("ANALYZE contact, audience_member");
  const campaign = await db.campaign.create({
    data: {
      ...{ accountId, name: "Bench", category: "marketing", templateId, templateVersion: 1, audienceId: audience.id },
      ...{ route: "whatsapp-sms", waitS: WAIT_S, fallbackMode: "on" },
    },
  });
  // No carrier limits what is measured here.
  await sql.query("UPDATE connection SET rate_per_second = 10000");
  const deps = await makeDeps(sql, db);
  return { deps, accountId, shard, campaignId: campaign.id, launch: () => launchCampaign(ctx, campaign.id) };
}

async function makeDeps(sql: pg.Pool, db: Db): Promise<DispatchDeps> {
  const logger = pino({ level: process.env.KAMURJ_LOG_LEVEL ?? "warn" });
  const wireTimeoutMs = 10_000;
  const connections = createConnectionRegistry({
    ...{ sql, logger, wireTimeoutMs },
    build: (details) => ({ connector: answerAtOnce(details.kind === "smpp" ? "sms" : "whatsapp"), isUp: null }),
    onReceipt: () => Promise.resolve(),
    onInbound: () => Promise.resolve(),
  });
  await connections.refresh();
  return {
    ...{ sql, db, logger, connections, wireTimeoutMs, now: Date.now, leaseMs: LEASE_MS },
    monotonicMs: () => performance.now(),
    workerId: randomUUID(),
  };
}

/** Takes everything, with ids as long as the real carriers'. */
function answerAtOnce(channel: "whatsapp" | "sms"): Connector {
  const draw = createDraw("bench");
  return {
    capabilities: { channel, dedupe: "none", correlate: channel === "whatsapp", query: false },
    send: ({ reference, to }) => {
      const first = parseReference(reference)?.messageId ?? "";
      const carrierIds = channel === "sms" ? [`s${first}`] : makeCarrierIds(channel, to, 1, draw);
      return Promise.resolve({ kind: "accepted", carrierIds, raw: "" });
    },
    close: () => Promise.resolve(),
  };
}
