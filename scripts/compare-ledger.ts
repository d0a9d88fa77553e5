import type pg from "pg";
import { z } from "zod";
import { canonicalMessageId, type ReceiptIdFormat } from "../lib/carriers/smpp/message-id";
import { messageIdFloor, parseReference } from "../lib/domain/dispatch/attempt-reference";
import { ATTEMPT_STATUS_CODE, CHANNELS, CHANNEL_CODE, type Channel } from "../lib/domain/vocabulary";

const entrySchema = z.object({
  seq: z.number(),
  channel: z.enum(CHANNELS),
  connectionId: z.string(),
  carrierId: z.string(),
  to: z.string(),
  reference: z.string().nullable(),
  part: z.object({ total: z.number(), sequence: z.number() }).nullable(),
  receiptId: z.string(),
  receipts: z.array(z.object({ kind: z.string(), acknowledged: z.boolean() })),
});
const pageSchema = z.object({ entries: z.array(entrySchema), next: z.number().nullable() });
export type LedgerEntry = z.infer<typeof entrySchema>;

export type ComparedAttempt = {
  readonly key: string;
  readonly messageId: string;
  readonly channel: Channel;
  readonly status: number;
  readonly segments: number;
  readonly e164: string;
  readonly carrierId: string | null;
};

export type Finding = {
  readonly what: string;
  readonly count: number;
  /** A fault if there is any; otherwise only told. */
  readonly bad: boolean;
  readonly examples: readonly string[];
};

export type Comparison = {
  readonly entries: readonly LedgerEntry[];
  readonly attempts: readonly ComparedAttempt[];
  readonly findings: readonly Finding[];
};

/**
 * Compares what the carriers say they took (the sandbox's ledger) with what the database says was sent, both ways, and counts what has
 * become of every message since the ledger's beginning.
 *
 * @param campaignId null: everything
 */
export async function compareLedger(pool: pg.Pool, sandboxUrl: string, campaignId: string | null): Promise<Comparison> {
  const since = await ledgerBegin(sandboxUrl);
  const entries = await readLedger(sandboxUrl);
  const attempts = await readAttempts(pool, campaignId, since);
  const findings = [
    ...(await compare(pool, entries, attempts, campaignId)),
    ...(await checkConservation(pool, campaignId, since)),
  ];
  return { entries, attempts, findings };
}

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  return response.json();
}

/** Messages older than the ledger were sent elsewhere (the demo's history). */
async function ledgerBegin(sandbox: string): Promise<number> {
  const summary = z.object({ generation: z.number() }).parse(await getJson(`${sandbox}/_sandbox/ledger/summary`));
  return summary.generation;
}

async function readLedger(sandbox: string): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for (let after: number | null = 0; after !== null;) {
    const page: z.infer<typeof pageSchema> = pageSchema.parse(
      await getJson(`${sandbox}/_sandbox/ledger?after=${after}&limit=1000`),
    );
    entries.push(...page.entries);
    after = page.next;
  }
  return entries;
}

async function readAttempts(pool: pg.Pool, campaignId: string | null, sinceMs: number): Promise<ComparedAttempt[]> {
  const { rows } = await pool.query(
    `SELECT a.shard, a.message_id, a.step, a.try, a.channel, a.status, a.segments, a.carrier_id, m.e164
     FROM attempt a JOIN message m ON m.shard = a.shard AND m.id = a.message_id
     WHERE a.message_id >= $1 AND ($2::uuid IS NULL OR a.campaign_id = $2)`,
    [messageIdFloor(sinceMs), campaignId],
  );
  return rows.map((row) => ({
    key: `${row.shard}.${row.message_id}.${row.step}.${row.try}`,
    messageId: String(row.message_id),
    channel: CHANNELS.find((one) => CHANNEL_CODE[one] === row.channel) ?? "sms",
    status: row.status,
    segments: row.segments,
    e164: row.e164,
    carrierId: row.carrier_id,
  }));
}

