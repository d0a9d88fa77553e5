import type pg from "pg";
import { BLANK_ATTEMPT } from "@/lib/domain/dispatch/attempt-state";
import { LANE, ROUTES, type Category, type RouteKey } from "@/lib/domain/vocabulary";
import { anyOf, attemptKeyText, rangeOf, type AttemptRow } from "../attempt-rows";
import type { ResolvedReceipt } from "./fold-receipts";

/**
 * Attempts for receipts that came before the outcome of their send was stored. Price and segments are filled in by the outcome.
 * Only for messages of the receipt's own account, and steps of their route that use its channel: a reference is a text from outside.
 */
export async function makeStubs(
  sql: pg.PoolClient,
  shard: number,
  early: readonly ResolvedReceipt[],
  nowMs: number,
): Promise<AttemptRow[]> {
  const ids = [...new Set(early.map(({ key }) => key.messageId))];
  const { rows } = await sql.query(
    `SELECT m.id, m.account_id, m.campaign_id, m.country, coalesce(m.category, c.category) AS category,
       coalesce(m.route, c.route) AS route
     FROM message m LEFT JOIN campaign c ON c.account_id = m.account_id AND c.id = m.campaign_id
     WHERE m.shard = $1 AND m.id = ${anyOf(2)} AND m.id BETWEEN $3 AND $4`,
    [shard, ids, ...rangeOf(ids)],
  );
  const messages = new Map(rows.map((row) => [String(row.id), row]));
  const stubs = new Map<string, AttemptRow>();
  for (const { key, receipt } of early) {
    const message = messages.get(key.messageId);
    if (message === undefined || message.account_id !== receipt.accountId) continue;
    if (ROUTES[message.route as RouteKey][key.step] !== receipt.channel) continue;
    stubs.set(attemptKeyText(key), {
      ...BLANK_ATTEMPT,
      ...key,
      channel: receipt.channel,
      accountId: receipt.accountId,
      campaignId: message.campaign_id === null ? null : String(message.campaign_id),
      connectionId: receipt.connectionId,
      country: String(message.country),
      category: LANE[message.category as Category],
      segments: 0,
      priceMicros: 0,
      sentAtMs: Math.min(nowMs, receipt.carrierTimeMs ?? nowMs),
      doubleReach: false,
      detail: null,
    });
  }
  return [...stubs.values()];
}
