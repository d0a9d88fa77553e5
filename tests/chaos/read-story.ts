import type pg from "pg";
import { canonicalMessageId } from "../../lib/carriers/smpp/message-id";
import { CHANNELS, type Category, type Channel } from "../../lib/domain/vocabulary";
import { LEASE_MS } from "../../lib/server/dispatch/dispatch-deps";
import type { LedgerEntry } from "../../scripts/compare-ledger";
import type { ChaosStack } from "./chaos-stack";
import { receiptKey, type JudgedAttempt, type JudgedDecision, type JudgedMessage, type Story } from "./judge";
import type { FaultRecord } from "./run-faults";
import { readTakeovers } from "./takeovers";

/** Reads, from the database itself and the carriers' ledger, all that there is to judge by. */
export async function readStory(
  stack: ChaosStack,
  entries: readonly LedgerEntry[],
  faults: readonly FaultRecord[],
): Promise<Story> {
  const { sql } = stack.database;
  return {
    messages: await readMessages(sql),
    attempts: await readAttempts(sql),
    decisions: await readDecisions(sql),
    entries: entries.map((entry) =>
      entry.channel === "sms"
        ? { ...entry, receiptId: canonicalMessageId(entry.receiptId, "receipt", "decimal") }
        : entry,
    ),
    kept: await readKept(sql),
    takeovers: await readTakeovers(sql),
    faults,
    leaseMs: LEASE_MS,
    scenarioOf: (channel, e164) => stack.sandbox.scenarios.choose(channel, e164).scenario,
  };
}

async function readMessages(sql: pg.Pool): Promise<JudgedMessage[]> {
  const { rows } = await sql.query(
    `SELECT m.id, m.e164, coalesce(m.category, c.category) AS category
     FROM message m LEFT JOIN campaign c ON c.account_id = m.account_id AND c.id = m.campaign_id`,
  );
  return rows.map((row) => ({ id: String(row.id), e164: row.e164, category: row.category as Category }));
}

async function readAttempts(sql: pg.Pool): Promise<JudgedAttempt[]> {
  const { rows } = await sql.query(
    `SELECT a.message_id, m.e164, a.channel, a.status, a.error_code, a.sent_at, coalesce(a.outcome_at, a.sent_at) AS outcome_at
     FROM attempt a JOIN message m ON m.shard = a.shard AND m.id = a.message_id`,
  );
  return rows.map((row) => ({
    messageId: String(row.message_id),
    e164: row.e164,
    channel: channelOf(row.channel),
    status: row.status,
    errorCode: row.error_code,
    sentAtMs: row.sent_at.getTime(),
    outcomeAtMs: row.outcome_at.getTime(),
  }));
}

async function readDecisions(sql: pg.Pool): Promise<JudgedDecision[]> {
  const { rows } = await sql.query("SELECT message_id, allowed, trigger FROM fallback_decision");
  return rows.map((row) => ({ messageId: String(row.message_id), allowed: row.allowed, trigger: row.trigger }));
}

async function readKept(sql: pg.Pool): Promise<Set<string>> {
  const { rows } = await sql.query(
    `SELECT DISTINCT c.channel, r.carrier_id, r.kind FROM (
       SELECT connection_id, carrier_id, kind FROM receipt UNION ALL SELECT connection_id, carrier_id, kind FROM orphan_receipt) r
     JOIN connection c ON c.id = r.connection_id`,
  );
  return new Set(rows.map((row) => receiptKey(channelOf(row.channel), row.carrier_id, row.kind)));
}

function channelOf(code: unknown): Channel {
  return CHANNELS[Number(code) - 1] ?? "sms";
}
