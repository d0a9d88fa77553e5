import { latencyBucket } from "@/lib/domain/dispatch/latency-bucket";
import { isDelivered } from "@/lib/domain/dispatch/attempt-state";
import { CHANNEL_CODE, type Channel } from "@/lib/domain/vocabulary";
import type { Sql } from "../db/pool";
import { costOfAttempt, type AttemptRow } from "./attempt-rows";

/** In rollups a message from the API has this campaign. */
export const NO_CAMPAIGN = "00000000-0000-0000-0000-000000000000";

export type RollupDelta = {
  readonly accountId: string;
  readonly atMs: number;
  readonly campaignId: string | null;
  readonly channel: Channel;
  readonly step: number;
  readonly country: string;
  readonly kind: string;
  readonly code: string;
  readonly n: number;
  readonly segments: number;
  readonly costMicros: number;
};

type Cell = Record<string, string | number>;

/** Gathers what one transaction changes; cells that come to nothing are not written. */
export type RollupBatch = {
  add(delta: RollupDelta): void;
  /** The attempt leaves the cell where it stood and enters the one where it stands now. */
  move(before: AttemptRow | null, after: AttemptRow): void;
  write(sql: Sql): Promise<void>;
};

export function createRollupBatch(): RollupBatch {
  const cells = new Map<string, Cell & { n: number; segments: number; cost_micros: number }>();
  const add = (delta: RollupDelta): void => {
    const hour = Math.floor(delta.atMs / HOUR_MS) * HOUR_MS;
    const key = [
      delta.accountId,
      hour,
      delta.campaignId,
      delta.channel,
      delta.step,
      delta.country,
      delta.kind,
      delta.code,
    ];
    const id = key.join("|");
    const cell = cells.get(id) ?? {
      account_id: delta.accountId,
      hour,
      campaign_id: delta.campaignId ?? NO_CAMPAIGN,
      channel: CHANNEL_CODE[delta.channel],
      step: delta.step,
      country: delta.country,
      kind: delta.kind,
      code: delta.code,
      n: 0,
      segments: 0,
      cost_micros: 0,
    };
    cell.n += delta.n;
    cell.segments += delta.segments;
    cell.cost_micros += delta.costMicros;
    cells.set(id, cell);
  };
  return {
    add,
    move(before, after) {
      if (before !== null) for (const delta of cellsOf(before)) add(negated(delta));
      for (const delta of cellsOf(after)) add(delta);
    },
    async write(sql) {
      const rows = [...cells.values()].filter((cell) => cell.n !== 0 || cell.segments !== 0 || cell.cost_micros !== 0);
      cells.clear();
      if (rows.length === 0) return;
      await sql.query({
        name: "insert-rollup-deltas",
        text: `INSERT INTO rollup_delta (account_id, hour, campaign_id, channel, step, country, kind, code, n, segments, cost_micros)
               SELECT account_id, to_timestamp(hour / 1000), campaign_id, channel, step, country, kind, code, n, segments, cost_micros
               FROM jsonb_to_recordset($1::jsonb) AS x(account_id uuid, hour bigint, campaign_id uuid, channel smallint,
                 step smallint, country text, kind text, code text, n integer, segments integer, cost_micros bigint)`,
        values: [JSON.stringify(rows)],
      });
    },
  };
}

const HOUR_MS = 3_600_000;

/** Where an attempt counts: under its status, and beside it under `double_reach`. Exported for the test that reconstructs rollups. */
export function cellsOf(row: AttemptRow): RollupDelta[] {
  const base = {
    accountId: row.accountId,
    atMs: row.sentAtMs,
    campaignId: row.campaignId,
    channel: row.channel,
    step: row.step,
    country: row.country,
    n: 1,
  };
  const own = { ...base, kind: row.status, code: codeOf(row), segments: row.segments, costMicros: costOfAttempt(row) };
  if (!row.doubleReach) return [own];
  return [own, { ...base, kind: "double_reach", code: "", segments: 0, costMicros: 0 }];
}

function codeOf(row: AttemptRow): string {
  if (isDelivered(row.status)) return latencyBucket(row.sentAtMs, row.deliveredAtMs ?? row.readAtMs ?? row.sentAtMs);
  return row.status === "refused" || row.status === "failed" || row.status === "not_sent" ? (row.errorCode ?? "") : "";
}

function negated(delta: RollupDelta): RollupDelta {
  return { ...delta, n: -delta.n, segments: -delta.segments, costMicros: -delta.costMicros };
}
