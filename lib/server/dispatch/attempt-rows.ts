import { type AttemptKey } from "@/lib/domain/dispatch/attempt-reference";
import { attemptStatusOf, isDelivered, type AttemptState } from "@/lib/domain/dispatch/attempt-state";
import { costOf } from "@/lib/domain/pricing/price";
import { ATTEMPT_STATUS_CODE, CHANNELS, CHANNEL_CODE, type Channel } from "@/lib/domain/vocabulary";
import { plainArray, textArray } from "../db/array-literal";
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
    readonly version?: string;
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
 * These attempts as they stand, not locked: a lock is written to the log like a change. {@link storeFolds} finds out whether one has
 * changed since.
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
function compareIds(a: string, b: string): number {
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

export function msOf(value: unknown): number | null {
  return value instanceof Date ? value.getTime() : null;
}

/** A column of `attempt` as {@link insertAttempts} writes it: type, and the value of a row. */
type Column = readonly [type: string, value: (row: AttemptRow) => string | number | boolean | null];

const INSERTED = {
  message_id: ["bigint", (row) => row.messageId],
  step: ["smallint", (row) => row.step],
  try: ["smallint", (row) => row.try],
  status: ["smallint", (row) => ATTEMPT_STATUS_CODE[row.status]],
  channel: ["smallint", (row) => CHANNEL_CODE[row.channel]],
  negative: ["boolean", (row) => row.negative],
  double_reach: ["boolean", (row) => row.doubleReach],
  parts: ["smallint", (row) => row.parts],
  segments: ["smallint", (row) => row.segments],
  parts_delivered: ["integer", (row) => row.partsDelivered],
  parts_failed: ["integer", (row) => row.partsFailed],
  account_id: ["uuid", (row) => row.accountId],
  campaign_id: ["uuid", (row) => row.campaignId],
  connection_id: ["uuid", (row) => row.connectionId],
  country: ["text", (row) => row.country],
  category: ["smallint", (row) => row.category],
  price_micros: ["bigint", (row) => row.priceMicros],
  cost_micros: ["bigint", costOfAttempt],
  sent_at: ["float8", (row) => rounded(row.sentAtMs)],
  outcome_at: ["float8", (row) => roundedOrNull(row.outcomeAtMs)],
  delivered_at: ["float8", (row) => roundedOrNull(row.deliveredAtMs)],
  read_at: ["float8", (row) => roundedOrNull(row.readAtMs)],
  failed_at: ["float8", (row) => roundedOrNull(row.failedAtMs)],
  error_code: ["text", (row) => row.errorCode],
  carrier_id: ["text", (row) => row.carrierId],
  detail: ["text", (row) => row.detail],
} as const satisfies Record<string, Column>;

type ColumnName = keyof typeof INSERTED;
const INSERTED_NAMES = Object.keys(INSERTED) as ColumnName[];

/** What {@link storeFolds} writes, and nothing else: an update logs every byte between the first and the last that differ. */
const FOLDED = [
  ...(["status", "parts_delivered", "parts_failed", "cost_micros", "delivered_at", "read_at", "failed_at"] as const),
  ...(["negative", "error_code", "carrier_id"] as const),
] satisfies ColumnName[];

/** Parameters from `$2` on, one array a column, in the order of the names. */
function arraysOf(names: readonly ColumnName[], rows: readonly AttemptRow[]): string[] {
  return names.map((name) => {
    const [type, value]: Column = INSERTED[name];
    const values = rows.map(value);
    return type === "text" ? textArray(values as (string | null)[]) : plainArray(values);
  });
}

function unnested(names: readonly ColumnName[]): string {
  const types = names.map((name, i) => `$${i + 2}::${INSERTED[name][0]}[]`);
  return `unnest(${types.join(", ")}) AS x(${names.join(", ")})`;
}

function valueOf(name: ColumnName): string {
  return INSERTED[name][0] === "float8" ? `to_timestamp(x.${name} / 1000)` : `x.${name}`;
}

const INSERT = `INSERT INTO attempt (shard, ${INSERTED_NAMES.join(", ")})
  SELECT $1, ${INSERTED_NAMES.map(valueOf).join(", ")} FROM ${unnested(INSERTED_NAMES)}
  ON CONFLICT (shard, message_id, step, try) DO NOTHING RETURNING message_id, step, try`;

/** Sorted by key, so that two inserts of the same keys wait for each other instead of deadlocking. @returns the keys inserted */
export async function insertAttempts(sql: Sql, shard: number, attempts: readonly AttemptRow[]): Promise<Set<string>> {
  if (attempts.length === 0) return new Set();
  const { rows } = await sql.query({
    name: "insert-attempts",
    text: INSERT,
    values: [shard, ...arraysOf(INSERTED_NAMES, [...attempts].sort(byKey))],
  });
  return keysOf(rows);
}

/** Of rows that a statement returned, as {@link attemptKeyText} writes them. */
function keysOf(rows: readonly Row[]): Set<string> {
  return new Set(
    rows.map((row) =>
      attemptKeyText({ messageId: String(row.message_id), step: Number(row.step), try: Number(row.try) }),
    ),
  );
}

const KEY = ["message_id", "step", "try"] as const;
const STORED = [...KEY, ...FOLDED];
const FOLD = `UPDATE attempt a SET ${FOLDED.map((name) => `${name} = ${valueOf(name)}`).join(", ")}
  FROM (SELECT * FROM ROWS FROM (${STORED.map((name, i) => `unnest($${i + 2}::${INSERTED[name][0]}[])`).join(", ")},
      unnest($${STORED.length + 2}::xid[])) AS x(${STORED.join(", ")}, version)) x
  WHERE a.shard = $1 AND a.message_id = x.message_id AND a.step = x.step AND a.try = x.try AND a.xmin = x.version
    AND a.message_id = ${anyOf(2)} AND a.message_id BETWEEN $${STORED.length + 3} AND $${STORED.length + 4}
  RETURNING a.message_id, a.step, a.try`;

/**
 * What receipts have come to, for each attempt that is still as it was read; in the order of the keys. Whoever has changed in between
 * is left alone: read again, under lock, and fold again.
 *
 * @returns the keys stored
 */
export async function storeFolds(sql: Sql, shard: number, attempts: readonly AttemptRow[]): Promise<Set<string>> {
  if (attempts.length === 0) return new Set();
  const sorted = [...attempts].sort(byKey);
  const versions = plainArray(sorted.map((attempt) => attempt.version ?? "0"));
  const { rows } = await sql.query({
    name: "store-folds",
    text: FOLD,
    values: [shard, ...arraysOf(STORED, sorted), versions, ...rangeOf(sorted.map((attempt) => attempt.messageId))],
  });
  return keysOf(rows);
}

/** Every column that may change, under the lock of {@link lockAttempts}: for the few whose outcome meets evidence that is there. */
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
             AND a.message_id = ${anyOf(5)} AND a.message_id BETWEEN $3 AND $4`,
    values: [
      ...[shard, JSON.stringify(attempts.map(toRecord)), ...rangeOf(attempts.map((attempt) => attempt.messageId))],
      plainArray(attempts.map((attempt) => attempt.messageId)),
    ],
  });
}

function at(column: string): string {
  return `to_timestamp(x.${column} / 1000.0)`;
}

const RECORD = INSERTED_NAMES.map((name) => `${name} ${INSERTED[name][0]}`).join(", ");

function toRecord(row: AttemptRow): Row {
  return Object.fromEntries(INSERTED_NAMES.map((name) => [name, (INSERTED[name] as Column)[1](row)]));
}

function rounded(ms: number): number {
  return Math.round(ms);
}

function roundedOrNull(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}

function byKey(a: AttemptRow, b: AttemptRow): number {
  return compareIds(a.messageId, b.messageId) || a.step - b.step || a.try - b.try;
}
