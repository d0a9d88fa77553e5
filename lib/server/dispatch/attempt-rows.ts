import { type AttemptKey } from "@/lib/domain/dispatch/attempt-reference";
import { attemptStatusOf, isDelivered, type AttemptState } from "@/lib/domain/dispatch/attempt-state";
import { costOf } from "@/lib/domain/pricing/price";
import { CHANNELS, CHANNEL_CODE, type Channel } from "@/lib/domain/vocabulary";
import { plainArray } from "../db/array-literal";
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
    /** Of a row that was read: changes whenever the row does (the transaction that wrote it). */
    readonly version?: string | undefined;
  };

export function attemptKeyText(key: {
  readonly messageId: string;
  readonly step: number;
  readonly try: number;
}): string {
  return `${key.messageId}.${key.step}.${key.try}`;
}

const CHANNEL_BY_CODE = new Map<number, Channel>(CHANNELS.map((channel) => [CHANNEL_CODE[channel], channel]));

export function channelOfCode(code: number): Channel {
  const channel = CHANNEL_BY_CODE.get(code);
  if (channel === undefined) throw new Error(`No channel has the number ${code}.`);
  return channel;
}

/** SMS is billed when the carrier takes it, each segment; WhatsApp and Viber when they deliver. */
export function costOfAttempt(row: Pick<AttemptRow, "channel" | "segments" | "priceMicros" | "status">): number {
  const { channel, segments, priceMicros } = row;
  if (channel === "sms") return costOf({ channel, segments, priceMicros, event: "accepted" });
  return isDelivered(row.status) ? costOf({ channel, segments, priceMicros, event: "delivered" }) : 0;
}

const epochMs = (column: string): string => `date_part('epoch', a.${column}) * 1000 AS ${column}`;
const READ = `a.message_id, a.step, a.try, a.status, a.channel, a.negative, a.double_reach, a.parts, a.segments, a.parts_delivered,
  a.parts_failed, a.account_id, a.campaign_id, a.connection_id, a.country, a.category, a.price_micros, a.error_code, a.carrier_id,
  a.detail, a.xmin::text AS version, ${["sent_at", "outcome_at", "delivered_at", "read_at", "failed_at"].map(epochMs).join(", ")}`;

/**
 * Every attempt of these messages, locked in the order of their keys: whoever decides on a fallback, or adds an outcome to what is
 * there, comes through here, so of a receipt and a decision one sees the other.
 */
export async function lockAttempts(sql: Sql, shard: number, messageIds: readonly string[]): Promise<AttemptRow[]> {
  if (messageIds.length === 0) return [];
  const { rows } = await sql.query({
    name: "lock-attempts",
    text: `SELECT ${READ} FROM attempt a
           WHERE a.shard = $1 AND a.message_id = ${anyOf(2)} AND a.message_id BETWEEN $3 AND $4
           ORDER BY a.message_id, a.step, a.try FOR UPDATE`,
    values: [shard, plainArray(messageIds), ...rangeOf(messageIds)],
  });
  return rows.map((row) => toAttemptRow(shard, row));
}

/**
 * These attempts as they stand, not locked: a lock is written to the log like a change. storeFolds (write-attempts.ts) finds
 * out whether one has changed since.
 */
export async function readAttempts(sql: Sql, shard: number, keys: readonly AttemptKey[]): Promise<AttemptRow[]> {
  if (keys.length === 0) return [];
  const messageIds = keys.map((key) => key.messageId);
  const { rows } = await sql.query({
    name: "read-attempts",
    text: `SELECT ${READ} FROM unnest($2::bigint[], $3::smallint[], $4::smallint[]) AS x(message_id, step, try)
           CROSS JOIN LATERAL (
             SELECT a.*, a.xmin FROM attempt a WHERE a.shard = $1 AND a.message_id = x.message_id AND a.step = x.step AND a.try = x.try
               AND a.message_id BETWEEN $5 AND $6 OFFSET 0) a`,
    values: [
      ...[shard, plainArray(messageIds), plainArray(keys.map((key) => key.step))],
      ...[plainArray(keys.map((key) => key.try)), ...rangeOf(messageIds)],
    ],
  });
  return rows.map((row) => toAttemptRow(shard, row));
}

/**
 * For `message_id = …`: one look into the index an id. The planner must not see the ids, or it spends longer on estimating them than
 * the query takes.
 */
export function anyOf(parameter: number): string {
  return `ANY((SELECT $${parameter}::bigint[])::bigint[])`;
}

/** Ids are decimal without leading zeros: the longer one is the larger. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** Smallest and largest, so that partitions outside are never looked at. */
export function rangeOf(ids: readonly string[]): [string, string] {
  let least = ids[0] ?? "0";
  let most = least;
  for (const id of ids) {
    if (compareIds(id, least) < 0) least = id;
    if (compareIds(id, most) > 0) most = id;
  }
  return [least, most];
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
    sentAtMs: rounded(row.sent_at as number),
    outcomeAtMs: roundedOrNull(row.outcome_at as number | null),
    deliveredAtMs: roundedOrNull(row.delivered_at as number | null),
    readAtMs: roundedOrNull(row.read_at as number | null),
    failedAtMs: roundedOrNull(row.failed_at as number | null),
    errorCode: row.error_code === null ? null : String(row.error_code),
    carrierId: row.carrier_id === null ? null : String(row.carrier_id),
    detail: row.detail === null ? null : String(row.detail),
    version: String(row.version),
  };
}

/** The row in this state. Said out because it happens for every send and receipt, and spreading so many columns takes 2 µs. */
export function withState(row: Omit<AttemptRow, keyof AttemptState>, state: AttemptState): AttemptRow {
  return {
    shard: row.shard,
    messageId: row.messageId,
    step: row.step,
    try: row.try,
    status: state.status,
    channel: row.channel,
    negative: state.negative,
    doubleReach: row.doubleReach,
    parts: state.parts,
    segments: row.segments,
    partsDelivered: state.partsDelivered,
    partsFailed: state.partsFailed,
    accountId: row.accountId,
    campaignId: row.campaignId,
    connectionId: row.connectionId,
    country: row.country,
    category: row.category,
    priceMicros: row.priceMicros,
    sentAtMs: row.sentAtMs,
    outcomeAtMs: state.outcomeAtMs,
    deliveredAtMs: state.deliveredAtMs,
    readAtMs: state.readAtMs,
    failedAtMs: state.failedAtMs,
    errorCode: state.errorCode,
    carrierId: state.carrierId,
    detail: row.detail,
    version: row.version,
  };
}

export function msOf(value: unknown): number | null {
  return value instanceof Date ? value.getTime() : null;
}

export function rounded(ms: number): number {
  return Math.round(ms);
}

export function roundedOrNull(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}
