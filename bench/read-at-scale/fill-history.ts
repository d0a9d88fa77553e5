import type pg from "pg";

export type Filled = {
  readonly campaignIds: readonly string[];
  /** From all over the time, decimal. */
  readonly messageIds: readonly string[];
  readonly numbers: readonly string[];
  /** Of these numbers. */
  readonly contactIds: readonly string[];
};

export type HistoryWish = {
  readonly accountId: string;
  readonly shard: number;
  /** Whose settings the others take. */
  readonly campaignId: string;
  readonly messages: number;
};

const A_CAMPAIGN = 100_000;
const A_BLOCK = 1_000;
const DAYS = 14;
/** Messages a person has had, as far as there are enough of them. */
const PEOPLE = 500_000;
const PROBES = 20;

/**
 * Completed campaigns over the last days: of ten messages seven are delivered by WhatsApp and three by SMS after a failure, with their
 * receipts, decisions, blocks and rollups.
 */
export async function fillHistory(admin: pg.Client, wish: HistoryWish): Promise<Filled> {
  const { accountId, shard, campaignId, messages } = wish;
  await admin.query("SELECT ensure_dispatch_partitions(date_trunc('month', now() - interval '15 days')::date, 3)");
  const campaignIds = await copyCampaigns(admin, accountId, campaignId, Math.ceil(messages / A_CAMPAIGN));
  await admin.query(
    `CREATE TEMP TABLE made AS
       SELECT b, now() - interval '${DAYS} days' + b * (interval '${DAYS} days' / $1::integer) AS at,
         ($2::uuid[])[1 + b * ${A_BLOCK} / ${A_CAMPAIGN}] AS campaign_id, gen_random_uuid() AS connection_id
       FROM generate_series(0, $1::integer - 1) b`,
    [Math.ceil(messages / A_BLOCK), campaignIds],
  );
  await admin.query("ALTER TABLE made ADD first_id bigint");
  await admin.query("UPDATE made SET first_id = dispatch_id_floor(at) | ($1::bigint << 16)", [shard]);
  for (const statement of HISTORY) await admin.query(statement.replaceAll(":shard", String(shard)), [accountId]);
  await admin.query(
    "VACUUM (ANALYZE) contact, message, attempt, receipt_evidence, fallback_decision, block, rollup_hour, campaign",
  );
  const { rows } = await admin.query<{ id: string; e164: string; contact_id: string }>(
    `SELECT m.id, m.e164, c.id AS contact_id FROM (SELECT first_id FROM made ORDER BY random() LIMIT $1) made
     JOIN message m ON m.shard = $2 AND m.id = made.first_id + 7 JOIN contact c ON c.account_id = $3 AND c.e164 = m.e164`,
    [PROBES, shard, accountId],
  );
  return {
    ...{ campaignIds, messageIds: rows.map(({ id }) => id), numbers: rows.map(({ e164 }) => e164) },
    contactIds: rows.map((row) => row.contact_id),
  };
}

async function copyCampaigns(admin: pg.Client, accountId: string, from: string, count: number): Promise<string[]> {
  const { rows } = await admin.query<{ id: string }>(
    `INSERT INTO campaign (account_id, id, name, status, category, template_id, template_version, audience_id, route, wait_s,
        fallback_mode, created_at, launched_at, planned_at, planned_count, finished_at)
     SELECT account_id, gen_random_uuid(), 'Bench ' || n, 'completed', category, template_id, template_version, audience_id, route,
        wait_s, fallback_mode, at, at, at, ${A_CAMPAIGN}, at + interval '1 hour'
     FROM campaign, generate_series(1, $3::integer) n,
        LATERAL (SELECT now() - interval '${DAYS} days' + (n - 1) * (interval '${DAYS} days' / $3::integer) AS at) t
     WHERE account_id = $1 AND id = $2 RETURNING id`,
    [accountId, from, count],
  );
  return rows.map(({ id }) => id);
}

const MEMBERS = `made, generate_series(0, ${A_BLOCK - 1}) i`;

const HISTORY = [
  `INSERT INTO contact (account_id, e164, country, name)
     SELECT $1, '+374' || (30000000 + n), 'AM', 'Ani' FROM generate_series(0, ${PEOPLE - 1}) n`,
  `INSERT INTO message (shard, id, account_id, campaign_id, e164, country)
     SELECT :shard, first_id + i, $1, campaign_id, '+374' || (30000000 + (b::bigint * ${A_BLOCK} + i) % ${PEOPLE}), 'AM' FROM ${MEMBERS} ORDER BY 2`,
  `INSERT INTO block (shard, id, account_id, campaign_id, step, lane, state, available_at, first_id, size, cursor)
     SELECT :shard, first_id, $1, campaign_id, 0, 2, 2, at, first_id, ${A_BLOCK}, ${A_BLOCK} FROM made`,
  `INSERT INTO attempt (message_id, account_id, campaign_id, connection_id, sent_at, outcome_at, shard, step, try, channel, category,
       segments, status, parts_delivered, cost_micros, delivered_at, failed_at, negative, error_code, country, carrier_id)
     SELECT first_id + i, $1, campaign_id, connection_id, at, at, :shard, step, 0, CASE step WHEN 0 THEN 1 ELSE 3 END, 3,
       1, CASE WHEN ok THEN 70 ELSE 60 END, ok::integer, CASE WHEN ok THEN 30000 ELSE 0 END, CASE WHEN ok THEN at END,
       CASE WHEN NOT ok THEN at END, NOT ok, CASE WHEN NOT ok THEN '131026' END, 'AM', 'c' || (first_id + i) || step
     FROM ${MEMBERS}, generate_series(0, 1) step, LATERAL (SELECT step = 1 OR i % 10 < 7 AS ok) t
     WHERE step = 0 OR i % 10 >= 7 ORDER BY 1`,
  `INSERT INTO receipt_evidence (message_id, carrier_at, received_at, shard, step, try, kind, part)
     SELECT message_id, sent_at, sent_at, shard, step, try, CASE status WHEN 70 THEN 3 ELSE 5 END, 0
     FROM attempt WHERE account_id = $1 ORDER BY 1`,
  `INSERT INTO fallback_decision (shard, message_id, step, account_id, campaign_id, allowed, trigger, error_code, policy_version,
       policy_source, decided_at)
     SELECT shard, message_id, 0, account_id, campaign_id, true, 'failure', '131026', 1, 'account', sent_at
     FROM attempt WHERE account_id = $1 AND status = 60`,
  `INSERT INTO rollup_hour (account_id, hour, campaign_id, channel, step, country, kind, code, n, segments, cost_micros)
     SELECT account_id, date_trunc('hour', sent_at), campaign_id, channel, step, 'AM', CASE status WHEN 70 THEN 'delivered' ELSE 'failed' END,
       '', count(*), sum(segments), sum(cost_micros)
     FROM attempt WHERE account_id = $1 GROUP BY 1, 2, 3, 4, 5, 7`,
  `INSERT INTO rollup_hour (account_id, hour, campaign_id, channel, step, country, kind, code, n, segments, cost_micros)
     SELECT $1, date_trunc('hour', at), campaign_id, 1, 0, 'AM', 'message', '', count(*) * ${A_BLOCK}, 0, 0 FROM made GROUP BY 2, 3`,
];
