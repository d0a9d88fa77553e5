import type { PendingFact, TimerFact } from "@/lib/domain/timeline/message-facts";
import type { TenantContext } from "../tenant-context";

type BlockRow = { step: number; try: number; state: number; available_at: Date; in_flight: boolean; ahead: boolean };
type TimerRow = { step: number; trigger: TimerFact["trigger"]; wait_s: number; due_at: Date; held: boolean };

const STATE = { ready: 0, leased: 1, done: 2, held: 3, cancelled: 4 } as const;

/**
 * What still lies ahead of a message: the blocks that hold it and the waits that run.
 *
 * Its first block is named by its id; later ones (retries, further steps) are looked for among the blocks that are not done,
 * which partial indexes keep few.
 */
export async function readPending(
  ctx: TenantContext,
  id: string,
  campaignId: string | null,
): Promise<{ pending: readonly PendingFact[]; timers: readonly TimerFact[] }> {
  const [blocks, timers] = await Promise.all([
    ctx.sql.query<BlockRow>(
      `WITH b AS (
         SELECT * FROM block WHERE shard = $1 AND id = ($3::bigint & ~1023::bigint)
         UNION SELECT * FROM block WHERE shard = $1 AND state = 0 AND account_id = $2 AND members @> ARRAY[$3::bigint]
         UNION SELECT * FROM block WHERE shard = $1 AND state = 1 AND account_id = $2 AND members @> ARRAY[$3::bigint]
         UNION SELECT * FROM block WHERE shard = $1 AND campaign_id = $4::uuid AND state = 3 AND members @> ARRAY[$3::bigint])
       SELECT b.step, b.try, b.state, b.available_at, $3::bigint = ANY (b.in_flight) AS in_flight,
              coalesce(array_position(b.members, $3::bigint) - 1, ($3::bigint - b.first_id)::int) >= b.cursor AS ahead
         FROM b WHERE b.account_id = $2
          AND (b.members @> ARRAY[$3::bigint] OR b.members IS NULL AND $3::bigint BETWEEN b.first_id AND b.first_id + b.size - 1)`,
      [ctx.shard, ctx.accountId, id, campaignId],
    ),
    ctx.sql.query<TimerRow>(
      `SELECT step, trigger, wait_s, due_at, held FROM fallback_timer
        WHERE shard = $1 AND account_id = $2 AND members @> ARRAY[$3::bigint]
          AND ${campaignId === null ? "campaign_id IS NULL AND $4::uuid IS NULL" : "campaign_id = $4::uuid"}
        ORDER BY due_at`,
      [ctx.shard, ctx.accountId, id, campaignId],
    ),
  ]);
  return {
    pending: blocks.rows.flatMap(toPending),
    timers: timers.rows.map((row) => ({
      step: row.step,
      trigger: row.trigger,
      waitS: row.wait_s,
      dueAtMs: row.due_at.getTime(),
      held: row.held,
    })),
  };
}

function toPending(row: BlockRow): PendingFact[] {
  const base = { step: row.step, try: row.try, availableAtMs: row.available_at.getTime() };
  if (row.in_flight) return [{ ...base, state: "in_flight" }];
  if (!row.ahead || row.state === STATE.done) return [];
  const state = row.state === STATE.held ? "held" : row.state === STATE.cancelled ? "cancelled" : "ready";
  return [{ ...base, state }];
}
