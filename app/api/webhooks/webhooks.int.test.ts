import { createHmac } from "node:crypto";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "@/scripts/embedded-database.mjs";
import { createPool } from "@/lib/server/db/pool";
import { insertConnection } from "@/lib/server/connections/save-connection";
import { launchCampaign } from "@/lib/server/dispatch/campaigns/launch-campaign";
import { setSwitch, testCampaign, testDispatch, type TestCampaign } from "@/lib/server/dispatch/dispatch.fixture";
import { createTestAccount, useTestDatabase, type TestAccount } from "@/tests/int/harness";
import * as viberRoute from "./viber/[token]/route";
import * as whatsAppRoute from "./whatsapp/[token]/route";

const database = useTestDatabase();

/** What the web process keeps on globalThis. The routes take the process's own pool, as they do under Next. */
function useWebPool(pool: typeof database.sql): void {
  Object.assign(globalThis, { kamurjPool: pool, kamurjBatcher: undefined, kamurjConnections: undefined });
}

beforeAll(() => useWebPool(database.sql));
beforeEach(() => useWebPool(database.sql));

const APP_SECRET = "s".repeat(16);
const VERIFY_TOKEN = "v".repeat(16);

async function tokenOf(account: TestAccount, kind: string): Promise<string> {
  const { webhookToken } = await database.db.connection.findFirstOrThrow({
    where: { accountId: account.accountId, kind },
    select: { webhookToken: true },
  });
  return webhookToken ?? "";
}

function signed(body: string | Uint8Array, secret = APP_SECRET): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

const params = (token: string) => ({ params: Promise.resolve({ token }) });

function postWhatsApp(token: string, body: string | Uint8Array<ArrayBuffer>, signature = signed(body)) {
  const request = new Request(`http://desk.example/api/webhooks/whatsapp/${encodeURIComponent(token)}`, {
    method: "POST",
    body,
    headers: { "x-hub-signature-256": signature },
  });
  return whatsAppRoute.POST(request, params(token));
}

function postViber(token: string, body: string, headers: Record<string, string> = {}) {
  const request = new Request(`http://desk.example/api/webhooks/viber/${token}`, { method: "POST", body, headers });
  return viberRoute.POST(request, params(token));
}

function check(token: string, query: Record<string, string>) {
  const url = `http://desk.example/api/webhooks/whatsapp/${token}?${new URLSearchParams(query).toString()}`;
  return whatsAppRoute.GET(new Request(url), params(token));
}

type Status = { readonly id: string; readonly reference?: string; readonly status: string; readonly atS?: number };

function statuses(items: readonly Status[]): string {
  const at = Math.floor(Date.now() / 1_000);
  const list = items.map(({ id, reference, status, atS }) => ({
    ...{ id, status, timestamp: String(atS ?? at), recipient_id: "37477000001" },
    ...{ biz_opaque_callback_data: reference },
    ...(status === "failed" ? { errors: [{ code: 131050, title: "stopped" }] } : {}),
  }));
  const value = { messaging_product: "whatsapp", metadata: { phone_number_id: "10000001" }, statuses: list };
  return JSON.stringify({
    object: "whatsapp_business_account",
    entry: [{ id: "1", changes: [{ field: "messages", value }] }],
  });
}

/** A campaign whose messages WhatsApp has all accepted. */
async function sent(wish: TestCampaign) {
  const account = await createTestAccount(database);
  await setSwitch(database, account, true);
  const dispatch = await testDispatch(database, account);
  const campaignId = await testCampaign(database, account, wish);
  await launchCampaign(account.as("marketer"), campaignId);
  await dispatch.plan(campaignId);
  await dispatch.send();
  const references = dispatch.carriers.calls.map(({ request }) => request.reference);
  return { account, dispatch, references, token: await tokenOf(account, "whatsapp_cloud") };
}

/** All that a webhook could change, of one account. */
async function stateOf(account: TestAccount) {
  const read = async (query: string) => (await database.sql.query(query, [account.accountId])).rows;
  return {
    attempts: await read("SELECT * FROM attempt WHERE account_id = $1 ORDER BY message_id, step, try"),
    receipts: await read(
      `SELECT message_id, step, try, kind, part, carrier_at, code FROM receipt
       WHERE message_id IN (SELECT id FROM message WHERE account_id = $1) ORDER BY 1, 2, 3, 4, 5, 6`,
    ),
    orphans: await read(
      "SELECT carrier_id, kind, carrier_at FROM orphan_receipt WHERE account_id = $1 ORDER BY 1, 2, 3",
    ),
    timers: await read("SELECT step, trigger, due_at, members FROM fallback_timer WHERE account_id = $1 ORDER BY id"),
    suppressions: await read("SELECT * FROM suppression WHERE account_id = $1 ORDER BY e164, category"),
    rollup: await read(
      `SELECT hour, campaign_id, channel, step, country, kind, code, sum(n) AS n, sum(segments) AS segments, sum(cost_micros) AS cost
       FROM rollup WHERE account_id = $1 GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7`,
    ),
  };
}

