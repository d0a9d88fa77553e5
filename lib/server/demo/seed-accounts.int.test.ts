import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHANNEL_CODE, ROUTES, type RouteKey } from "@/lib/domain/vocabulary";
import { isMetaLanguage, metaLanguage } from "@/lib/domain/template/meta-limits";
import { subscriptionsSchema } from "../../../sandbox/subscriptions";
import { useTestDatabase } from "../../../tests/int/harness";
import { forecastFallback } from "../accounts/forecast-fallback";
import { verifyAudit } from "../accounts/verify-audit";
import { checkApproval } from "../campaigns/check-approval";
import { getCampaignProgress } from "../campaigns/get-campaign-progress";
import { listCampaigns } from "../campaigns/list-campaigns";
import { channelOfCode, lockAttempts } from "../dispatch/attempt-rows";
import { createRollupBatch } from "../dispatch/rollup-batch";
import { getMessage } from "../messages/get-message";
import { listMessages } from "../messages/list-messages";
import { tenantContext, type TenantContext } from "../tenant-context";
import { readContent } from "../templates/read-content";
import { seedDemoAccounts, type HistoryRequest } from "./seed-accounts";
import { syncDemoCarriers } from "./sync-demo-carriers";

const database = useTestDatabase();
const broken = useTestDatabase();
const addresses = {
  sandboxUrl: "http://127.0.0.1:4010",
  smppHost: "127.0.0.1",
  smppPort: 2775,
  webUrl: "http://127.0.0.1:3000",
};
const now = new Date();
const request = (of: typeof database): HistoryRequest => ({
  ...{ seed: "test", now, scale: 0.05, imagesUrl: "http://127.0.0.1:3000/demo", sql: of.sql },
});
const settings = {
  KAMURJ_SECRET_KEY: "ab".repeat(32),
  NEXTAUTH_SECRET: "x".repeat(32),
  NEXTAUTH_URL: "http://localhost:3000",
};
const saved = { ...process.env };

beforeAll(async () => {
  Object.assign(process.env, settings, { DATABASE_URL: database.url });
  expect(await seedDemoAccounts(database.db, addresses, request(database))).toHaveLength(2);
});
afterAll(() => {
  process.env = saved;
});

async function admin(name: "Ararat Bank" | "Ani Travel"): Promise<TenantContext> {
  const account = await database.db.account.findFirstOrThrow({ where: { name } });
  const member = await database.db.membership.findFirstOrThrow({ where: { accountId: account.id, role: "admin" } });
  const actor = { kind: "user", id: member.userId, name: "Admin", role: "admin" } as const;
  const dependencies = { db: database.db, sql: database.sql, now: () => now };
  return tenantContext({ accountId: account.id, shard: account.shard, actor }, dependencies);
}

const TABLES = [
  ...["account", "app_user", "membership", "template", "template_version", "contact", "audience", "audience_member"],
  ...["campaign", "message", "attempt", "receipt", "carrier_ref", "fallback_decision", "skipped_send", "block"],
  ...[
    "whatsapp_template",
    "suppression",
    "contact_import",
    "import_issue",
    "audit_entry",
    "api_key",
    "connection",
    "price",
    "rollup_hour",
  ],
];

/** Everything there is, in one text. */
async function fingerprint(of: typeof database): Promise<string> {
  const parts = TABLES.map(
    (table) => `(SELECT count(*) || md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM ${table} t)`,
  );
  const { rows } = await of.sql.query<{ all: string }>(`SELECT concat_ws(',', ${parts.join(", ")}) AS all`);
  return rows[0]?.all ?? "";
}