/** Which attempt each SMS by SMPP belongs to: its carrier's id, under the system id of its connection. */
async function smsKeys(
  pool: pg.Pool,
  entries: readonly LedgerEntry[],
): Promise<Map<number, { key: string; part: number }>> {
  const { rows: connections } = await pool.query("SELECT id, config FROM connection WHERE kind = 'smpp'");
  const { rows: refs } = await pool.query(
    `SELECT r.connection_id, r.carrier_id, r.shard, r.message_id, r.step, r.try, r.part FROM carrier_ref r
     JOIN connection c ON c.id = r.connection_id AND c.kind = 'smpp'`,
  );
  const byId = new Map(
    refs.map((row) => [
      `${row.connection_id}|${row.carrier_id}`,
      { key: `${row.shard}.${row.message_id}.${row.step}.${row.try}`, part: Number(row.part) },
    ]),
  );
  const found = new Map<number, { key: string; part: number }>();
  for (const entry of entries) {
    if (entry.channel !== "sms") continue;
    for (const { id, config } of connections) {
      if (config.systemId !== entry.connectionId) continue;
      const format = (config.receiptIdFormat ?? "auto") as ReceiptIdFormat;
      const hit = byId.get(`${id}|${canonicalMessageId(entry.carrierId, "response", format)}`);
      if (hit !== undefined) found.set(entry.seq, hit);
    }
  }
  return found;
}

async function compare(
  pool: pg.Pool,
  entries: readonly LedgerEntry[],
  attempts: readonly ComparedAttempt[],
  campaignId: string | null,
): Promise<Finding[]> {
  const byKey = new Map(attempts.map((attempt) => [attempt.key, attempt]));
  const sms = await smsKeys(pool, entries);
  const taken = new Map<string, number>();
  const unclaimedSms = new Map<string, number>();
  const unattempted: string[] = [];
  const disowned: string[] = [];
  for (const entry of entries) {
    // SMS by HTTP is taken whole, under our reference; by SMPP in parts, each under an id of the carrier's.
    const part = entry.channel === "sms" && entry.reference === null ? (sms.get(entry.seq) ?? null) : null;
    const key = entry.reference ?? part?.key ?? null;
    const attempt = key === null ? undefined : byKey.get(key);
    if (attempt === undefined) {
      if (entry.channel === "sms" && key === null) {
        unclaimedSms.set(entry.to, (unclaimedSms.get(entry.to) ?? 0) + 1);
      } else if (campaignId === null || parseReference(key) === null) {
        unattempted.push(`ledger ${entry.seq} (${entry.channel}) reference ${key}`);
      }
      continue;
    }
    const place = part === null ? attempt.key : `${attempt.key}#${part.part}`;
    taken.set(place, (taken.get(place) ?? 0) + 1);
    if (!isTaken(attempt.status) && attempt.status !== ATTEMPT_STATUS_CODE.unknown && !isPartial(attempt)) {
      disowned.push(`${attempt.key} has status ${attempt.status}`);
    }
  }
  const unclaimed = checkByNumber(unclaimedSms, attempts, campaignId);
  const twice = [...taken].filter(([, n]) => n > 1).map(([place, n]) => `${place} taken ${n} times`);
  return [
    { what: "taken by a carrier, no attempt here", count: unattempted.length, bad: true, examples: unattempted },
    {
      what: "SMS taken without a carrier's id here, more than unknown attempts explain",
      count: unclaimed.length,
      bad: true,
      examples: unclaimed,
    },
    { what: "taken twice under one reference or part", count: twice.length, bad: true, examples: twice },
    { what: "taken, but here it says refused or not sent", count: disowned.length, bad: true, examples: disowned },
    missing(attempts, taken),
    twoSms(attempts),
  ];
}

function isTaken(status: number): boolean {
  return status >= ATTEMPT_STATUS_CODE.accepted;
}

/** A multi-part SMS refused halfway: the parts before were taken, and are counted as segments. */
function isPartial(attempt: ComparedAttempt): boolean {
  return attempt.channel === "sms" && attempt.segments > 0;
}

/** An SMS whose answer was lost has no id here: its number must have an attempt that is unknown. */
function checkByNumber(
  unclaimed: ReadonlyMap<string, number>,
  attempts: readonly ComparedAttempt[],
  campaignId: string | null,
): string[] {
  const unknown = new Map<string, number>();
  for (const { channel, status, e164 } of attempts) {
    if (channel === "sms" && status === ATTEMPT_STATUS_CODE.unknown) unknown.set(e164, (unknown.get(e164) ?? 0) + 1);
  }
  const problems: string[] = [];
  for (const [number, parts] of unclaimed) {
    if (campaignId !== null && !unknown.has(number)) continue;
    if (!unknown.has(number)) problems.push(`${parts} part(s) to a number ending in ${number.slice(-4)}`);
  }
  return problems;
}