/** For webhooks that change nothing: one account for all of them. */
let quiet: Promise<Awaited<ReturnType<typeof sent>>> | undefined;
const quietAccount = () => (quiet ??= sent({ people: 1 }));

describe("a webhook is refused", () => {
  it("401 with a wrong, a missing or another account's signature, and nothing changes", async () => {
    const { account, references, token } = await sent({ people: 2 });
    const body = statuses(references.map((reference, i) => ({ id: `wamid-${i}`, reference, status: "delivered" })));
    const before = await stateOf(account);
    for (const signature of ["", "sha256=", "sha256=00", signed(body, "x".repeat(16)), signed(`${body} `)]) {
      expect((await postWhatsApp(token, body, signature)).status).toBe(401);
    }
    expect(await stateOf(account)).toEqual(before);
    expect((await postWhatsApp(token, body)).status).toBe(200);
    expect(await stateOf(account)).not.toEqual(before);
  });

  it("401 where a Viber partner signs and the signature is another", async () => {
    const account = await createTestAccount(database);
    const signingKey = "k".repeat(16);
    const { webhookToken } = await database.db.$transaction((tx) =>
      insertConnection(
        tx,
        account.accountId,
        "Viber",
        { kind: "viber_business", config: { baseUrl: "http://127.0.0.1:1", serviceId: 1 }, secrets: { signingKey } },
        10,
      ),
    );
    const body = JSON.stringify({ message_token: "m1", message_status: "delivered", message_time: Date.now() });
    const right = createHmac("sha256", signingKey).update(body).digest("hex");
    expect((await postViber(webhookToken, body)).status).toBe(401);
    const wrong = { "x-viber-content-signature": right.replace(/^../, "zz") };
    expect((await postViber(webhookToken, body, wrong)).status).toBe(401);
    expect((await stateOf(account)).orphans).toEqual([]);
    expect((await postViber(webhookToken, body, { "x-viber-content-signature": right })).status).toBe(200);
    expect((await stateOf(account)).orphans).toHaveLength(1);
  });

  it("404 at an address that nobody was given, whatever stands there, and at another kind's", async () => {
    const { account, token } = await quietAccount();
    const body = statuses([{ id: "w", status: "delivered" }]);
    for (const unknown of ["unknown", "", "a\u0000b", "' OR 1=1 --", "x".repeat(9_000), token.toUpperCase(), "../x"]) {
      expect((await postWhatsApp(unknown, body)).status).toBe(404);
      expect((await check(unknown, { "hub.mode": "subscribe" })).status).toBe(404);
    }
    expect((await postViber(token, body)).status).toBe(404);
    expect((await postWhatsApp(await tokenOf(account, "viber_business"), body)).status).toBe(404);
  });

  it("413 over 3 MB, whether the length is told beforehand or not", async () => {
    const { account, token } = await quietAccount();
    const before = await stateOf(account);
    const big = new Uint8Array(3 * 1024 * 1024 + 1).fill(32);
    expect((await postWhatsApp(token, big)).status).toBe(413);
    const told = new Request("http://desk.example/", {
      method: "POST",
      body: "{}",
      headers: { "content-length": String(big.length), "x-hub-signature-256": signed("{}") },
    });
    expect((await whatsAppRoute.POST(told, params(token))).status).toBe(413);
    expect((await postViber(token, " ".repeat(big.length))).status).toBe(413);
    expect(await stateOf(account)).toEqual(before);
    expect((await postWhatsApp(token, `${statuses([])}${" ".repeat(2 * 1024 * 1024)}`)).status).toBe(200);
  });

  it.each(["", "{", "delivered", '{"entry": [', "\u0000", "NaN", "[1,]"])(
    "400 for what is no JSON: %j",
    async (body) => {
      const { account, token } = await quietAccount();
      const before = await stateOf(account);
      expect((await postWhatsApp(token, body)).status).toBe(400);
      expect((await postViber(await tokenOf(account, "viber_business"), body)).status).toBe(400);
      expect(await stateOf(account)).toEqual(before);
    },
  );
});

