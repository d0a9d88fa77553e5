import type { DispatchPolicy } from "@/lib/domain/dispatch/dispatch-policy";
import { CHANNEL_CODE, type CampaignStatus, type Category, type Channel } from "@/lib/domain/vocabulary";
import type { Sql } from "../db/pool";

/** What may change at any moment and decides whether anything may leave. Read after the permission lock has been taken. */
export type Gate = {
  readonly policy: DispatchPolicy;
  /** Null: messages from the API. */
  readonly campaignStatus: CampaignStatus | null;
};

export async function readGate(sql: Sql, accountId: string, campaignId: string | null): Promise<Gate> {
  const { rows } = await sql.query({
    name: "read-gate",
    text: `SELECT a.sms_fallback_enabled, a.policy_version, a.unknown_is_undelivered,
             (SELECT c.status FROM campaign c WHERE c.account_id = a.id AND c.id = $2) AS campaign_status
           FROM account a WHERE a.id = $1`,
    values: [accountId, campaignId],
  });
  const row = rows[0];
  if (row === undefined) throw new Error(`No account ${accountId}.`);
  return {
    policy: {
      smsFallbackEnabled: row.sms_fallback_enabled,
      version: row.policy_version,
      unknownIsUndelivered: row.unknown_is_undelivered,
    },
    campaignStatus: row.campaign_status,
  };
}

/** Late failures of a completed campaign may still fall back. */
export function maySend(gate: Gate): boolean {
  return gate.campaignStatus === null || gate.campaignStatus === "running" || gate.campaignStatus === "completed";
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
    values: [accountId, e164s, CHANNEL_CODE[channel], category],
  });
  return new Map(
    rows.map((row) => [row.e164, row.reason === "blocked" ? ("blocked" as const) : ("opted_out" as const)]),
  );
}
