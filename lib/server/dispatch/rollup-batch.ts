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

type Cell = {
  readonly account_id: string;
  readonly hour: number;
  readonly campaign_id: string;
  readonly channel: number;
  readonly step: number;
  readonly country: string;
  readonly kind: string;
  readonly code: string;
  n: number;
  segments: number;
  cost_micros: number;
};

/** What says where something counts, whatever it is. */
type Place = Pick<RollupDelta, "accountId" | "campaignId" | "channel" | "step" | "country">;

/** Gathers what one transaction changes; cells that come to nothing are not written. */
export type RollupBatch = {
  add(delta: RollupDelta): void;
  /** The attempt leaves the cell where it stood and enters the one where it stands now. */
  move(before: AttemptRow | null, after: AttemptRow): void;
  write(sql: Sql): Promise<void>;
};

export function createRollupBatch(): RollupBatch {
  const cells = new Map<string, Cell>();
  // Called up to four times a message: no object is made for a cell that is there.
  const cellAt = (place: Place, atMs: number, kind: string, code: string): Cell => {
    const hour = Math.floor(atMs / HOUR_MS) * HOUR_MS;
    const key = `${place.accountId}|${hour}|${place.campaignId ?? ""}|${place.channel}|${place.step}|${place.country}|${kind}|${code}`;
    const known = cells.get(key);
    if (known !== undefined) return known;
    const cell: Cell = {
      account_id: place.accountId,
      hour,
      campaign_id: place.campaignId ?? NO_CAMPAIGN,
      channel: CHANNEL_CODE[place.channel],
      step: place.step,
      country: place.country,
      kind,
      code,
      n: 0,
      segments: 0,
      cost_micros: 0,
    };
    cells.set(key, cell);
    return cell;
  };
  /** An attempt counts under its status, and beside it under `double_reach`. */
  const put = (row: AttemptRow, sign: 1 | -1): void => {
    const cell = cellAt(row, row.sentAtMs, row.status, codeOf(row));
    cell.n += sign;
    cell.segments += sign * row.segments;
    cell.cost_micros += sign * costOfAttempt(row);
    if (row.doubleReach) cellAt(row, row.sentAtMs, "double_reach", "").n += sign;
  };
  return {
    add(delta) {
      const cell = cellAt(delta, delta.atMs, delta.kind, delta.code);
      cell.n += delta.n;
      cell.segments += delta.segments;
      cell.cost_micros += delta.costMicros;
    },
    move(before, after) {
      if (before !== null) put(before, -1);
      put(after, 1);
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

function codeOf(row: AttemptRow): string {
  if (isDelivered(row.status)) return latencyBucket(row.sentAtMs, row.deliveredAtMs ?? row.readAtMs ?? row.sentAtMs);
  return row.status === "refused" || row.status === "failed" || row.status === "not_sent" ? (row.errorCode ?? "") : "";
}
