/**
 * What a message leaves behind whoever coordinates it: the rivals write into the product's own tables (same columns, same indexes, same
 * partitions), by plain SQL over sets, so that what differs is the coordination alone.
 *
 * The life is that of part a: written, sent by WhatsApp and accepted; 70 % are told delivered, 30 % failed; those are decided on and go by
 * SMS, which is told delivered. The wait for silence is set for everyone and outlives the run.
 */
import { randomUUID } from "node:crypto";
import type pg from "pg";
import { formatReference } from "../../lib/domain/dispatch/attempt-reference";
import { inTransaction } from "../../lib/server/db/pool";
import { createDraw } from "../../lib/server/demo/history/draw";
import { makeCarrierIds, writeRawReceipt } from "../../lib/server/demo/history/raw-receipt";
import type { Told } from "./apply-receipts";

export type Step = 0 | 1;

export type Life = {
  readonly pool: pg.Pool;
  readonly messages: number;
  readonly accountId: string;
  readonly campaignId: string;
  readonly audienceId: string;
  /** By step: WhatsApp, SMS. */
  readonly connectionIds: readonly [string, string];
};

export const SHARD = 1;
export const WAIT_MS = 3_600_000;
export const ACCEPTED = 40;
export const FAILED = 60;
export const DELIVERED = 70;
const CHANNEL = [1, 3] as const;
/** As many as the product plans at once: ids come in ranges of that size. */
const SLICE = 1_000;
const draw = createDraw("bench");

/** Recipients, before anything is measured. */
export async function prepareLife(pool: pg.Pool, messages: number): Promise<Life> {
  const [accountId, audienceId] = [randomUUID(), randomUUID()];
  await pool.query("INSERT INTO account (id, name, shard, sms_fallback_enabled) VALUES ($1, 'Bench', $2, true)", [
    accountId,
    SHARD,
  ]);
  await pool.query("INSERT INTO audience (account_id, id, name) VALUES ($1, $2, 'Everyone')", [accountId, audienceId]);
  await pool.query(
    `WITH people AS (INSERT INTO contact (account_id, e164, country, name)
       SELECT $1, '+374' || (70000000 + n * 7)::text, 'AM', 'Ani' FROM generate_series(1, $3::integer) n RETURNING id)
     INSERT INTO audience_member (account_id, audience_id, contact_id) SELECT $1, $2, id FROM people`,
    [accountId, audienceId, messages],
  );
  await pool.query("VACUUM ANALYZE contact, audience_member");
  const connectionIds = [randomUUID(), randomUUID()] as const;
  return { pool, messages, accountId, audienceId, campaignId: randomUUID(), connectionIds };
}

/** Writes all messages, a slice a transaction; `enqueue` adds the slice's jobs in the same one. */
export async function writeMessages(
  life: Life,
  enqueue: (sql: pg.PoolClient, ids: readonly string[]) => Promise<void>,
): Promise<void> {
  let after = "00000000-0000-0000-0000-000000000000";
  for (let seen = SLICE; seen === SLICE;) {
    await inTransaction(life.pool, async (sql) => {
      const { rows } = await sql.query<{ id: string; contact_id: string }>({
        name: "rival-plan",
        text: PLAN,
        values: [SHARD, life.accountId, life.campaignId, life.audienceId, after, SLICE],
      });
      seen = rows.length;
      if (seen === 0) return;
      after = rows.reduce((last, row) => (row.contact_id > last ? row.contact_id : last), after);
      await enqueue(
        sql,
        rows.map((row) => row.id),
      );
    });
  }
}

const PLAN = `
  WITH next AS MATERIALIZED (
    SELECT m.contact_id FROM audience_member m
    WHERE m.account_id = $2 AND m.audience_id = $4 AND m.contact_id > $5 ORDER BY m.contact_id LIMIT $6),
  fresh AS MATERIALIZED (SELECT next_block_id($1::smallint) AS id)
  INSERT INTO message (shard, id, account_id, campaign_id, contact_id, e164, country, vars)
  SELECT $1::smallint, fresh.id + row_number() OVER (ORDER BY c.id) - 1, $2, $3, c.id, c.e164, c.country,
    jsonb_build_object('name', coalesce(c.name, ''))
  FROM next JOIN contact c ON c.account_id = $2 AND c.id = next.contact_id, fresh
  RETURNING id, contact_id`;

/**
 * Reads what a sender needs to know and stores the attempts with their outcome: the carrier takes everything at once.
 *
 * @returns what the carrier will tell of them
 */
