import type { RollupGroup, RollupKind } from "@/lib/domain/reports/rates";
import { CHANNEL_CODE, type Channel } from "@/lib/domain/vocabulary";
import type { BucketUnit } from "@/lib/schemas/reports";
import type { TenantContext } from "../tenant-context";

const CHANNEL_OF = new Map<number, Channel>(
  Object.entries(CHANNEL_CODE).map(([channel, code]) => [code, channel as Channel]),
);

export function channelOf(code: number): Channel | null {
  return CHANNEL_OF.get(code) ?? null;
}

export type RollupFilter = {
  readonly from: Date;
  readonly until: Date;
  readonly campaign?: string | undefined;
  readonly channel?: Channel | undefined;
};

export type SumRow = {
  channel: number;
  step: number;
  kind: RollupKind;
  code: string;
  n: number;
  segments: number;
  cost_micros: number;
};

/** Sums come as float8: exact up to 2^53, that is nine billion units of a currency in micros. */
export const SUMS = `sum(n)::float8 AS n, sum(segments)::float8 AS segments, sum(cost_micros)::float8 AS cost_micros`;

export function toGroup(row: SumRow): RollupGroup {
  return {
    channel: channelOf(row.channel),
    step: row.step,
    kind: row.kind,
    code: row.code,
    n: row.n,
    segments: row.segments,
    costMicros: row.cost_micros,
  };
}

/** Totals over a span, by code. */
export async function readTotals(ctx: TenantContext, filter: RollupFilter): Promise<RollupGroup[]> {
  const { rows } = await ctx.sql.query<SumRow>(
    `SELECT channel, step, kind, code, ${SUMS} FROM rollup
      WHERE account_id = $1 AND hour >= $2 AND hour < $3
        AND ($4::uuid IS NULL OR campaign_id = $4) AND ($5::smallint IS NULL OR channel = $5)
      GROUP BY channel, step, kind, code`,
    filterValues(ctx, filter),
  );
  return rows.map(toGroup);
}

export type RollupCuts = {
  /** By bucket: key is the bucket's beginning, milliseconds since the epoch. */
  readonly byBucket: ReadonlyMap<number, readonly RollupGroup[]>;
  readonly byCampaign: ReadonlyMap<string, readonly RollupGroup[]>;
  readonly byCountry: ReadonlyMap<string, readonly RollupGroup[]>;
  readonly totals: readonly RollupGroup[];
};

const INTERVAL = { hour: "1 hour", "quarter-day": "6 hours", day: "1 day" } as const satisfies Record<
  BucketUnit,
  string
>;

/**
 * The same rows cut four ways in one scan. Buckets are made of local time, so a day is the account's calendar day; where a zone is
 * off by half an hour, an hour of the rollup belongs to the bucket it begins in.
 */
export async function cutRollup(
  ctx: TenantContext,
  filter: RollupFilter,
  unit: BucketUnit,
  timeZone: string,
): Promise<RollupCuts> {
  const { rows } = await ctx.sql.query<
    SumRow & { cut: number; bucket: string | null; campaign_id: string | null; country: string | null }
  >(
    `WITH r AS (
       SELECT date_bin($6::interval, hour AT TIME ZONE $7, $2::timestamptz AT TIME ZONE $7) AT TIME ZONE $7 AS bucket,
              campaign_id, country, channel, step, kind, code, n, segments, cost_micros
         FROM rollup
        WHERE account_id = $1 AND hour >= $2 AND hour < $3
          AND ($4::uuid IS NULL OR campaign_id = $4) AND ($5::smallint IS NULL OR channel = $5))
     SELECT grouping(bucket, campaign_id, country, code) AS cut, (extract(epoch FROM bucket) * 1000)::float8 AS bucket,
            campaign_id, country, channel, step, kind, coalesce(code, '') AS code, ${SUMS}
       FROM r
      GROUP BY GROUPING SETS ((bucket, channel, step, kind), (campaign_id, channel, step, kind),
                              (country, channel, step, kind), (channel, step, kind, code))`,
    [...filterValues(ctx, filter), INTERVAL[unit], timeZone],
  );
  const byBucket = new Map<number, RollupGroup[]>();
  const byCampaign = new Map<string, RollupGroup[]>();
  const byCountry = new Map<string, RollupGroup[]>();
  const totals: RollupGroup[] = [];
  for (const row of rows) {
    const group = toGroup(row);
    // grouping() sets the bit of each column that this row does not keep apart.
    if (row.cut === 0b0111) push(byBucket, Number(row.bucket), group);
    else if (row.cut === 0b1011) push(byCampaign, row.campaign_id ?? "", group);
    else if (row.cut === 0b1101) push(byCountry, row.country ?? "", group);
    else totals.push(group);
  }
  return { byBucket, byCampaign, byCountry, totals };
}

function push<Key>(into: Map<Key, RollupGroup[]>, key: Key, group: RollupGroup): void {
  const held = into.get(key);
  if (held === undefined) into.set(key, [group]);
  else held.push(group);
}

function filterValues(ctx: TenantContext, filter: RollupFilter): unknown[] {
  const channel = filter.channel === undefined ? null : CHANNEL_CODE[filter.channel];
  return [ctx.accountId, filter.from, filter.until, filter.campaign ?? null, channel];
}
