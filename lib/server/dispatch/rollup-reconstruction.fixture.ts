import type { Sql } from "../db/pool";
import { LATENCY_BUCKETS } from "@/lib/domain/dispatch/latency-bucket";

const bucket = `CASE ${LATENCY_BUCKETS.filter(({ maxS }) => Number.isFinite(maxS))
  .map(
    ({ code, maxS }) =>
      `WHEN extract(epoch FROM coalesce(a.delivered_at, a.read_at) - a.sent_at) <= ${maxS} THEN '${code}'`,
  )
  .join(" ")} ELSE 'more' END`;

/** For the route WhatsApp, Viber, SMS: the channel of what has no attempt is that of its step. */
const FROM_ROWS = `
  SELECT date_trunc('hour', dispatch_id_time(m.id), 'UTC') AS hour, 1 AS channel, 0 AS step, m.country, 'message' AS kind, '' AS code,
    count(*) AS n, 0 AS segments, 0 AS cost FROM message m WHERE m.account_id = $1 GROUP BY 1, 4
  UNION ALL
  SELECT date_trunc('hour', a.sent_at, 'UTC'), a.channel, a.step, a.country,
    CASE a.status WHEN 10 THEN 'not_sent' WHEN 20 THEN 'unknown' WHEN 30 THEN 'refused' WHEN 40 THEN 'accepted' WHEN 50 THEN 'sent'
      WHEN 60 THEN 'failed' WHEN 70 THEN 'delivered' ELSE 'read' END,
    CASE WHEN a.status >= 70 THEN ${bucket} WHEN a.status IN (10, 30, 60) THEN coalesce(a.error_code, '') ELSE '' END,
    count(*), sum(a.segments), sum(a.cost_micros) FROM attempt a WHERE a.account_id = $1 GROUP BY 1, 2, 3, 4, 5, 6
  UNION ALL
  SELECT date_trunc('hour', a.sent_at, 'UTC'), a.channel, a.step, a.country, 'double_reach', '', count(*), 0, 0
  FROM attempt a WHERE a.account_id = $1 AND a.double_reach GROUP BY 1, 2, 3, 4
  UNION ALL
  SELECT date_trunc('hour', d.decided_at, 'UTC'), CASE d.step WHEN 0 THEN 1 ELSE 2 END, d.step, m.country,
    CASE WHEN d.allowed THEN 'fallback' ELSE 'fallback_denied' END, coalesce(d.denial, d.trigger), count(*), 0, 0
  FROM fallback_decision d JOIN message m ON m.shard = d.shard AND m.id = d.message_id WHERE d.account_id = $1 GROUP BY 1, 2, 3, 4, 5, 6
  UNION ALL
  SELECT date_trunc('hour', s.at, 'UTC'), CASE s.step WHEN 0 THEN 1 WHEN 1 THEN 2 ELSE 3 END, s.step, m.country, 'skipped', s.reason,
    count(*), 0, 0
  FROM skipped_send s JOIN message m ON m.shard = s.shard AND m.id = s.message_id WHERE s.account_id = $1 GROUP BY 1, 2, 3, 4, 6`;

const FROM_ROLLUP = `SELECT hour, channel, step, country, kind, code, sum(n) AS n, sum(segments) AS segments, sum(cost_micros) AS cost
  FROM rollup WHERE account_id = $1 GROUP BY 1, 2, 3, 4, 5, 6
  HAVING sum(n) <> 0 OR sum(segments) <> 0 OR sum(cost_micros) <> 0`;

async function table(sql: Sql, query: string, accountId: string): Promise<string[]> {
  const { rows } = await sql.query(query, [accountId]);
  return rows
    .map(({ hour, channel, step, country, kind, code, n, segments, cost }) =>
      [hour.toISOString(), channel, step, country, kind, code, n, segments, cost].join(" "),
    )
    .sort();
}

/** What the account's messages come to when counted anew, in the form of {@link readRollup}. */
export function reconstructRollup(sql: Sql, accountId: string): Promise<string[]> {
  return table(sql, FROM_ROWS, accountId);
}

export function readRollup(sql: Sql, accountId: string): Promise<string[]> {
  return table(sql, FROM_ROLLUP, accountId);
}
