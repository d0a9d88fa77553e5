import { type AttemptKey } from "@/lib/domain/dispatch/attempt-reference";
import { attemptStatusOf, isDelivered, type AttemptState } from "@/lib/domain/dispatch/attempt-state";
import { costOf } from "@/lib/domain/pricing/price";
import { ATTEMPT_STATUS_CODE, CHANNELS, CHANNEL_CODE, type Channel } from "@/lib/domain/vocabulary";
import type { Sql } from "../db/pool";

/** One row of `attempt`: what is fixed when it is made, and the fold of its evidence. */
export type AttemptRow = AttemptKey &
  AttemptState & {
    readonly channel: Channel;
    readonly accountId: string;
    readonly campaignId: string | null;
    readonly connectionId: string;
    readonly country: string;
    /** LANE of the category. */
    readonly category: number;
    /** Parts that the carrier took and bills. */
    readonly segments: number;
    readonly priceMicros: number;
    readonly sentAtMs: number;
    readonly doubleReach: boolean;
    readonly detail: string | null;
  };

export function attemptKeyText(key: {
  readonly messageId: string;
  readonly step: number;
  readonly try: number;
}): string {
  return `${key.messageId}.${key.step}.${key.try}`;
}

export function channelOfCode(code: number): Channel {
  const channel = CHANNELS.find((one) => CHANNEL_CODE[one] === code);
  if (channel === undefined) throw new Error(`No channel has the number ${code}.`);
  return channel;
}

/** SMS is billed when the carrier takes it, each segment; WhatsApp and Viber when they deliver. */
export function costOfAttempt(row: Pick<AttemptRow, "channel" | "segments" | "priceMicros" | "status">): number {
  const { channel, segments, priceMicros } = row;
  if (channel === "sms") return costOf({ channel, segments, priceMicros, event: "accepted" });
  return isDelivered(row.status) ? costOf({ channel, segments, priceMicros, event: "delivered" }) : 0;
}

const COLUMNS = `message_id, step, try, status, channel, negative, double_reach, parts, segments, parts_delivered, parts_failed,
  account_id, campaign_id, connection_id, country, category, price_micros, sent_at, outcome_at, delivered_at, read_at, failed_at,
  error_code, carrier_id, detail`;

/**
 * Every attempt of these messages, locked in the order of their keys: whoever folds evidence or decides on a fallback comes
 * through here, so of a receipt and a decision one sees the other.
 */
export async function lockAttempts(sql: Sql, shard: number, messageIds: readonly string[]): Promise<AttemptRow[]> {
  if (messageIds.length === 0) return [];
  const { rows } = await sql.query({
    name: "lock-attempts",
    text: `SELECT ${COLUMNS} FROM attempt
           WHERE shard = $1 AND message_id = ANY($2::bigint[]) AND message_id BETWEEN $3 AND $4
           ORDER BY message_id, step, try FOR UPDATE`,
    values: [shard, messageIds, ...rangeOf(messageIds)],
  });
  return rows.map((row) => toAttemptRow(shard, row));
}

/** Smallest and largest, so that partitions outside are never looked at. */
export function rangeOf(ids: readonly string[]): [string, string] {
  let least = BigInt(ids[0] ?? 0);
  let most = least;
  for (const text of ids) {
    const id = BigInt(text);
    if (id < least) least = id;
    if (id > most) most = id;
  }
  return [least.toString(), most.toString()];
}

type Row = Record<string, unknown>;

function toAttemptRow(shard: number, row: Row): AttemptRow {
  return {
    shard,
    messageId: String(row.message_id),
    step: Number(row.step),
    try: Number(row.try),
    status: attemptStatusOf(Number(row.status)),
    channel: channelOfCode(Number(row.channel)),
    negative: row.negative === true,
    doubleReach: row.double_reach === true,
    parts: Number(row.parts),
    segments: Number(row.segments),
    partsDelivered: Number(row.parts_delivered),
    partsFailed: Number(row.parts_failed),
    accountId: String(row.account_id),
    campaignId: row.campaign_id === null ? null : String(row.campaign_id),
    connectionId: String(row.connection_id),
    country: String(row.country),
    category: Number(row.category),
    priceMicros: Number(row.price_micros),
    sentAtMs: msOf(row.sent_at) ?? 0,
    outcomeAtMs: msOf(row.outcome_at),
    deliveredAtMs: msOf(row.delivered_at),
    readAtMs: msOf(row.read_at),
    failedAtMs: msOf(row.failed_at),
    errorCode: row.error_code === null ? null : String(row.error_code),
    carrierId: row.carrier_id === null ? null : String(row.carrier_id),
    detail: row.detail === null ? null : String(row.detail),
  };
}

