import { shareAt } from "@/lib/domain/dispatch/rate-slots";
import type { Sql } from "../db/pool";
import type { RateSource } from "./rate-limiter";

type ConnectionKey = { readonly accountId: string; readonly id: string };

/** The row of slots that all workers share (`connection_rate`). */
export function sharedRate(sql: Sql, { accountId, id }: ConnectionKey): RateSource {
  return {
    async lease(wanted, pressure, urgent, aheadMs) {
      const { rows } = await sql.query({
        name: "lease-rate-slots",
        text: "SELECT * FROM lease_rate_slots($1, $2, $3, $4, $5, $6)",
        values: [accountId, id, wanted, pressure, urgent, aheadMs],
      });
      const row = rows[0];
      if (row === undefined) return null;
      return {
        firstMs: row.first_ms,
        slots: row.slots,
        intervalMs: row.interval_ms,
        leadMs: row.lead_ms,
        pausedMs: row.paused_ms,
        nowMs: row.now_ms,
      };
    },
    async slowDown(forMs) {
      await sql.query("SELECT slow_down_connection($1, $2, $3)", [accountId, id, forMs]);
    },
  };
}

export type ConnectionRate = {
  readonly configuredPerSecond: number;
  /** What is let through at the moment, all workers together; below the configured rate after the carrier asked to slow down. */
  readonly nowPerSecond: number;
  /** Nothing leaves before; null: it is not paused. */
  readonly pausedUntilMs: number | null;
};

/** By connection of the account. */
export async function readConnectionRates(sql: Sql, accountId: string): Promise<ReadonlyMap<string, ConnectionRate>> {
  const { rows } = await sql.query(
    `SELECT c.id, c.rate_per_second, r.share,
       extract(epoch FROM nullif(r.slowed_at, '-infinity'))::float8 * 1000 AS slowed_ms,
       extract(epoch FROM CASE WHEN r.paused_until > clock_timestamp() THEN r.paused_until END)::float8 * 1000 AS paused_ms,
       extract(epoch FROM clock_timestamp())::float8 * 1000 AS now_ms
     FROM connection c LEFT JOIN connection_rate r ON r.account_id = c.account_id AND r.connection_id = c.id
     WHERE c.account_id = $1`,
    [accountId],
  );
  return new Map(
    rows.map((row): [string, ConnectionRate] => {
      const share =
        row.slowed_ms === null ? 1 : shareAt({ share: row.share, slowedAtMs: row.slowed_ms }, Number(row.now_ms));
      const configuredPerSecond = Number(row.rate_per_second);
      const nowPerSecond = row.paused_ms === null ? Math.max(0.1, configuredPerSecond * share) : 0;
      return [row.id, { configuredPerSecond, nowPerSecond, pausedUntilMs: row.paused_ms }];
    }),
  );
}
