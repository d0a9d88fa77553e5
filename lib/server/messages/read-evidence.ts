import { attemptStatusOf } from "@/lib/domain/dispatch/attempt-state";
import type { AttemptFact, DecisionFact, SkippedFact } from "@/lib/domain/timeline/message-facts";
import { CHANNEL_CODE, CHANNELS, type Channel } from "@/lib/domain/vocabulary";
import type { TenantContext } from "../tenant-context";

export type Evidence = {
  readonly attempts: readonly AttemptFact[];
  readonly decisions: readonly DecisionFact[];
  readonly skipped: readonly SkippedFact[];
};

const NONE: Evidence = { attempts: [], decisions: [], skipped: [] };

type AttemptRow = {
  message_id: string;
  step: number;
  try: number;
  status: number;
  channel: number;
  negative: boolean;
  double_reach: boolean;
  parts: number;
  segments: number;
  connection_name: string | null;
  price_micros: string;
  cost_micros: string;
  sent_at: Date;
  outcome_at: Date | null;
  delivered_at: Date | null;
  read_at: Date | null;
  failed_at: Date | null;
  error_code: string | null;
  carrier_id: string | null;
  detail: string | null;
};

type DecisionRow = {
  message_id: string;
  step: number;
  allowed: boolean;
  trigger: DecisionFact["trigger"];
  denial: DecisionFact["denial"];
  error_code: string | null;
  policy_version: number;
  policy_source: DecisionFact["policySource"];
  wait_s: number | null;
  due_at: Date | null;
  receipt_lag_ms: number | null;
  decided_at: Date;
  evidence_at: Date | null;
};

/** The lowest and highest id let the planner leave out whole partitions. */
const OF_MESSAGES = `x.shard = $1 AND x.account_id = $2 AND x.message_id = ANY($3::bigint[])
  AND x.message_id BETWEEN $4::bigint AND $5::bigint`;

/** Attempts, decisions and skipped sends of these messages, in three indexed queries however many they are. */
export async function readEvidence(ctx: TenantContext, ids: readonly string[]): Promise<(id: string) => Evidence> {
  if (ids.length === 0) return () => NONE;
  const sorted = ids.map(BigInt).sort((a, b) => (a < b ? -1 : 1));
  const parameters = [ctx.shard, ctx.accountId, ids, String(sorted[0]), String(sorted.at(-1))];
  const [attempts, decisions, skipped] = await Promise.all([
    ctx.sql.query<AttemptRow>(
      `SELECT x.*, c.name AS connection_name FROM attempt x
         LEFT JOIN connection c ON c.account_id = x.account_id AND c.id = x.connection_id
        WHERE ${OF_MESSAGES} ORDER BY x.message_id, x.step, x.try`,
      parameters,
    ),
    ctx.sql.query<DecisionRow>(
      `SELECT x.* FROM fallback_decision x WHERE ${OF_MESSAGES} ORDER BY x.message_id, x.step`,
      parameters,
    ),
    ctx.sql.query<{ message_id: string; step: number; reason: string; at: Date }>(
      `SELECT x.* FROM skipped_send x WHERE ${OF_MESSAGES} ORDER BY x.message_id, x.step`,
      parameters,
    ),
  ]);
  const [a, d, s] = [group(attempts.rows), group(decisions.rows), group(skipped.rows)];
  return (id) => ({
    attempts: (a.get(id) ?? []).map(toAttempt),
    decisions: (d.get(id) ?? []).map(toDecision),
    skipped: (s.get(id) ?? []).map((row) => ({ step: row.step, reason: row.reason, atMs: row.at.getTime() })),
  });
}

function group<Row extends { message_id: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const own = groups.get(row.message_id);
    if (own === undefined) groups.set(row.message_id, [row]);
    else own.push(row);
  }
  return groups;
}

const CHANNEL_BY_CODE = new Map<number, Channel>(CHANNELS.map((channel) => [CHANNEL_CODE[channel], channel]));

/** @throws Error for a number that no channel has */
export function channelOfCode(code: number): Channel {
  const channel = CHANNEL_BY_CODE.get(code);
  if (channel === undefined) throw new Error(`No channel has the number ${code}.`);
  return channel;
}

function toAttempt(row: AttemptRow): AttemptFact {
  return {
    step: row.step,
    try: row.try,
    status: attemptStatusOf(row.status),
    channel: channelOfCode(row.channel),
    negative: row.negative,
    doubleReach: row.double_reach,
    parts: row.parts,
    segments: row.segments,
    connectionName: row.connection_name,
    priceMicros: Number(row.price_micros),
    costMicros: Number(row.cost_micros),
    sentAtMs: row.sent_at.getTime(),
    outcomeAtMs: row.outcome_at?.getTime() ?? null,
    deliveredAtMs: row.delivered_at?.getTime() ?? null,
    readAtMs: row.read_at?.getTime() ?? null,
    failedAtMs: row.failed_at?.getTime() ?? null,
    errorCode: row.error_code,
    carrierId: row.carrier_id,
    detail: row.detail,
  };
}

function toDecision(row: DecisionRow): DecisionFact {
  return {
    step: row.step,
    allowed: row.allowed,
    trigger: row.trigger,
    denial: row.denial,
    errorCode: row.error_code,
    policyVersion: row.policy_version,
    policySource: row.policy_source,
    waitS: row.wait_s,
    dueAtMs: row.due_at?.getTime() ?? null,
    receiptLagMs: row.receipt_lag_ms,
    decidedAtMs: row.decided_at.getTime(),
    evidenceAtMs: row.evidence_at?.getTime() ?? null,
  };
}
