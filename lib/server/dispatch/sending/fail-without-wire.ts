import type { LiveConnection } from "../../connections/connection-registry";
import type { FactsCache } from "../campaign-facts";
import type { DispatchDeps } from "../dispatch-deps";
import { commitTurn, type HeldBlock } from "./commit-turn";
import type { SendItem } from "./load-items";
import { renderItem } from "./load-items";
import { runTransaction } from "../run-transaction";
import { storeVerdicts, type JudgedSend } from "./store-verdicts";
import { judgeOutcome } from "./judge-outcome";

/**
 * The connection rests because the carrier blames the sender: codes and order updates do not wait for it but count as not sent, at
 * once, so that the next channel is asked.
 *
 * @param code why, in our own words
 */
export async function failWithoutWire(
  deps: DispatchDeps,
  cache: FactsCache,
  connection: LiveConnection,
  items: readonly SendItem[],
  code: string,
): Promise<void> {
  const first = items[0];
  if (first === undefined) return;
  const { shard, accountId, campaignId } = first.block;
  const prices = await cache.prices(deps.sql, accountId);
  const nowMs = deps.now();
  const judged = items.flatMap((item): JudgedSend[] => {
    const rendered = renderItem(item, prices, nowMs);
    if (rendered === null) return [];
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
  const held = new Map<string, HeldBlock>();
  for (const { block } of items) held.set(block.id, { block, cursor: block.members.length, inFlight: new Set() });
  await runTransaction(deps.sql, (sql) => storeVerdicts(sql, shard, judged, true, nowMs));
  const scope = { shard, accountId, campaignId };
  await commitTurn(deps, { scope, connection, held, ended: [], wanted: [], prices, closing: true });
}
