import type pg from "pg";
import { classifyRefusal } from "@/lib/domain/carrier-codes/classify-refusal";
import { foldReceipt, isDelivered } from "@/lib/domain/dispatch/attempt-state";
import type { AttemptKey } from "@/lib/domain/dispatch/attempt-reference";
import { ATTEMPT_STATUS_CODE } from "@/lib/domain/vocabulary";
import { attemptKeyText, insertAttempts, lockAttempts, updateAttempts, type AttemptRow } from "../attempt-rows";
import { gatherTimers, insertTimers } from "../fallback-timers";
import { createRollupBatch } from "../rollup-batch";
import { insertSuppressions } from "../suppress";
import type { IncomingReceipt } from "./incoming-receipt";
import { makeStubs } from "./make-stubs";

/** A receipt and the attempt that it is about. */
export type ResolvedReceipt = { readonly key: AttemptKey; readonly part: number; readonly receipt: IncomingReceipt };

/**
 * Stores evidence and folds it into its attempts, within the caller's transaction. A receipt that beats the outcome of its send
 * makes the attempt itself. What it says about another account's message, or of another channel, is not applied.
 *
 * A new failure on a channel that has another one behind it starts the question of fallback at once: by a timer that is due, so
 * that the decision has its own transaction and lock order.
 *
 * @returns receipts that belong to no attempt of this account
 */
export async function foldReceipts(
  sql: pg.PoolClient,
  shard: number,
  resolved: readonly ResolvedReceipt[],
  nowMs: number,
): Promise<readonly IncomingReceipt[]> {
  if (resolved.length === 0) return [];
  const messageIds = [...new Set(resolved.map(({ key }) => key.messageId))];
  const stubbed = new Set<string>();
  let attempts = await lockAttempts(sql, shard, messageIds);
  const known = new Set(attempts.map(attemptKeyText));
  const early = resolved.filter(({ key }) => !known.has(attemptKeyText(key)));
  if (early.length > 0) {
    const stubs = await makeStubs(sql, shard, early, nowMs);
    for (const key of await insertAttempts(sql, shard, stubs)) stubbed.add(key);
    if (stubs.length > 0) attempts = await lockAttempts(sql, shard, messageIds);
  }
  return foldLocked(sql, shard, resolved, attempts, stubbed, nowMs);
}

async function foldLocked(
  sql: pg.PoolClient,
  shard: number,
  resolved: readonly ResolvedReceipt[],
  attempts: readonly AttemptRow[],
  stubbed: ReadonlySet<string>,
  nowMs: number,
): Promise<readonly IncomingReceipt[]> {
  const before = new Map(attempts.map((attempt) => [attemptKeyText(attempt), attempt]));
  const after = new Map(before);
  const foreign: IncomingReceipt[] = [];
  const evidence: ResolvedReceipt[] = [];
  for (const item of resolved) {
    const key = attemptKeyText(item.key);
    const attempt = after.get(key);
    if (attempt === undefined || !answersTo(attempt, item.receipt)) {
      foreign.push(item.receipt);
      continue;
    }
    evidence.push(item);
    const { kind, code, carrierId, carrierTimeMs, receivedAtMs } = item.receipt;
    const folded = foldReceipt(attempt, {
      kind,
      part: item.part,
      atMs: carrierTimeMs ?? receivedAtMs,
      code,
      carrierId,
    });
    after.set(key, { ...attempt, ...folded });
  }
  for (const [key, attempt] of after) {
    if (isLateDelivery(attempt, attempts)) after.set(key, { ...attempt, doubleReach: true });
  }
  await insertEvidence(sql, shard, evidence);
  const changed = [...after].filter(([key, attempt]) => attempt !== before.get(key)).map(([, attempt]) => attempt);
  await updateAttempts(sql, shard, changed);
  const rollups = createRollupBatch();
  for (const attempt of changed) {
    const key = attemptKeyText(attempt);
    rollups.move(stubbed.has(key) ? null : (before.get(key) ?? null), attempt);
  }
  await rollups.write(sql);
  await askForFallback(sql, shard, changed, before, nowMs);
  return foreign;
}

function answersTo(attempt: AttemptRow, receipt: IncomingReceipt): boolean {
  return attempt.accountId === receipt.accountId && attempt.channel === receipt.channel;
}