describe("the demo accounts", () => {
  it("have every template approved, under a language that WhatsApp has, and the sandbox is told the same", async () => {
    const ctx = await admin("Ararat Bank");
    const versions = await database.db.templateVersion.findMany({ where: { accountId: ctx.accountId } });
    expect(versions.length).toBeGreaterThan(5);
    for (const version of versions) {
      const content = readContent(version.content);
      expect(isMetaLanguage(metaLanguage(content))).toBe(true);
      expect(await checkApproval(ctx, content)).toMatchObject({ problems: [], warnings: [] });
    }
    const { whatsapp } = await syncDemoCarriers(database.db, addresses);
    const [ararat, ani] = subscriptionsSchema.parse({ whatsapp }).whatsapp;
    expect(ararat).toMatchObject({ wabaId: "209876543210001" });
    expect(ararat?.templates).toHaveLength(versions.length);
    expect(ani).toMatchObject({ wabaId: "209876543210002", templates: [] });
  });

  it("are made once: a second start changes nothing", async () => {
    const before = await fingerprint(database);
    expect(await seedDemoAccounts(database.db, addresses, request(database))).toEqual([]);
    expect(await fingerprint(database)).toBe(before);
  });

  it("leave nothing behind when the process dies on the way, and are whole after the next start", async () => {
    const empty = await fingerprint(broken);
    await broken.sql.query("ALTER TABLE audit_entry ADD CONSTRAINT crash CHECK (action <> 'campaign.cancelled')");
    await expect(seedDemoAccounts(broken.db, addresses, request(broken))).rejects.toThrow();
    expect(await fingerprint(broken)).toBe(empty);
    await broken.sql.query("ALTER TABLE audit_entry DROP CONSTRAINT crash");
    expect(await seedDemoAccounts(broken.db, addresses, request(broken))).toHaveLength(2);
    const counts = "SELECT (SELECT count(*) FROM message) AS messages, (SELECT count(*) FROM contact) AS contacts";
    expect((await broken.sql.query(counts)).rows[0].contacts).toEqual(
      (await database.sql.query(counts)).rows[0].contacts,
    );
  });

  it("are two worlds: nothing of the bank's month is in the empty account", async () => {
    const other = await admin("Ani Travel");
    const filled = ["membership", "connection", "price"];
    for (const table of TABLES.filter((name) => !["account", "app_user", ...filled].includes(name))) {
      const { rowCount } = await database.sql.query(`SELECT 1 FROM ${table} WHERE ${ownerOf(table)} LIMIT 1`, [
        other.accountId,
      ]);
      expect([table, rowCount]).toEqual([table, 0]);
    }
    expect((await listMessages(other, {})).rows).toEqual([]);
  });

  it("have rollups that a reconstruction from the rows gives", async () => {
    const { accountId, shard } = await admin("Ararat Bank");
    const { rows: ids } = await database.sql.query<{ id: string }>("SELECT id FROM message WHERE account_id = $1", [
      accountId,
    ]);
    const rollups = createRollupBatch();
    const client = await database.sql.connect();
    await client.query("BEGIN");
    for (const attempt of await lockAttempts(
      client,
      shard,
      ids.map(({ id }) => id),
    ))
      rollups.move(null, attempt);
    for (const one of await readEvents(accountId)) rollups.add({ accountId, n: 1, segments: 0, costMicros: 0, ...one });
    await rollups.write(client);
    const { rows } = await client.query(
      `WITH made AS (SELECT account_id, hour, campaign_id, channel, step, country, kind, code, sum(n) AS n,
                            sum(segments) AS segments, sum(cost_micros) AS cost FROM rollup_delta GROUP BY 1, 2, 3, 4, 5, 6, 7, 8)
       SELECT count(*)::int AS cells, count(*) FILTER (WHERE made.n IS DISTINCT FROM h.n
                OR made.segments IS DISTINCT FROM h.segments OR made.cost IS DISTINCT FROM h.cost_micros)::int AS different
         FROM made FULL JOIN rollup_hour h USING (account_id, hour, campaign_id, channel, step, country, kind, code)`,
    );
    await client.query("ROLLBACK");
    client.release();
    expect(rows[0].different).toBe(0);
    expect(rows[0].cells).toBeGreaterThan(300);
  });

  it("leave nothing for the worker to do", async () => {
    const { rows } = await database.sql.query(
      `SELECT (SELECT count(*)::int FROM block WHERE state IN (0, 1) OR cardinality(in_flight) > 0) AS ready,
              (SELECT count(*)::int FROM fallback_timer) AS timers, (SELECT count(*)::int FROM orphan_receipt) AS orphans,
              (SELECT count(*)::int FROM campaign WHERE status = 'running') AS running,
              (SELECT count(*)::int FROM contact_import WHERE status <> 'completed') AS imports,
              (SELECT count(*)::int FROM rollup_delta) AS deltas,
              (SELECT count(*)::int FROM api_key WHERE revoked_at IS NULL) AS keys`,
    );
    expect(rows[0]).toEqual({ ready: 0, timers: 0, orphans: 0, running: 0, imports: 0, deltas: 0, keys: 0 });
  });

  it("have campaigns whose people add up, with the rest of the paused one held for its resumption", async () => {
    const ctx = await admin("Ararat Bank");
    const { campaigns } = await listCampaigns(ctx);
    expect(new Set(campaigns.map(({ status }) => status))).toEqual(new Set(["completed", "cancelled", "paused"]));
    for (const { id, status } of campaigns) {
      const { figures, people, blocks } = await getCampaignProgress(ctx, id);
      const { notSent, cancelled, inFlight, waiting, reached, failed, unknown, suppressed } = figures;
      expect(notSent + cancelled + inFlight + waiting + reached + failed + unknown + suppressed).toBe(people);
      expect([id, notSent > 0, cancelled > 0]).toEqual([id, status === "paused", status === "cancelled"]);
      const { rows } = await database.sql.query(
        "SELECT count(*)::int AS n FROM message m WHERE campaign_id = $1 AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.message_id = m.id) AND NOT EXISTS (SELECT 1 FROM skipped_send s WHERE s.message_id = m.id)",
        [id],
      );
      expect(rows[0].n).toBe(blocks.notSent + blocks.cancelled);
      const page = await listMessages(ctx, { campaign: id }, { page: 5_000 });
      expect(page.rows).toHaveLength(people);
    }
  });

  it("have messages whose pages explain themselves, and a forecast beside the switch", async () => {
    const ctx = await admin("Ararat Bank");
    const { rows } = await database.sql.query<{ id: string }>(
      `(SELECT message_id AS id FROM fallback_decision ORDER BY message_id LIMIT 20)
       UNION (SELECT message_id FROM skipped_send LIMIT 5) UNION (SELECT message_id FROM attempt WHERE double_reach LIMIT 5)
       UNION (SELECT message_id FROM attempt ORDER BY message_id DESC LIMIT 20)`,
    );
    for (const { id } of rows) {
      const message = await getMessage(ctx, { id });
      expect(message.why.length).toBeGreaterThan(0);
      expect([message.facts.pending, message.facts.timers]).toEqual([[], []]);
    }
    const forecast = await forecastFallback(ctx);
    expect(forecast.share).toBeGreaterThan(0.05);
    expect(forecast.share).toBeLessThan(0.3);
    expect(forecast.costMicros).toBeGreaterThan(0);
  });

  it("have a whole audit log that begins before the messages and says who turned the switch on", async () => {
    const ctx = await admin("Ararat Bank");
    expect(await verifyAudit(ctx)).toMatchObject({ ok: true });
    const on = await database.db.auditEntry.findFirstOrThrow({
      where: { accountId: ctx.accountId, action: "fallback.turned_on" },
    });
    expect(on.actorName).toBe("Անի Սարգսյան");
    const account = await database.db.account.findUniqueOrThrow({ where: { id: ctx.accountId } });
    expect(account).toMatchObject({
      smsFallbackEnabled: true,
      smsFallbackChangedAt: on.at,
      smsFallbackChangedBy: on.actorId,
    });
    expect(account.isDemo).toBe(true);
  });
});