describe("a webhook that says nothing we know", () => {
  it.each([
    "null",
    "[]",
    "5",
    '"x"',
    "{}",
    '{"entry":5}',
    '{"entry":[null,{"changes":[{"field":"messages","value":[]}]}]}',
  ])("is acknowledged, else it would come back for a week, and changes nothing: %s", async (body) => {
    const { account, token } = await quietAccount();
    const before = await stateOf(account);
    expect((await postWhatsApp(token, body)).status).toBe(200);
    expect((await postViber(await tokenOf(account, "viber_business"), body)).status).toBe(200);
    expect(await stateOf(account)).toEqual(before);
  });
});

describe("Meta's subscription check", () => {
  it("answers the challenge as plain text to who knows the verify token", async () => {
    const { token } = await quietAccount();
    const query = { "hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444" };
    const answer = await check(token, query);
    expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([
      ...[200, "text/plain", "1158201444"],
    ]);
  });

  it("answers nothing of it to a wrong token, another mode, or a challenge that is a page", async () => {
    const { token } = await quietAccount();
    const right = { "hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444" };
    const answers = [
      await check(token, { ...right, "hub.verify_token": "wrong" }),
      await check(token, { ...right, "hub.verify_token": "" }),
      await check(token, { ...right, "hub.mode": "unsubscribe" }),
      await check(token, { ...right, "hub.challenge": "<script>alert(1)</script>" }),
      await check(token, {}),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 400, 400, 400]);
    for (const answer of answers) expect(await answer.text()).not.toContain("1158201444");
  });
});