export function msOf(value: unknown): number | null {
  return value instanceof Date ? value.getTime() : null;
}

/** Sorted by key, so that two inserts of the same keys wait for each other instead of deadlocking. @returns the keys inserted */
export async function insertAttempts(sql: Sql, shard: number, attempts: readonly AttemptRow[]): Promise<Set<string>> {
  if (attempts.length === 0) return new Set();
  const { rows } = await sql.query({
    name: "insert-attempts",
    text: `INSERT INTO attempt (shard, ${COLUMNS}, cost_micros)
           SELECT $1, message_id, step, try, status, channel, negative, double_reach, parts, segments, parts_delivered,
             parts_failed, account_id, campaign_id, connection_id, country, category, price_micros, ${TIMES},
             error_code, carrier_id, detail, cost_micros
           FROM jsonb_to_recordset($2::jsonb) AS x(${RECORD})
           ON CONFLICT (shard, message_id, step, try) DO NOTHING RETURNING message_id, step, try`,
    values: [shard, JSON.stringify([...attempts].sort(byKey).map(toRecord))],
  });
  return new Set(rows.map((row) => `${row.message_id}.${row.step}.${row.try}`));
}

/** The columns that evidence changes; all of one attempt at once, under the lock of {@link lockAttempts}. */
export async function updateAttempts(sql: Sql, shard: number, attempts: readonly AttemptRow[]): Promise<void> {
  if (attempts.length === 0) return;
  await sql.query({
    name: "update-attempts",
    text: `UPDATE attempt a SET status = x.status, negative = x.negative, double_reach = x.double_reach, parts = x.parts,
             segments = x.segments, parts_delivered = x.parts_delivered, parts_failed = x.parts_failed,
             price_micros = x.price_micros, cost_micros = x.cost_micros, connection_id = x.connection_id,
             outcome_at = ${at("outcome_at")}, delivered_at = ${at("delivered_at")}, read_at = ${at("read_at")},
             failed_at = ${at("failed_at")}, error_code = x.error_code, carrier_id = x.carrier_id, detail = x.detail
           FROM jsonb_to_recordset($2::jsonb) AS x(${RECORD})
           WHERE a.shard = $1 AND a.message_id = x.message_id AND a.step = x.step AND a.try = x.try
             AND a.message_id BETWEEN $3 AND $4`,
    values: [shard, JSON.stringify(attempts.map(toRecord)), ...rangeOf(attempts.map((attempt) => attempt.messageId))],
  });
}

function at(column: string): string {
  return `to_timestamp(x.${column} / 1000.0)`;
}

const TIMES = ["sent_at", "outcome_at", "delivered_at", "read_at", "failed_at"].map(at).join(", ");
const RECORD = `message_id bigint, step smallint, try smallint, status smallint, channel smallint, negative boolean,
  double_reach boolean, parts smallint, segments smallint, parts_delivered integer, parts_failed integer, account_id uuid,
  campaign_id uuid, connection_id uuid, country text, category smallint, price_micros bigint, cost_micros bigint,
  sent_at bigint, outcome_at bigint, delivered_at bigint, read_at bigint, failed_at bigint, error_code text,
  carrier_id text, detail text`;

function toRecord(row: AttemptRow): Row {
  return {
    message_id: row.messageId,
    step: row.step,
    try: row.try,
    status: ATTEMPT_STATUS_CODE[row.status],
    channel: CHANNEL_CODE[row.channel],
    negative: row.negative,
    double_reach: row.doubleReach,
    parts: row.parts,
    segments: row.segments,
    parts_delivered: row.partsDelivered,
    parts_failed: row.partsFailed,
    account_id: row.accountId,
    campaign_id: row.campaignId,
    connection_id: row.connectionId,
    country: row.country,
    category: row.category,
    price_micros: row.priceMicros,
    cost_micros: costOfAttempt(row),
    sent_at: Math.round(row.sentAtMs),
    outcome_at: rounded(row.outcomeAtMs),
    delivered_at: rounded(row.deliveredAtMs),
    read_at: rounded(row.readAtMs),
    failed_at: rounded(row.failedAtMs),
    error_code: row.errorCode,
    carrier_id: row.carrierId,
    detail: row.detail,
  };
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}

function byKey(a: AttemptRow, b: AttemptRow): number {
  const [left, right] = [BigInt(a.messageId), BigInt(b.messageId)];
  return left < right ? -1 : left > right ? 1 : a.step - b.step || a.try - b.try;
}
