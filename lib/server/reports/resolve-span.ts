import { AppError } from "@/lib/domain/app-error";
import type { BucketUnit, ReportRange, ReportSpan } from "@/lib/schemas/reports";
import type { TenantContext } from "../tenant-context";

const DAYS = { today: 1, "7d": 7, "30d": 30, "90d": 90 } as const satisfies Record<ReportRange, number>;
const UNIT = { today: "hour", "7d": "quarter-day", "30d": "day", "90d": "day" } as const satisfies Record<
  ReportRange,
  BucketUnit
>;
const INTERVAL = { hour: "1 hour", "quarter-day": "6 hours", day: "1 day" } as const satisfies Record<
  BucketUnit,
  string
>;

export type ResolvedSpan = {
  readonly span: ReportSpan;
  readonly from: Date;
  readonly until: Date;
  readonly previousFrom: Date;
  /** Beginnings of all buckets, milliseconds since the epoch, ascending. */
  readonly buckets: readonly number[];
};

/**
 * Turns "the last 7 days" into instants: calendar days of the account, today included, by PostgreSQL's own time zones, so that
 * the buckets agree with the grouping. `until` lies one second ahead, because an hour's row carries the hour's beginning and a span
 * is half open.
 */
export async function resolveSpan(ctx: TenantContext, range: ReportRange): Promise<ResolvedSpan> {
  const now = ctx.now();
  const unit = UNIT[range];
  const until = new Date(now.getTime() + 1000);
  const { rows } = await ctx.sql.query<{
    time_zone: string;
    currency: string;
    from_at: Date;
    previous_from: Date;
    buckets: number[];
  }>(
    `WITH a AS (SELECT time_zone AS tz, currency, date_trunc('day', $2::timestamptz AT TIME ZONE time_zone) AS today
                  FROM account WHERE id = $1),
          s AS (SELECT *, today - make_interval(days => $3 - 1) AS first_day FROM a)
     SELECT tz AS time_zone, currency, first_day AT TIME ZONE tz AS from_at,
            (first_day - make_interval(days => $3)) AT TIME ZONE tz AS previous_from,
            ARRAY(SELECT DISTINCT (extract(epoch FROM b AT TIME ZONE tz) * 1000)::float8
                    FROM generate_series(first_day, $2::timestamptz AT TIME ZONE tz, $4::interval) b ORDER BY 1) AS buckets
       FROM s`,
    [ctx.accountId, now, DAYS[range], INTERVAL[unit]],
  );
  const row = rows[0];
  if (row === undefined) throw new AppError("not_found", "No such account.", { messageKey: "notFound" });
  return {
    span: {
      range,
      from: row.from_at.toISOString(),
      until: now.toISOString(),
      unit,
      timeZone: row.time_zone,
      currency: row.currency,
    },
    from: row.from_at,
    until,
    previousFrom: row.previous_from,
    buckets: row.buckets,
  };
}
