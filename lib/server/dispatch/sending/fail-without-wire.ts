import type { FactsCache } from "../campaign-facts";
import type { DispatchDeps } from "../dispatch-deps";
import { storeSkips } from "./commit-turn";
import type { LeasedBlock } from "./claim-blocks";
import { renderItem, type SendItem } from "./load-items";
import type { Sql } from "../../db/pool";
import { runTransaction, takeSharedPermissionLock } from "../run-transaction";
import { storeAttempts, storeVerdicts, type JudgedSend } from "./store-verdicts";
import { judgeOutcome } from "./judge-outcome";

/**
 * No connection serves their numbers, or theirs rests because the carrier blames the sender: codes and order updates do not wait for it but count as not sent, at
 * once, so that the next channel is asked. One commit for that and for the end of their blocks: a block that came back after a crash
 * would be sent here too, beside the next channel.
 *
 * @param code why, in our own words
 */
export async function failWithoutWire(
  deps: DispatchDeps,
  cache: FactsCache,
  connection: { readonly id: string },
  items: readonly SendItem[],
  code: string,
): Promise<void> {
  const first = items[0];
  if (first === undefined) return;
  const { shard, accountId } = first.block;
  const prices = await cache.prices(deps.sql, accountId);
  const nowMs = deps.now();
  const skipped: { readonly item: SendItem; readonly reason: string }[] = [];
  const judged = items.flatMap((item): JudgedSend[] => {
    const rendered = renderItem(item, prices, nowMs);
    if (rendered === null) {
      skipped.push({ item, reason: "missing_values" });
      return [];
    }
    const ended = {
      ...rendered,
      ...{ connectionId: connection.id, sentAtMs: nowMs, endedAtMs: nowMs },
      outcome: { kind: "not_sent" as const, code, detail: "the connection rests", retryAfterMs: null, raw: "" },
    };
    const last = { ...ended, item: { ...item, try: Number.MAX_SAFE_INTEGER } };
    const verdict = judgeOutcome(last, { unknownIsUndelivered: false });
    if (verdict.attempt === null) return [];
    return [{ ...ended, verdict: { ...verdict, attempt: { ...verdict.attempt, try: item.try } } }];
  });
  await runTransaction(deps.sql, async (sql) => {
    await takeSharedPermissionLock(sql, accountId);
    const ended = await endBlocks(sql, deps.workerId, shard, [...new Set(items.map((item) => item.block))]);
    const isOurs = ({ item }: { readonly item: SendItem }): boolean => ended.has(item.block.id);
    await storeSkips(sql, shard, skipped.filter(isOurs), nowMs);
    const ours = judged.filter(isOurs);
    await storeVerdicts(sql, shard, ours, await storeAttempts(sql, shard, ours), true, nowMs);
  });
}

/** @returns those that this worker still held */
async function endBlocks(
  sql: Sql,
  owner: string,
  shard: number,
  blocks: readonly LeasedBlock[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql.query(
    `UPDATE block b SET state = 2, cursor = b.size, owner = NULL, lease_until = NULL
     FROM unnest($3::bigint[], $4::integer[]) AS x(id, epoch)
     WHERE b.shard = $1 AND b.id = x.id AND b.owner = $2 AND b.epoch = x.epoch AND b.state = 1
     RETURNING b.id`,
    [shard, owner, blocks.map((block) => block.id), blocks.map((block) => block.epoch)],
  );
  return new Set(rows.map((row) => String(row.id)));
}
