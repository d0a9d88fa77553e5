import type { DispatchPolicy } from "@/lib/domain/dispatch/dispatch-policy";
import {
  ATTEMPT_STATUS_CODE,
  CHANNEL_CODE,
  type CampaignStatus,
  type Category,
  type Channel,
} from "@/lib/domain/vocabulary";
import { plainArray, textArray } from "../db/array-literal";
import type { Sql } from "../db/pool";
import { rangeOf } from "./attempt-rows";

/** What may change at any moment and decides whether anything may leave. Read after the permission lock has been taken. */
export type Gate = {
  readonly policy: DispatchPolicy;
  /** Null: messages from the API. */
  readonly campaignStatus: CampaignStatus | null;
};

/** Of account `a`, and of the campaign `$2` where there is one. */
const GATE = `a.sms_fallback_enabled, a.policy_version, a.unknown_is_undelivered,
  (SELECT c.status FROM campaign c WHERE c.account_id = a.id AND c.id = $2) AS campaign_status`;

export async function readGate(sql: Sql, accountId: string, campaignId: string | null): Promise<Gate> {
  const { rows } = await sql.query({
    name: "read-gate",
    text: `SELECT ${GATE}
           FROM account a WHERE a.id = $1`,
    values: [accountId, campaignId],
  });
  const row = rows[0];
  if (row === undefined) throw new Error(`No account ${accountId}.`);
  return toGate(row);
}

function toGate(row: Readonly<Record<string, unknown>>): Gate {
  return {
    policy: {
      smsFallbackEnabled: row.sms_fallback_enabled === true,
      version: Number(row.policy_version),
      unknownIsUndelivered: row.unknown_is_undelivered === true,
    },
    campaignStatus: row.campaign_status as CampaignStatus | null,
  };
}

/** Late failures of a completed campaign may still fall back. */
export function maySend(gate: Gate): boolean {
  return gate.campaignStatus === null || gate.campaignStatus === "running" || gate.campaignStatus === "completed";
}

/** What decides whether sends may leave now, of all of them and of each. */
export type Permission = {
  readonly gate: Gate;
  /** Who must not be written to by this channel in this category, and why. */
  readonly suppressed: ReadonlyMap<string, "opted_out" | "blocked">;
  /** Messages that a channel before has delivered after all. */
  readonly delivered: ReadonlySet<string>;
};

/** Who is about to be written to. */
export type Asked = {
  readonly shard: number;
  readonly accountId: string;
  readonly campaignId: string | null;
  readonly channel: Channel;
  readonly category: Category;
  readonly e164s: readonly string[];
  /** Those of them that have left by a channel before. */
  readonly laterIds: readonly string[];
};

/** {@link readGate} for a sub-batch: one statement, so one moment. */
export async function readPermission(sql: Sql, asked: Asked): Promise<Permission> {
  const { rows } = await sql.query({
    name: "read-permission",
    text: `SELECT ${GATE},
             ARRAY(SELECT CASE s.reason WHEN 'blocked' THEN 'b' ELSE 'o' END || s.e164 FROM suppression s
                   WHERE s.account_id = a.id AND s.e164 = ANY($3::text[]) AND s.lifted_at IS NULL
                     AND (s.channel IS NULL OR s.channel = $4) AND (s.category IS NULL OR s.category = $5)) AS suppressed,
             ARRAY(SELECT t.message_id FROM attempt t WHERE t.shard = $6 AND t.message_id = ANY($7::bigint[])
                     AND t.message_id BETWEEN $8 AND $9 AND t.status >= ${ATTEMPT_STATUS_CODE.delivered}) AS delivered
           FROM account a WHERE a.id = $1`,
    values: [
      ...[asked.accountId, asked.campaignId, textArray(asked.e164s), CHANNEL_CODE[asked.channel], asked.category],
      ...[asked.shard, plainArray(asked.laterIds), ...rangeOf(asked.laterIds)],
    ],
  });
  const row = rows[0];
  if (row === undefined) throw new Error(`No account ${asked.accountId}.`);
  return {
    gate: toGate(row),
    suppressed: new Map(
      (row.suppressed as string[]).map((text) => [text.slice(1), text.startsWith("b") ? "blocked" : "opted_out"]),
    ),
    delivered: new Set((row.delivered as unknown[]).map(String)),
  };
}

/** Who of these must not be written to by this channel in this category, and why. */
export async function readSuppressed(
  sql: Sql,
  accountId: string,
  e164s: readonly string[],
  channel: Channel,
  category: Category,
): Promise<ReadonlyMap<string, "opted_out" | "blocked">> {
  if (e164s.length === 0) return new Map();
  const { rows } = await sql.query({
    name: "read-suppressed",
    text: `SELECT e164, reason FROM suppression
           WHERE account_id = $1 AND e164 = ANY($2::text[]) AND lifted_at IS NULL
             AND (channel IS NULL OR channel = $3) AND (category IS NULL OR category = $4)`,
    values: [accountId, textArray(e164s), CHANNEL_CODE[channel], category],
  });
  return new Map(
    rows.map((row) => [row.e164, row.reason === "blocked" ? ("blocked" as const) : ("opted_out" as const)]),
  );
}