/** The one table without an account: its rows belong to a connection. */
function ownerOf(table: string): string {
  if (table !== "carrier_ref") return "account_id = $1";
  return "connection_id IN (SELECT c.id FROM connection c WHERE c.account_id = $1)";
}

/** What is no attempt and counts all the same: messages, decisions, skipped sends. */
async function readEvents(accountId: string) {
  const { rows } = await database.sql.query(
    `WITH m AS (SELECT m.id, m.campaign_id, m.country, coalesce(m.route, c.route) AS route
                  FROM message m LEFT JOIN campaign c ON c.account_id = m.account_id AND c.id = m.campaign_id
                 WHERE m.account_id = $1)
     SELECT m.*, 0 AS step, dispatch_id_time(m.id) AS at, 'message' AS kind, '' AS code FROM m
     UNION ALL
     SELECT m.*, d.step, d.decided_at, CASE WHEN d.allowed THEN 'fallback' ELSE 'fallback_denied' END, coalesce(d.denial, d.trigger)
       FROM m JOIN fallback_decision d ON d.message_id = m.id
     UNION ALL
     SELECT m.*, s.step, s.at, 'skipped', s.reason FROM m JOIN skipped_send s ON s.message_id = m.id`,
    [accountId],
  );
  return rows.map((row) => {
    const channel = channelOfCode(CHANNEL_CODE[ROUTES[row.route as RouteKey][row.step as 0] ?? "sms"]);
    const { campaign_id: campaignId, country, step, kind, code } = row;
    return { campaignId, country, step, kind, code, channel, atMs: row.at.getTime() };
  });
}