export async function recordSends(sql: pg.PoolClient, life: Life, step: Step, ids: readonly string[]): Promise<Told[]> {
  const { rows } = await sql.query<{ id: string; e164: string; vars: object }>({
    name: "rival-load",
    text: "SELECT id, e164, vars FROM message WHERE shard = $1 AND id = ANY($2::bigint[]) AND id BETWEEN $3 AND $4 ORDER BY id",
    values: [SHARD, ids, ...rangeOf(ids)],
  });
  const told = rows.map(({ id, e164 }) => tell(id, step, e164));
  const carrierIds = told.map((one) => one.carrierId);
  const messageIds = rows.map(({ id }) => id);
  await sql.query({
    name: "rival-attempts",
    text: `INSERT INTO attempt (shard, message_id, step, try, status, channel, segments, account_id, campaign_id, connection_id,
             country, category, price_micros, cost_micros, sent_at, outcome_at, carrier_id)
           SELECT $1, id, $2, 0, $3, $4, 1, $5, $6, $7, 'AM', 2, 12000, 12000, now(), now(), carrier_id
           FROM unnest($8::bigint[], $9::text[]) AS x(id, carrier_id)
           ON CONFLICT (shard, message_id, step, try) DO NOTHING`,
    values: [
      ...[SHARD, step, ACCEPTED, CHANNEL[step], life.accountId, life.campaignId],
      ...[life.connectionIds[step], messageIds, carrierIds],
    ],
  });
  if (step === 1) {
    await sql.query({
      name: "rival-refs",
      text: `INSERT INTO carrier_ref (shard, connection_id, carrier_id, message_id, step, try, part)
             SELECT $1, $2, carrier_id, id, 1, 0, 0 FROM unnest($3::bigint[], $4::text[]) AS x(id, carrier_id)
             ON CONFLICT DO NOTHING`,
      values: [SHARD, life.connectionIds[1], messageIds, carrierIds],
    });
  }
  return told;
}

/** Three of ten are not on WhatsApp; by SMS everyone is reached, and its receipt carries the carrier's own id alone. */
function tell(id: string, step: Step, e164: string): Told {
  const fails = step === 0 && BigInt(id) % 10n < 3n;
  const channel = step === 0 ? "whatsapp" : "sms";
  const carrierId = step === 0 ? (makeCarrierIds(channel, e164, 1, draw)[0] ?? "") : `s${id}`;
  const key = { shard: SHARD, messageId: id, step, try: 0 };
  const kind = fails ? "failed" : "delivered";
  const code = fails ? "131026" : null;
  const nowMs = Date.now();
  const times = { sentAtMs: nowMs, carrierAtMs: Math.floor(nowMs / 1_000) * 1_000 };
  const raw = writeRawReceipt({ channel, key, e164, kind, carrierId, code, category: "marketing", ...times });
  return { reference: step === 0 ? formatReference(key) : null, carrierId, kind, code, raw };
}

/** Compares what is stored with what the life calls for. @throws Error that names what is missing */
export async function checkLife(life: Life): Promise<void> {
  const { rows } = await life.pool.query(
    `SELECT (SELECT count(*)::integer FROM message) AS messages,
       (SELECT count(*)::integer FROM attempt WHERE step = 0) AS whatsapp, (SELECT count(*)::integer FROM attempt WHERE step = 1) AS sms,
       (SELECT count(*)::integer FROM message WHERE id % 10 < 3) AS failing, (SELECT count(*)::integer FROM receipt) AS receipts,
       (SELECT count(*)::integer FROM attempt WHERE status = $1) AS delivered,
       (SELECT count(*)::integer FROM attempt WHERE status = $2) AS failed,
       (SELECT count(*)::integer FROM fallback_decision) AS decisions`,
    [DELIVERED, FAILED],
  );
  const found = rows[0];
  const { messages } = life;
  const { failing } = found;
  const expected = { messages, whatsapp: messages, delivered: messages, receipts: messages + failing };
  for (const [what, count] of Object.entries({ ...expected, sms: failing, failed: failing, decisions: failing })) {
    if (found[what] !== count) throw new Error(`${what}: ${found[what]} are stored, the life calls for ${count}.`);
  }
}

function rangeOf(ids: readonly string[]): [string, string] {
  const sorted = ids.map(BigInt).sort((a, b) => (a < b ? -1 : 1));
  return [String(sorted[0] ?? 0n), String(sorted.at(-1) ?? 0n)];
}