describe("receipts that come again", () => {
  it("500 at once, then the same 500 twice and backwards, change nothing", async () => {
    const { account, references, token } = await sent({ people: 500 });
    const kinds = ["delivered", "read", "sent", "failed", "delivered"];
    const items = references.map((reference, i) => ({
      ...{ id: `wamid-${i}`, reference, status: kinds[i % kinds.length] ?? "", atS: 1_900_000_000 + i },
    }));
    expect((await postWhatsApp(token, statuses(items))).status).toBe(200);
    const after = await stateOf(account);
    expect(after.receipts).toHaveLength(500);
    const again = await Promise.all([
      postWhatsApp(token, statuses(items)),
      postWhatsApp(token, statuses([...items].reverse())),
      ...items.slice(0, 20).map((item) => postWhatsApp(token, statuses([item]))),
    ]);
    expect(new Set(again.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await stateOf(account)).toEqual(after);
  });
});

describe("an answer of 200", () => {
  it("is given only after the receipts have committed", async () => {
    const { account, references, token } = await sent({ people: 1 });
    const holder = await database.sql.connect();
    await holder.query("BEGIN");
    await holder.query("SELECT 1 FROM attempt WHERE account_id = $1 FOR UPDATE", [account.accountId]);
    const { rows: own } = await holder.query("SELECT pg_backend_pid() AS pid");
    let answered: number | null = null;
    const body = statuses([{ id: "wamid", reference: references[0] ?? "", status: "delivered" }]);
    const posting = postWhatsApp(token, body).then(({ status }) => (answered = status));
    await waitUntilBlockedBy(Number(own[0]?.pid));
    expect(answered).toBeNull();
    expect((await stateOf(account)).receipts).toEqual([]);
    await holder.query("COMMIT");
    holder.release();
    expect(await posting).toBe(200);
    expect((await stateOf(account)).receipts).toHaveLength(1);
  });

  it("is not given when the commit is lost: 503, and the repetition is stored once", async () => {
    const { account, references, token } = await sent({ people: 1 });
    const holder = await database.sql.connect();
    await holder.query("BEGIN");
    await holder.query("SELECT 1 FROM attempt WHERE account_id = $1 FOR UPDATE", [account.accountId]);
    const { rows: own } = await holder.query("SELECT pg_backend_pid() AS pid");
    const body = statuses([{ id: "wamid", reference: references[0] ?? "", status: "delivered" }]);
    const posting = postWhatsApp(token, body);
    const blocked = await waitUntilBlockedBy(Number(own[0]?.pid));
    await holder.query("SELECT pg_terminate_backend($1)", [blocked]);
    expect((await posting).status).toBe(503);
    await holder.query("COMMIT");
    holder.release();
    expect((await stateOf(account)).receipts).toEqual([]);
    expect((await postWhatsApp(token, body)).status).toBe(200);
    expect((await stateOf(account)).receipts).toHaveLength(1);
  });
});

describe("while the database is away", () => {
  const away = { pool: database as never as ReturnType<typeof createPool> };
  beforeEach(async () => {
    away.pool = createPool(`postgresql://nobody@127.0.0.1:${await freePort()}/none`, 2);
  });
  afterEach(() => away.pool.end());

  it("webhooks and subscription checks are answered 503, known address or not", async () => {
    const { account, references, token } = await sent({ people: 1 });
    const viber = await tokenOf(account, "viber_business");
    const body = statuses([{ id: "wamid", reference: references[0] ?? "", status: "delivered" }]);
    const query = { "hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1" };
    expect((await check(token, query)).status).toBe(200); // from here on the address is known
    Object.assign(globalThis, { kamurjPool: away.pool, kamurjBatcher: undefined });
    expect((await postWhatsApp(token, body)).status).toBe(503);
    useWebPool(away.pool);
    expect((await postWhatsApp(token, body)).status).toBe(503);
    expect((await postViber(viber, "{}")).status).toBe(503);
    expect((await check(token, query)).status).toBe(503);
    useWebPool(database.sql);
    expect((await stateOf(account)).receipts).toEqual([]);
    expect((await postWhatsApp(token, body)).status).toBe(200);
  });
});

describe("a connection of one account", () => {
  it.each([true, false])(
    "never changes another's message, in the same shard (%s) or not (invariant 12)",
    async (same) => {
      const victim = await sent({ people: 3 });
      const other = await createTestAccount(database);
      const shard = same ? victim.account.shard : (victim.account.shard + 1) % 64;
      await database.sql.query("UPDATE account SET shard = $2 WHERE id = $1", [other.accountId, shard]);
      await testDispatch(database, { ...other, shard });
      const before = await stateOf(victim.account);
      const token = await tokenOf(other, "whatsapp_cloud");
      const { rows } = await database.sql.query("SELECT carrier_id FROM attempt WHERE account_id = $1", [
        victim.account.accountId,
      ]);
      for (const status of ["delivered", "read", "failed", "sent"]) {
        const forged = victim.references.map((reference, i) => ({ id: rows[i]?.carrier_id ?? "", reference, status }));
        expect((await postWhatsApp(token, statuses(forged))).status).toBe(200);
      }
      const viber = victim.references.map((reference) => ({
        ...{ message_token: "1", message_status: "delivered", message_time: Date.now(), tracking_data: reference },
      }));
      expect((await postViber(await tokenOf(other, "viber_business"), JSON.stringify(viber))).status).toBe(200);
      expect(await stateOf(victim.account)).toEqual(before);
      const own = await stateOf(other);
      expect([own.attempts, own.receipts, own.suppressions]).toEqual([[], [], []]);
      expect(own.orphans.length).toBeGreaterThan(0);
    },
  );

  it("is not held up by what another one sends: hostile receipts are taken in, beside good ones", async () => {
    const good = await sent({ people: 20 });
    const other = await createTestAccount(database);
    await database.sql.query("UPDATE account SET shard = $2 WHERE id = $1", [other.accountId, good.account.shard]);
    await testDispatch(database, { ...other, shard: good.account.shard });
    const bad = await tokenOf(other, "viber_business");
    const hostile = [
      { message_token: "a\u0000b", message_status: "delivered" },
      { message_token: "\ud800", message_status: "failed", error_code: "\u0000\udfff" },
      { message_token: "ok", message_status: "delivered", message_time: 1e300, tracking_data: "99.9.9.9" },
      { message_token: "neg", message_status: "seen", message_time: -1e18, "#tracking_data": "\u0000" },
      { message_token: 1e21, message_status: "expired", message_time: "9".repeat(16) },
    ];
    const answers = await Promise.all([
      ...hostile.map((item) => postViber(bad, JSON.stringify(item))),
      ...good.references.map((reference, i) =>
        postWhatsApp(good.token, statuses([{ id: `wamid-${i}`, reference, status: "delivered" }])),
      ),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect((await stateOf(good.account)).receipts).toHaveLength(20);
    expect((await stateOf(other)).orphans).toHaveLength(hostile.length);
  });
});

/** @returns the process that waits for a lock of this one */
async function waitUntilBlockedBy(pid: number): Promise<number> {
  for (;;) {
    const { rows } = await database.sql.query(
      "SELECT pid FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid)) LIMIT 1",
      [pid],
    );
    if (rows[0] !== undefined) return Number(rows[0].pid);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
