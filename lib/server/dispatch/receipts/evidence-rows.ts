import { anyOf, attemptKeyText, rangeOf, type AttemptRow } from "../attempt-rows";
import { plainArray, textArray } from "../../db/array-literal";
import type { Sql } from "../../db/pool";
import type { ResolvedReceipt } from "./fold-receipts";
import { packPage } from "./receipt-page";

/** What `receipt_evidence.kind` stores; never reused for another meaning. */
export const RECEIPT_KIND_CODE = { accepted: 1, sent: 2, delivered: 3, read: 4, failed: 5, expired: 6 } as const;
export type ReceiptKind = keyof typeof RECEIPT_KIND_CODE;

const KIND_BY_CODE = new Map<number, ReceiptKind>(
  Object.entries(RECEIPT_KIND_CODE).map(([kind, code]) => [code, kind as ReceiptKind]),
);

/** @throws Error for a number that no kind has */
export function receiptKindOf(code: number): ReceiptKind {
  const kind = KIND_BY_CODE.get(code);
  if (kind === undefined) throw new Error(`No kind of receipt has the number ${code}.`);
  return kind;
}

/** One receipt to be kept, and the attempt it is about as it stood before. */
export type Evidence = ResolvedReceipt & { readonly attempt: AttemptRow; readonly item: number };

/** Starts at once, beside the queries that come before the pages are needed. */
export function packReceipts(resolved: readonly ResolvedReceipt[]): Promise<Buffer> {
  return packPage(resolved.map(({ receipt }) => receipt.raw));
}

/**
 * Stores evidence with its page. What is stored already is left out; two that store the same at the same moment meet at the primary
 * key, and the later transaction begins anew (run-transaction.ts).
 *
 * @param fresh changed their attempts, so they cannot be there yet
 * @param doubtful said nothing new: repetitions mostly
 */
export async function insertEvidence(
  sql: Sql,
  shard: number,
  fresh: readonly Evidence[],
  doubtful: readonly Evidence[],
  page: Promise<Buffer>,
): Promise<void> {
  const stored = [...fresh, ...(await leaveOutStored(sql, shard, doubtful, fresh))];
  if (stored.length === 0) return;
  const of = (value: (one: Evidence) => string | number | null): string => plainArray(stored.map(value));
  const text = (value: (one: Evidence) => string | null): string => textArray(stored.map(value));
  await sql.query({
    name: "insert-receipts",
    text: `WITH page AS (INSERT INTO receipt_page (shard, id, payload) VALUES ($1::smallint, next_block_id($1::smallint), $2) RETURNING id)
           INSERT INTO receipt_evidence (shard, message_id, step, try, kind, part, carrier_at, received_at, page_id, page_item, connection_id,
             code, carrier_id)
           SELECT $1, message_id, step, try, kind, part, to_timestamp(carrier_at / 1000), to_timestamp(received_at / 1000), page.id,
             item, connection_id, code, carrier_id
           FROM page, unnest($3::bigint[], $4::smallint[], $5::smallint[], $6::smallint[], $7::smallint[], $8::float8[],
             $9::float8[], $10::smallint[], $11::uuid[], $12::text[], $13::text[])
             AS x(message_id, step, try, kind, part, carrier_at, received_at, item, connection_id, code, carrier_id)`,
    values: [
      ...[shard, await page, of(({ key }) => key.messageId), of(({ key }) => key.step), of(({ key }) => key.try)],
      ...[of(({ receipt }) => RECEIPT_KIND_CODE[receipt.kind]), of(({ part }) => part)],
      ...[of(({ receipt }) => receipt.carrierTimeMs ?? 0), of(({ receipt }) => Math.round(receipt.receivedAtMs))],
      ...[of(({ item }) => item), of(otherConnection), text(({ receipt }) => receipt.code), text(otherCarrierId)],
    ],
  });
}

/** Null: the attempt's. An attempt without an outcome may yet get another one. */
function otherConnection({ attempt, receipt }: Evidence): string | null {
  const isSame = attempt.connectionId === receipt.connectionId && attempt.outcomeAtMs !== null;
  return isSame ? null : receipt.connectionId;
}

function otherCarrierId({ attempt, receipt }: Evidence): string | null {
  return attempt.carrierId === receipt.carrierId ? null : receipt.carrierId;
}

/** Each once, however often it is in the batch: a carrier may repeat a receipt in one webhook, beside the one that was news. */
async function leaveOutStored(
  sql: Sql,
  shard: number,
  doubtful: readonly Evidence[],
  fresh: readonly Evidence[],
): Promise<Evidence[]> {
  if (doubtful.length === 0) return [];
  const ids = [...new Set(doubtful.map(({ key }) => key.messageId))];
  const { rows } = await sql.query({
    name: "find-stored-receipts",
    text: `SELECT message_id, step, try, kind, part, date_part('epoch', carrier_at) * 1000 AS carrier_at FROM receipt_evidence
           WHERE shard = $1 AND message_id = ${anyOf(2)} AND message_id BETWEEN $3 AND $4`,
    values: [shard, plainArray(ids), ...rangeOf(ids)],
  });
  const seen = new Set(
    rows.map((row) =>
      [row.message_id, row.step, row.try, row.kind, row.part, Math.round(Number(row.carrier_at))].join("."),
    ),
  );
  for (const one of fresh) seen.add(evidenceId(one));
  return doubtful.filter((one) => !seen.has(evidenceId(one)) && seen.add(evidenceId(one)));
}

/** As the primary key tells them apart. */
function evidenceId({ key, part, receipt }: Evidence): string {
  return [attemptKeyText(key), RECEIPT_KIND_CODE[receipt.kind], part, receipt.carrierTimeMs ?? 0].join(".");
}
