import { faultSide } from "@/lib/domain/connection/fault-side";
import { ATTEMPT_STATUS_CODE, CHANNEL_CODE } from "@/lib/domain/vocabulary";
import { CONNECTION_CHANNEL, type ConnectionKind } from "@/lib/schemas/connection";
import type { ConnectionRow, ReceiptIntake } from "@/lib/schemas/connection-list";
import type { Sql } from "../db/pool";
import { channelOfCode } from "../dispatch/attempt-rows";
import { INTAKE_FRESH_MS } from "../dispatch/receipts/beat-intake";
import type { TenantContext } from "../tenant-context";

const DAY_MS = 86_400_000;
/** Enough for an honest share; looking at more would cost a busy account seconds. */
const NEWEST_MESSAGES = 2_000;

export type Traffic = ConnectionRow["recent"] & { readonly lastSuccessAt: Date | null };
export const NO_TRAFFIC: Traffic = { attempts: 0, faults: 0, unreached: 0, lastSuccessAt: null };

type Row = {
  readonly connection_id: string;
  readonly channel: number;
  readonly status: number;
  readonly error_code: string | null;
  readonly n: number;
  readonly last: Date | null;
};

/** By connection, of the account's newest messages of a day. Whoever looks asks whether the link works, not whom it cannot reach. */
export async function readTraffic(ctx: TenantContext): Promise<ReadonlyMap<string, Traffic>> {
  const { rows } = await ctx.sql.query<Row>(
    `SELECT a.connection_id, a.channel, a.status, a.error_code, count(*)::int AS n,
            max(coalesce(a.read_at, a.delivered_at, a.outcome_at)) AS last
       FROM (SELECT id FROM message
              WHERE shard = $1 AND account_id = $2 AND id >= dispatch_id_floor($3)
              ORDER BY id DESC LIMIT ${NEWEST_MESSAGES}) m
       JOIN attempt a ON a.shard = $1 AND a.message_id = m.id AND a.account_id = $2
      GROUP BY a.connection_id, a.channel, a.status, a.error_code`,
    [ctx.shard, ctx.accountId, new Date(ctx.now().getTime() - DAY_MS)],
  );
  const traffic = new Map<string, Traffic>();
  for (const row of rows) traffic.set(row.connection_id, addRow(traffic.get(row.connection_id) ?? NO_TRAFFIC, row));
  return traffic;
}

function addRow(sum: Traffic, row: Row): Traffic {
  const attempts = sum.attempts + row.n;
  const isReceipt = row.status === ATTEMPT_STATUS_CODE.failed;
  if (row.status >= ATTEMPT_STATUS_CODE.accepted && !isReceipt) {
    const isLater = row.last !== null && (sum.lastSuccessAt === null || row.last > sum.lastSuccessAt);
    return { ...sum, attempts, lastSuccessAt: isLater ? row.last : sum.lastSuccessAt };
  }
  const side = faultSide(channelOfCode(row.channel), row.error_code, isReceipt ? "receipt" : "refusal");
  return side === "link"
    ? { ...sum, attempts, faults: sum.faults + row.n }
    : { ...sum, attempts, unreached: sum.unreached + row.n };
}

/** SMPP receipts come over the connection's own session; webhooks over whichever web process listens. */
export async function readIntakes(sql: Sql): Promise<(kind: ConnectionKind, id: string) => ReceiptIntake> {
  const { rows } = await sql.query<{ source: string; channel: number; lag_ms: number; backlog: number }>(
    `SELECT source, channel, lag_ms, backlog FROM receipt_intake WHERE beat_at > now() - make_interval(secs => $1)`,
    [INTAKE_FRESH_MS / 1_000],
  );
  const worst = (matching: typeof rows): ReceiptIntake =>
    matching.length === 0
      ? { state: "deaf" }
      : {
          state: "listening",
          lagMs: Math.max(...matching.map((row) => row.lag_ms)),
          backlog: matching.reduce((sum, row) => sum + row.backlog, 0),
        };
  return (kind, id) => {
    if (kind === "smpp") return worst(rows.filter((row) => row.source === `smpp:${id}:sms`));
    const code = CHANNEL_CODE[CONNECTION_CHANNEL[kind]];
    return worst(rows.filter((row) => row.source.startsWith("web:") && row.channel === code));
  };
}
