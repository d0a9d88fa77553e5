import { ATTEMPT_STATUS_CODE, CHANNEL_CODE } from "@/lib/domain/vocabulary";
import { plainArray, textArray } from "../db/array-literal";
import type { Sql } from "../db/pool";
import {
  anyOf,
  attemptKeyText,
  compareIds,
  costOfAttempt,
  rangeOf,
  rounded,
  roundedOrNull,
  type AttemptRow,
} from "./attempt-rows";

type Value = string | number | boolean | null;
/** A column of `attempt` as it is written: type, and the value of a row. */
type Column = readonly [type: string, value: (row: AttemptRow) => Value];

const COLUMNS = {
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

type ColumnName = keyof typeof COLUMNS;
const NAMES = Object.keys(COLUMNS) as ColumnName[];

/** What {@link storeFolds} writes, and nothing else: an update logs every byte between the first and the last that differ. */
const FOLDED = [
  ...(["status", "parts_delivered", "parts_failed", "cost_micros", "delivered_at", "read_at", "failed_at"] as const),
  ...(["negative", "error_code", "carrier_id"] as const),
] satisfies ColumnName[];
const KEY = ["message_id", "step", "try"] as const satisfies ColumnName[];

/** Rows that agree in all columns but a few, so that what they share is sent, read and checked once. */
type Alike = { readonly shared: readonly Value[]; readonly rows: AttemptRow[] };
/** With more groups a statement for each costs more than one that repeats every value. */
const MAX_GROUPS = 3;

/** @returns null: they differ too much */
function gatherAlike(rows: readonly AttemptRow[], shared: readonly ColumnName[]): Alike[] | null {
  const values = shared.map((name): Column[1] => COLUMNS[name][1]);
  const groups: Alike[] = [];
  for (const row of rows) {
    const own = groups.find((group) => values.every((value, i) => value(row) === group.shared[i]));
    if (own !== undefined) own.rows.push(row);
    else if (groups.length === MAX_GROUPS) return null;
    else groups.push({ shared: values.map((value) => value(row)), rows: [row] });
  }
  return groups;
}

/** One array for each column, in the order of the names. */
function arraysOf(names: readonly ColumnName[], rows: readonly AttemptRow[]): string[] {
  return names.map((name) => {
    const [type, value]: Column = COLUMNS[name];
    const values = rows.map(value);
    return type === "text" ? textArray(values as (string | null)[]) : plainArray(values);
  });
}

/** A statement's text for one way of dividing its columns: `$1` the shard, then what is shared, then an array for each that is not. */
type Shape = { readonly shared: readonly ColumnName[]; readonly own: readonly ColumnName[]; readonly text: string };

function shape(
  names: readonly ColumnName[],
  own: readonly ColumnName[],
  write: (value: (name: ColumnName) => string, arrays: readonly string[]) => string,
): Shape {
  const shared = names.filter((name) => !own.includes(name));
  const value = (name: ColumnName): string => {
    const place = shared.indexOf(name);
    const type = COLUMNS[name][0];
    const text = place < 0 ? `x.${name}` : `$${place + 2}::${type}`;
    return type === "float8" ? `to_timestamp(${text} / 1000)` : text;
  };
  const arrays = own.map((name, i) => `$${shared.length + i + 2}::${COLUMNS[name][0]}[]`);
  return { shared, own, text: write(value, arrays) };
}

const insertOf = (own: readonly ColumnName[]): Shape =>
  shape(
    NAMES,
    own,
    (value, arrays) => `INSERT INTO attempt (shard, ${NAMES.join(", ")})
  SELECT $1, ${NAMES.map(value).join(", ")} FROM unnest(${arrays.join(", ")}) AS x(${own.join(", ")})
  ON CONFLICT (shard, message_id, step, try) DO NOTHING`,
  );
const INSERT_ALIKE = insertOf(["message_id", "sent_at", "outcome_at", "carrier_id"]);
const INSERT_ANY = insertOf(NAMES);

/** Sorted by key, so that two inserts of the same keys wait for each other instead of deadlocking. @returns the keys inserted */
export async function insertAttempts(sql: Sql, shard: number, attempts: readonly AttemptRow[]): Promise<Set<string>> {
  if (attempts.length === 0) return new Set();
  const sorted = [...attempts].sort(byKey);
  const groups = gatherAlike(sorted, INSERT_ALIKE.shared);
  const { own, text } = groups === null ? INSERT_ANY : INSERT_ALIKE;
  const results = await Promise.all(
    (groups ?? [{ shared: [], rows: sorted }]).map(({ shared, rows }) =>
      sql.query({
        name: groups === null ? "insert-attempts" : "insert-attempts-alike",
        text,
        values: [shard, ...shared, ...arraysOf(own, rows)],
      }),
    ),
  );
  const count = results.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0);
  const keys = new Set(sorted.map(attemptKeyText));
  return count === keys.size ? keys : await findInserted(sql, shard, sorted);
}

