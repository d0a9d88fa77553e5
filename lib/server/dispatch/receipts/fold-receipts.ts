import type pg from "pg";
import { classifyRefusal } from "@/lib/domain/carrier-codes/classify-refusal";
import { foldReceipt, isDelivered, type AttemptState } from "@/lib/domain/dispatch/attempt-state";
import type { AttemptKey } from "@/lib/domain/dispatch/attempt-reference";
import { ATTEMPT_STATUS_CODE } from "@/lib/domain/vocabulary";
import { plainArray } from "../../db/array-literal";
import { attemptKeyText, lockAttempts, rangeOf, readAttempts, withState, type AttemptRow } from "../attempt-rows";
import { insertAttempts, storeFolds, updateAttempts } from "../write-attempts";
import { gatherTimers, insertTimers } from "../fallback-timers";
import { createRollupBatch } from "../rollup-batch";
import { insertSuppressions } from "../suppress";
import { insertEvidence, packReceipts, type Evidence } from "./evidence-rows";
import type { IncomingReceipt } from "./incoming-receipt";
import { makeStubs } from "./make-stubs";

/** A receipt and the attempt that it is about. */
export type ResolvedReceipt = { readonly key: AttemptKey; readonly part: number; readonly receipt: IncomingReceipt };

/**
 * Stores evidence and folds it into its attempts, within the caller's transaction. A receipt that beats the outcome of its send
 * makes the attempt itself. What it says about another account's message, or of another channel, is not applied.
 *
 * Attempts are folded as they were read, without a lock, and stored only if nobody has changed them since; the few that somebody has
 * are locked and folded again.
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
  const page = packReceipts(resolved);
  const items = resolved.map((one, item): Item => ({ ...one, id: attemptKeyText(one.key), item }));
  const seen = byId(await readAttempts(sql, shard, uniqueKeys(items)));
  const first = fold(
    items.filter(({ id }) => isSettled(seen.get(id))),
    seen,
  );
  const stored = await storeFolds(
    sql,
    shard,
    first.changes.map(([, after]) => after),
  );
  const left = items.filter(({ id }) => !isSettled(seen.get(id)) || (first.changed.has(id) && !stored.has(id)));
  const second = await foldLocked(sql, shard, left, nowMs);
  const changes = [...first.changes.filter(([, after]) => stored.has(attemptKeyText(after))), ...second.changes];
  const isLeft = new Set(left.map(({ id }) => id));
  const fresh = [...first.fresh.filter(({ id }) => !isLeft.has(id)), ...second.fresh];
  const doubtful = [...first.doubtful.filter(({ id }) => !isLeft.has(id)), ...second.doubtful];
  const rollups = createRollupBatch();
  for (const [before, after] of changes) rollups.move(second.stubs.has(attemptKeyText(after)) ? null : before, after);
  const [late] = await Promise.all([
    markLateDeliveries(sql, shard, changes),
    insertEvidence(sql, shard, fresh, doubtful, page),
    askForFallback(sql, shard, changes, nowMs),
  ]);
  for (const [before, after] of late) rollups.move(before, after);
  await rollups.write(sql);
  return [...first.foreign, ...second.foreign];
}

type Item = ResolvedReceipt & { readonly id: string; readonly item: number };
type Change = readonly [before: AttemptRow, after: AttemptRow];

/** What receipts amount to, given the attempts as they stand. */
type Folded = {
  readonly changes: readonly Change[];
  readonly changed: ReadonlySet<string>;
  /** Changed their attempt: not stored yet. */
  readonly fresh: readonly (Evidence & Item)[];
  /** Changed nothing: a repetition, or older than what is known. */
  readonly doubtful: readonly (Evidence & Item)[];
  readonly foreign: readonly IncomingReceipt[];
};

/**
 * Whether it can be folded without a lock. Not so where it is missing, nor where it first becomes known that a later channel has taken
 * the message: then the message's other attempts must not change meanwhile (see {@link isLateDelivery}).
 */
function isSettled(attempt: AttemptRow | undefined): boolean {
  if (attempt === undefined) return false;
  return attempt.step === 0 || ATTEMPT_STATUS_CODE[attempt.status] >= ATTEMPT_STATUS_CODE.accepted;
}

function uniqueKeys(items: readonly Item[]): AttemptKey[] {
  return [...new Map(items.map(({ id, key }) => [id, key])).values()];
}

function byId(attempts: readonly AttemptRow[]): Map<string, AttemptRow> {
  return new Map(attempts.map((attempt) => [attemptKeyText(attempt), attempt]));
}

function fold(items: readonly Item[], before: ReadonlyMap<string, AttemptRow>): Folded {
  const after = new Map<string, AttemptRow>();
  const folded = {
    fresh: [] as (Evidence & Item)[],
    doubtful: [] as (Evidence & Item)[],
    foreign: [] as IncomingReceipt[],
  };
  for (const one of items) {
    const { id, receipt, part } = one;
    const attempt = after.get(id) ?? before.get(id);
    if (attempt === undefined || !answersTo(attempt, receipt)) {
      folded.foreign.push(receipt);
      continue;
    }
    const { kind, code, carrierId, carrierTimeMs, receivedAtMs } = receipt;
    const state = foldReceipt(attempt, { kind, part, atMs: carrierTimeMs ?? receivedAtMs, code, carrierId });
    const isNews = hasChanged(attempt, state);
    if (isNews) after.set(id, withState(attempt, state));
    (isNews ? folded.fresh : folded.doubtful).push({ ...one, attempt });
  }
  const changes = [...after].flatMap(([id, attempt]): Change[] => {
    const old = before.get(id);
    return old === undefined ? [] : [[old, attempt]];
  });
  return { ...folded, changes, changed: new Set(after.keys()) };
}