function missing(attempts: readonly ComparedAttempt[], taken: ReadonlyMap<string, number>): Finding {
  const absent = attempts.filter((attempt) => {
    if (!isTaken(attempt.status)) return false;
    if (taken.has(attempt.key)) return false;
    if (attempt.channel !== "sms") return true;
    for (let part = 0; part < Math.max(1, attempt.segments); part += 1)
      if (!taken.has(`${attempt.key}#${part}`)) return true;
    return false;
  });
  return {
    what: "accepted here, not in the ledger",
    count: absent.length,
    bad: true,
    examples: absent.map((attempt) => attempt.key),
  };
}

/** Two attempts by SMS of one message that both may have left. */
function twoSms(attempts: readonly ComparedAttempt[]): Finding {
  const counts = new Map<string, number>();
  for (const { channel, status, messageId } of attempts) {
    if (channel !== "sms" || (!isTaken(status) && status !== ATTEMPT_STATUS_CODE.unknown)) continue;
    counts.set(messageId, (counts.get(messageId) ?? 0) + 1);
  }
  const twice = [...counts].filter(([, n]) => n > 1).map(([messageId]) => messageId);
  return { what: "messages with more than one SMS", count: twice.length, bad: true, examples: twice };
}

/** Every message is accounted for: has an attempt or a skip, or waits in a block that will still be worked on. */
async function checkConservation(pool: pg.Pool, campaignId: string | null, sinceMs: number): Promise<Finding[]> {
  const { rows } = await pool.query(
    `WITH mine AS (SELECT shard, id, campaign_id FROM message WHERE id >= $1 AND ($2::uuid IS NULL OR campaign_id = $2)),
     open AS (
       SELECT DISTINCT shard, unnest(coalesce(members, ARRAY(SELECT generate_series(first_id, first_id + size - 1)))) AS id
       FROM block WHERE state IN (0, 1, 3)),
     judged AS (
       SELECT m.id,
         EXISTS (SELECT 1 FROM attempt a WHERE a.shard = m.shard AND a.message_id = m.id AND a.status >= 70) AS reached,
         EXISTS (SELECT 1 FROM attempt a WHERE a.shard = m.shard AND a.message_id = m.id) AS attempted,
         EXISTS (SELECT 1 FROM attempt a WHERE a.shard = m.shard AND a.message_id = m.id AND a.status IN (40, 50)) AS pending,
         EXISTS (SELECT 1 FROM attempt a WHERE a.shard = m.shard AND a.message_id = m.id AND a.status = 20) AS unknown,
         EXISTS (SELECT 1 FROM skipped_send s WHERE s.shard = m.shard AND s.message_id = m.id) AS skipped,
         o.id IS NOT NULL AS queued,
         c.status = 'cancelled' AS cancelled
       FROM mine m LEFT JOIN campaign c ON c.id = m.campaign_id LEFT JOIN open o ON o.shard = m.shard AND o.id = m.id)
     SELECT count(*)::integer AS messages,
       count(*) FILTER (WHERE reached)::integer AS reached,
       count(*) FILTER (WHERE NOT reached AND queued)::integer AS queued,
       count(*) FILTER (WHERE NOT reached AND NOT queued AND pending)::integer AS pending,
       count(*) FILTER (WHERE NOT reached AND NOT queued AND NOT pending AND unknown)::integer AS unknown,
       count(*) FILTER (WHERE NOT reached AND NOT queued AND NOT pending AND NOT unknown AND attempted)::integer AS failed,
       count(*) FILTER (WHERE NOT attempted AND NOT queued AND skipped)::integer AS skipped,
       count(*) FILTER (WHERE NOT attempted AND NOT queued AND NOT skipped AND cancelled)::integer AS cancelled,
       count(*) FILTER (WHERE NOT attempted AND NOT queued AND NOT skipped AND cancelled IS NOT TRUE)::integer AS lost
     FROM judged`,
    [messageIdFloor(sinceMs), campaignId],
  );
  const row = rows[0] as Record<string, number>;
  const words = ["messages", "reached", "queued", "pending", "unknown", "failed", "skipped", "cancelled"] as const;
  return [
    ...words.map((what) => ({ what: `  ${what}`, count: row[what] ?? 0, bad: false, examples: [] })),
    { what: "messages that nothing accounts for", count: row.lost ?? 0, bad: true, examples: [] },
  ];
}
