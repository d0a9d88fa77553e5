import type pg from "pg";
import { decideFallback } from "@/lib/domain/dispatch/decide-fallback";
import { policySourceOf } from "@/lib/domain/dispatch/dispatch-policy";
import type { Channel } from "@/lib/domain/vocabulary";
import { readGate, readSuppressed, type Gate } from "../read-gate";
import type { Sql } from "../../db/pool";
import { createRollupBatch } from "../rollup-batch";
import type { SendItem } from "./load-items";
import { insertMemberBlock } from "./store-verdicts";

/** Shows that a message went past a channel: `by` is what is remembered against it. */
export type Passed = { readonly item: SendItem; readonly next: Channel };

/**
 * Which of these are not worth sending on their channel: it does not know the number, another channel follows, and going on there is
 * allowed now, by the same rule as any fallback. Where it is not, the message is sent as ever: a faint hope is better than none.
 *
 * Under the shared permission lock. All of `wanted` are of one account, campaign, channel and category.
 */
export async function chooseHopeless(sql: Sql, wanted: readonly SendItem[], gate: Gate): Promise<Passed[]> {
  const passed: Passed[] = [];
  const remembered = wanted.flatMap((item) =>
    item.memory === undefined || item.nextChannel === null ? [] : [{ item, next: item.nextChannel }],
  );
  for (const next of new Set(remembered.map((one) => one.next))) {
    const own = remembered.filter((one) => one.next === next);
    const [{ item: first } = { item: null }] = own;
    if (first === null) continue;
    const numbers = own.map(({ item }) => item.e164);
    const suppressed = await readSuppressed(sql, first.accountId, numbers, next, first.category);
    for (const one of own) {
      const answer = decideFallback({
        ...{ trigger: "memory", category: one.item.category, step: one.item.step, stepCount: one.item.step + 2 },
        ...{ statuses: [], alreadyDecided: false, mode: one.item.mode, policy: gate.policy, failure: null },
        ...{ campaignStatus: gate.campaignStatus, suppression: suppressed.get(one.item.e164) ?? null },
      });
      if (answer.kind === "allowed") passed.push(one);
    }
  }
  return passed;
}

/**
 * {@link chooseHopeless} before the intent and without its lock: who will be passed on unless permission changes within this moment.
 * For what is only worth doing for who is really sent; it decides nothing.
 *
 * All of `items` are of one account, campaign and channel.
 */
export async function foreseeHopeless(sql: Sql, items: readonly SendItem[]): Promise<ReadonlySet<SendItem>> {
  const remembered = items.filter(({ memory }) => memory !== undefined);
  const [first] = remembered;
  if (first === undefined) return new Set();
  const gate = await readGate(sql, first.accountId, first.campaignId);
  const passed: Passed[] = [];
  for (const category of new Set(remembered.map((item) => item.category))) {
    const own = remembered.filter((item) => item.category === category);
    passed.push(...(await chooseHopeless(sql, own, gate)));
  }
  return new Set(passed.map(({ item }) => item));
}

/**
 * Writes the decisions and queues the next step, once each: said again after a commit whose answer was lost, it changes nothing. In the
 * transaction that moves their blocks past them.
 */
export async function goOnByMemory(
  sql: pg.PoolClient,
  shard: number,
  passed: readonly Passed[],
  gate: Gate,
  nowMs: number,
): Promise<void> {
  const first = passed[0]?.item;
  if (first === undefined) return;
  const { accountId, campaignId, step, channel } = first;
  const records = passed.map(({ item }) => ({
    message_id: item.messageId,
    error_code: item.memory?.code ?? null,
    evidence_at: Math.round(item.memory?.atMs ?? nowMs),
    policy_source: policySourceOf(item.mode, campaignId),
  }));
  const { rows } = await sql.query({
    name: "insert-memory-decisions",
    text: `INSERT INTO fallback_decision (shard, message_id, step, account_id, campaign_id, allowed, trigger, error_code, evidence_at,
             policy_version, policy_source, decided_at)
           SELECT $1, message_id, $2, $3, $4, true, 'memory', error_code, to_timestamp(evidence_at / 1000.0), $5, policy_source,
             to_timestamp($6::bigint / 1000.0)
           FROM jsonb_to_recordset($7::jsonb) AS x(message_id bigint, error_code text, evidence_at bigint, policy_source text)
           ON CONFLICT DO NOTHING RETURNING message_id`,
    values: [shard, step, accountId, campaignId, gate.policy.version, Math.round(nowMs), JSON.stringify(records)],
  });
  const fresh = new Set(rows.map((row) => String(row.message_id)));
  const rollups = createRollupBatch();
  const queues = new Map<string, { readonly lane: number; readonly members: string[] }>();
  for (const { item, next } of passed.filter((one) => fresh.has(one.item.messageId))) {
    rollups.add({
      ...{ accountId, campaignId, step, channel, country: item.country, atMs: nowMs, kind: "fallback", code: "memory" },
      ...{ n: 1, segments: 0, costMicros: 0 },
    });
    const queue = queues.get(`${item.block.lane} ${next}`) ?? { lane: item.block.lane, members: [] };
    queue.members.push(item.messageId);
    queues.set(`${item.block.lane} ${next}`, queue);
  }
  await rollups.write(sql);
  for (const { lane, members } of queues.values()) {
    await insertMemberBlock(sql, shard, {
      ...{ accountId, campaignId, step: step + 1, try: 0, lane, held: false, availableAtMs: nowMs, members },
    });
  }
}