/** Those that this transaction has written: the others were there. */
async function findInserted(sql: Sql, shard: number, sorted: readonly AttemptRow[]): Promise<Set<string>> {
  const { rows } = await sql.query({
    name: "find-inserted-attempts",
    text: `SELECT a.message_id, a.step, a.try FROM unnest($2::bigint[], $3::smallint[], $4::smallint[]) AS x(message_id, step, try)
           CROSS JOIN LATERAL (
             SELECT a.*, a.xmin FROM attempt a WHERE a.shard = $1 AND a.message_id = x.message_id AND a.step = x.step AND a.try = x.try
               AND a.message_id BETWEEN $5 AND $6 OFFSET 0) a
           WHERE a.xmin = pg_current_xact_id()::xid`,
    values: [shard, ...arraysOf(KEY, sorted), ...rangeOf(sorted.map((attempt) => attempt.messageId))],
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

type Row = Record<string, unknown>;

/** After the parameters of {@link shape}: the versions as they were read, and the range of the ids. */
const foldOf = (own: readonly ColumnName[]): Shape =>
  shape([...KEY, ...FOLDED], own, (value, arrays) => {
    const next = KEY.length + FOLDED.length + 2;
    const ids = arrays[own.indexOf("message_id")] ?? "";
    return `UPDATE attempt a SET ${FOLDED.map((name) => `${name} = ${value(name)}`).join(", ")}
  FROM (SELECT * FROM ROWS FROM (${[...arrays, `$${next}::xid[]`].map((array) => `unnest(${array})`).join(", ")})
    AS x(${[...own, "version"].join(", ")})) x
  WHERE a.shard = $1 AND a.message_id = ${value("message_id")} AND a.step = ${value("step")} AND a.try = ${value("try")} AND a.xmin = x.version
    AND a.message_id = ANY((SELECT ${ids})::bigint[]) AND a.message_id BETWEEN $${next + 1} AND $${next + 2}
  RETURNING a.message_id, a.step, a.try`;
  });
const FOLD_ALIKE = foldOf(["message_id", "delivered_at", "carrier_id"]);
const FOLD_ANY = foldOf([...KEY, ...FOLDED]);

/**
 * What receipts have come to, for each attempt that is still as it was read; in the order of the keys. Whoever has changed in between
 * is left alone: read again, under lock, and fold again.
 *
 * @returns the keys stored
 */
export async function storeFolds(sql: Sql, shard: number, attempts: readonly AttemptRow[]): Promise<Set<string>> {
  if (attempts.length === 0) return new Set();
  const sorted = [...attempts].sort(byKey);
  const groups = gatherAlike(sorted, FOLD_ALIKE.shared);
  const { own, text } = groups === null ? FOLD_ANY : FOLD_ALIKE;
  const results = await Promise.all(
    (groups ?? [{ shared: [], rows: sorted }]).map(({ shared, rows }) => {
      const versions = plainArray(rows.map((attempt) => attempt.version ?? "0"));
      const range = rangeOf(rows.map((attempt) => attempt.messageId));
      return sql.query({
        name: groups === null ? "store-folds" : "store-folds-alike",
        text,
        values: [shard, ...shared, ...arraysOf(own, rows), versions, ...range],
      });
    }),
  );
  return new Set(results.flatMap(({ rows }) => [...keysOf(rows)]));
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

const RECORD = NAMES.map((name) => `${name} ${COLUMNS[name][0]}`).join(", ");

function toRecord(row: AttemptRow): Row {
  return Object.fromEntries(NAMES.map((name) => [name, (COLUMNS[name] as Column)[1](row)]));
}

function byKey(a: AttemptRow, b: AttemptRow): number {
  return compareIds(a.messageId, b.messageId) || a.step - b.step || a.try - b.try;
}