/** Delivered, though a later channel has taken the message too. The other half is in store-outcomes.ts: whoever comes second sees it. */
export function isLateDelivery(attempt: AttemptRow, attempts: readonly AttemptRow[]): boolean {
  if (attempt.doubleReach || !isDelivered(attempt.status)) return false;
  return attempts.some(
    (other) =>
      other.messageId === attempt.messageId &&
      other.step > attempt.step &&
      ATTEMPT_STATUS_CODE[other.status] >= ATTEMPT_STATUS_CODE.accepted,
  );
}

async function insertEvidence(sql: pg.PoolClient, shard: number, items: readonly ResolvedReceipt[]): Promise<void> {
  if (items.length === 0) return;
  const records = items.map(({ key, part, receipt }) => ({
    message_id: key.messageId,
    step: key.step,
    try: key.try,
    kind: receipt.kind,
    part,
    carrier_at: receipt.carrierTimeMs ?? 0,
    account_id: receipt.accountId,
    connection_id: receipt.connectionId,
    carrier_id: receipt.carrierId,
    code: receipt.code,
    received_at: Math.round(receipt.receivedAtMs),
    raw: receipt.raw,
  }));
  await sql.query({
    name: "insert-receipts",
    text: `INSERT INTO receipt (shard, message_id, step, try, kind, part, carrier_at, account_id, connection_id, carrier_id, code,
             received_at, raw)
           SELECT $1, message_id, step, try, kind, part, to_timestamp(carrier_at / 1000.0), account_id, connection_id, carrier_id,
             code, to_timestamp(received_at / 1000.0), raw
           FROM jsonb_to_recordset($2::jsonb) AS x(message_id bigint, step smallint, try smallint, kind text, part smallint,
             carrier_at bigint, account_id uuid, connection_id uuid, carrier_id text, code text, received_at bigint, raw text)
           ON CONFLICT DO NOTHING`,
    values: [shard, JSON.stringify(records)],
  });
}

/** SMS is the last step of every route: nothing is behind it. */
async function askForFallback(
  sql: pg.PoolClient,
  shard: number,
  changed: readonly AttemptRow[],
  before: ReadonlyMap<string, AttemptRow>,
  nowMs: number,
): Promise<void> {
  const failed = changed.filter(
    (attempt) =>
      attempt.status === "failed" &&
      before.get(attemptKeyText(attempt))?.negative !== true &&
      attempt.channel !== "sms",
  );
  const singles = failed.map(({ accountId, campaignId, step, messageId }) => ({
    ...{ accountId, campaignId, step, messageId },
    ...{ trigger: "failure" as const, waitS: 0, dueAtMs: nowMs },
  }));
  await insertTimers(sql, shard, gatherTimers(singles));
}

/** Whether the code says that the person wants no more; then the receipt's transaction takes the permission lock first. */
export function isRefusalByPerson(receipt: Pick<IncomingReceipt, "kind" | "code" | "channel">): boolean {
  if ((receipt.kind !== "failed" && receipt.kind !== "expired") || receipt.code === null) return false;
  const { action } = classifyRefusal(receipt.channel, receipt.code, "receipt");
  return action === "opt_out" || action === "blocked";
}

/** Under the exclusive permission lock of every account concerned. */
export async function suppressByReceipts(
  sql: pg.PoolClient,
  shard: number,
  resolved: readonly ResolvedReceipt[],
): Promise<void> {
  const said = resolved.filter(({ receipt }) => isRefusalByPerson(receipt));
  if (said.length === 0) return;
  const { rows } = await sql.query(
    `SELECT id, account_id, e164 FROM message WHERE shard = $1 AND id = ANY($2::bigint[])`,
    [shard, said.map(({ key }) => key.messageId)],
  );
  for (const { key, receipt } of said) {
    const message = rows.find((row) => String(row.id) === key.messageId);
    if (message === undefined || message.account_id !== receipt.accountId) continue;
    await insertSuppressions(sql, receipt.accountId, [
      suppressionByCode(String(message.e164), receipt.channel, receipt.code ?? "", receipt.carrierId),
    ]);
  }
}

/** What a carrier's "they want no more" amounts to: no advertising, by any channel. */
export function suppressionByCode(
  e164: string,
  channel: IncomingReceipt["channel"],
  code: string,
  carrierId: string | null,
): Parameters<typeof insertSuppressions>[2][number] {
  const blocked = classifyRefusal(channel, code, "refusal").action === "blocked";
  return {
    e164,
    channel: null,
    category: "marketing",
    reason: blocked ? "blocked" : "carrier_opt_out",
    evidence: { channel, code, carrierId },
  };
}
