import type { MessageFilters, MessageRange } from "@/lib/schemas/messages";
import type { TenantContext } from "../tenant-context";
import type { IdRange } from "./message-source";

const DAYS = { today: 1, "7d": 7, "30d": 30, "90d": 90 } as const satisfies Record<MessageRange, number>;
const ALL: IdRange = { from: 1n, to: 2n ** 63n - 1n };

/**
 * The ids of a time span in days of the account's calendar. PostgreSQL does the sum, since it knows when each zone changed its
 * clocks; a day without midnight begins when its first hour does.
 */
export async function resolveIdRange(ctx: TenantContext, filters: MessageFilters, timeZone: string): Promise<IdRange> {
  const { from, to } = filters;
  const days = filters.range === undefined || from !== undefined || to !== undefined ? null : DAYS[filters.range];
  if (from === undefined && to === undefined && days === null) return ALL;
  const { rows } = await ctx.sql.query<{ from_id: string | null; to_id: string | null }>(
    `SELECT dispatch_id_floor(
              (coalesce($1::date, ($3::timestamptz AT TIME ZONE $4)::date - $5::int + 1))::timestamp AT TIME ZONE $4) AS from_id,
            dispatch_id_floor(($2::date + 1)::timestamp AT TIME ZONE $4) AS to_id`,
    [from ?? null, to ?? null, ctx.now(), timeZone, days],
  );
  const row = rows[0];
  return { from: clamp(row?.from_id ?? null, ALL.from), to: clamp(row?.to_id ?? null, ALL.to) };
}

/** Days before 2020 give negative ids, which no message has. */
function clamp(id: string | null, otherwise: bigint): bigint {
  if (id === null) return otherwise;
  const value = BigInt(id);
  return value < ALL.from ? ALL.from : value;
}
