import { isHopeless } from "@/lib/domain/reachability/unreachable-memory";
import { ATTEMPT_STATUS_CODE, CHANNEL_CODE } from "@/lib/domain/vocabulary";
import { textArray } from "../db/array-literal";
import type { DispatchDeps } from "../dispatch/dispatch-deps";
import type { SendItem } from "../dispatch/sending/load-items";

/** Why a channel is hopeless for a number, as far as is remembered. */
export type Memory = { readonly code: string; readonly atMs: number };

/**
 * Receipts come late: a delivery may be of a message that was queued so long before the channel said no.
 */
export const LATE_RECEIPT_DAYS = 7;

/** The newest delivery to the number on the channel that may contradict the row `r`; by the index of numbers, and only of rows found. */
export const LAST_DELIVERY = `(SELECT max(a.delivered_at) FROM message m
    JOIN attempt a ON a.shard = m.shard AND a.message_id = m.id
    WHERE m.shard = $2 AND m.account_id = $1 AND reverse(m.e164) = reverse(r.e164)
      AND m.id >= dispatch_id_floor(r.evidence_at - interval '${LATE_RECEIPT_DAYS} days')
      AND a.channel = r.channel AND a.status >= ${ATTEMPT_STATUS_CODE.delivered})`;

/**
 * Adds to messages about to be sent what is remembered against their channel, where another channel follows. One indexed look-up a
 * leased run, which ends at its first page for an account that remembers nothing; those it finds nothing of are returned as they are. Whether a memory is acted on is decided with the intent
 * (dispatch/sending/go-on-by-memory.ts).
 *
 * All of `items` are of one account and channel.
 */
export async function recallUnreachable(deps: DispatchDeps, items: readonly SendItem[]): Promise<readonly SendItem[]> {
  const asked = items.filter(isAsked);
  const first = asked[0];
  if (first === undefined) return items;
  const { rows } = await deps.sql.query({
    name: "recall-unreachable",
    text: `SELECT r.e164, r.code, r.evidence_at, ${LAST_DELIVERY} AS delivered_at
           FROM reachability r
           WHERE r.account_id = $1 AND r.e164 = ANY($3::text[]) AND r.channel = $4 AND r.expires_at > to_timestamp($5::bigint / 1000.0)
             AND (SELECT skips_unreachable AND EXISTS (SELECT 1 FROM reachability own WHERE own.account_id = $1) FROM account WHERE id = $1)`,
    values: [
      ...[first.accountId, first.block.shard, textArray(keysOf(asked)), CHANNEL_CODE[first.channel]],
      Math.floor(deps.now()),
    ],
  });
  if (rows.length === 0) return items;
  const found = new Map<string, Memory>();
  for (const row of rows) {
    const memory = { code: String(row.code), atMs: row.evidence_at.getTime() };
    const deliveredAtMs = row.delivered_at === null ? null : row.delivered_at.getTime();
    const evidence = { channel: first.channel, unreachable: memory, deliveredAtMs };
    if (isHopeless(evidence, deps.now())) found.set(String(row.e164), memory);
  }
  return items.map((item) => {
    const memory = isAsked(item) ? (found.get(item.e164) ?? found.get(item.country)) : undefined;
    return memory === undefined ? item : { ...item, memory };
  });
}

/** Of each number, and of the countries they are in: those of a country stand under its two letters. */
function keysOf(items: readonly SendItem[]): readonly string[] {
  return [...items.map(({ e164 }) => e164), ...new Set(items.map(({ country }) => country))];
}

/** A message that has been tried already keeps to what it has begun. */
function isAsked(item: SendItem): boolean {
  return item.hasNextStep && item.try === 0;
}
