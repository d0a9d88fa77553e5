import type { FallbackTrigger } from "@/lib/domain/vocabulary";
import type { Sql } from "../db/pool";

/** A wait before fallback, for messages of one account and campaign that left by the same step. */
export type FallbackTimer = {
  readonly accountId: string;
  readonly campaignId: string | null;
  readonly step: number;
  readonly trigger: FallbackTrigger;
  readonly waitS: number;
  readonly dueAtMs: number;
  readonly members: readonly string[];
};

export async function insertTimers(sql: Sql, shard: number, timers: readonly FallbackTimer[]): Promise<void> {
  if (timers.length === 0) return;
  const records = timers.map((timer) => ({
    account_id: timer.accountId,
    campaign_id: timer.campaignId,
    step: timer.step,
    trigger: timer.trigger,
    wait_s: timer.waitS,
    due_at: Math.round(timer.dueAtMs),
    members: timer.members,
  }));
  await sql.query({
    name: "insert-timers",
    text: `INSERT INTO fallback_timer (shard, account_id, campaign_id, step, trigger, wait_s, due_at, members)
           SELECT $1, account_id, campaign_id, step, trigger, wait_s, to_timestamp(due_at / 1000.0), members
           FROM jsonb_to_recordset($2::jsonb) AS x(account_id uuid, campaign_id uuid, step smallint, trigger text, wait_s integer,
             due_at bigint, members bigint[])`,
    values: [shard, JSON.stringify(records)],
  });
}

/** One timer for each (account, campaign, step, trigger, wait, due): the fewer rows the better. */
export function gatherTimers(
  singles: readonly (Omit<FallbackTimer, "members"> & { readonly messageId: string })[],
): FallbackTimer[] {
  const groups = new Map<string, Omit<FallbackTimer, "members"> & { members: string[] }>();
  for (const { messageId, ...timer } of singles) {
    const key = JSON.stringify(timer);
    const group = groups.get(key) ?? { ...timer, members: [] };
    group.members.push(messageId);
    groups.set(key, group);
  }
  return [...groups.values()];
}