/** Receipts touch these, and nothing else. */
const FOLDED = [
  ...(["status", "negative", "partsDelivered", "partsFailed", "deliveredAtMs", "readAtMs", "failedAtMs"] as const),
  ...(["errorCode", "carrierId"] as const),
] satisfies (keyof AttemptState)[];

function hasChanged(before: AttemptState, after: AttemptState): boolean {
  return FOLDED.some((name) => before[name] !== after[name]);
}

const NOTHING_FOLDED: Folded & { readonly stubs: ReadonlySet<string> } = {
  ...{ changes: [], changed: new Set<string>(), fresh: [], doubtful: [], foreign: [], stubs: new Set<string>() },
};

/** With every attempt of the messages locked, and those that are missing made. */
async function foldLocked(
  sql: pg.PoolClient,
  shard: number,
  items: readonly Item[],
  nowMs: number,
): Promise<Folded & { readonly stubs: ReadonlySet<string> }> {
  if (items.length === 0) return NOTHING_FOLDED;
  const messageIds = [...new Set(items.map(({ key }) => key.messageId))];
  let before = byId(await lockAttempts(sql, shard, messageIds));
  const early = items.filter(({ id }) => !before.has(id));
  let stubs: ReadonlySet<string> = new Set<string>();
  if (early.length > 0) {
    stubs = await insertAttempts(sql, shard, await makeStubs(sql, shard, early, nowMs));
    before = byId(await lockAttempts(sql, shard, messageIds));
  }
  const folded = fold(items, before);
  const stored = await storeFolds(
    sql,
    shard,
    folded.changes.map(([, after]) => after),
  );
  if (stored.size !== folded.changes.length) throw new Error("An attempt changed while it was locked.");
  return { ...folded, stubs };
}

function answersTo(attempt: AttemptRow, receipt: IncomingReceipt): boolean {
  return attempt.accountId === receipt.accountId && attempt.channel === receipt.channel;
}

/** It has just become known that it was delivered, though another channel may follow; or that a later channel has taken it. */
function mayBeLate([before, after]: Change): boolean {
  if (isDelivered(after.status) && !isDelivered(before.status) && after.channel !== "sms") return true;
  const taken = ATTEMPT_STATUS_CODE.accepted;
  return after.step > 0 && ATTEMPT_STATUS_CODE[before.status] < taken && ATTEMPT_STATUS_CODE[after.status] >= taken;
}

/**
 * Looked for after the attempts are stored, so that what another transaction has committed meanwhile is seen: of a delivery and a send
 * by a later channel, whoever comes second marks it (the other half is in store-verdicts.ts).
 */
async function markLateDeliveries(sql: pg.PoolClient, shard: number, changes: readonly Change[]): Promise<Change[]> {
  const ids = [...new Set(changes.filter(mayBeLate).map(([, { messageId }]) => messageId))];
  if (ids.length === 0) return [];
  const { rows } = await sql.query({
    name: "find-late-deliveries",
    text: `SELECT x.id FROM unnest($2::bigint[]) AS x(id) CROSS JOIN LATERAL (
             SELECT max(a.step) FILTER (WHERE a.status >= $5) AS taken, min(a.step) FILTER (WHERE a.status >= $6 AND NOT a.double_reach) AS reached
             FROM attempt a WHERE a.shard = $1 AND a.message_id = x.id AND a.message_id BETWEEN $3 AND $4) steps
           WHERE steps.taken > steps.reached`,
    values: [
      ...[shard, plainArray(ids), ...rangeOf(ids)],
      ...[ATTEMPT_STATUS_CODE.accepted, ATTEMPT_STATUS_CODE.delivered],
    ],
  });
  if (rows.length === 0) return [];
  const all = await lockAttempts(
    sql,
    shard,
    rows.map((row) => String(row.id)),
  );
  const late = all
    .filter((attempt) => isLateDelivery(attempt, all))
    .map((attempt): Change => [attempt, { ...attempt, doubleReach: true }]);
  await updateAttempts(
    sql,
    shard,
    late.map(([, after]) => after),
  );
  return late;
}

/** Delivered, though a later channel has taken the message too. The other half is in store-verdicts.ts: whoever comes second sees it. */
export function isLateDelivery(attempt: AttemptRow, attempts: readonly AttemptRow[]): boolean {
  if (attempt.doubleReach || !isDelivered(attempt.status)) return false;
  return attempts.some(
    (other) =>
      other.messageId === attempt.messageId &&
      other.step > attempt.step &&
      ATTEMPT_STATUS_CODE[other.status] >= ATTEMPT_STATUS_CODE.accepted,
  );
}

/** SMS is the last step of every route: nothing is behind it. */
async function askForFallback(
  sql: pg.PoolClient,
  shard: number,
  changes: readonly Change[],
  nowMs: number,
): Promise<void> {
  const failed = changes.filter(
    ([before, after]) => after.status === "failed" && !before.negative && after.channel !== "sms",
  );
  const singles = failed.map(([, { accountId, campaignId, step, messageId }]) => ({
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
