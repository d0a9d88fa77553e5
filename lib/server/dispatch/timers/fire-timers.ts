import type pg from "pg";
import { classifyRefusal } from "@/lib/domain/carrier-codes/classify-refusal";
import { decideFallback, type FailureMeaning, type FallbackAnswer } from "@/lib/domain/dispatch/decide-fallback";
import { policySourceOf } from "@/lib/domain/dispatch/dispatch-policy";
import {
  ATTEMPT_STATUS_CODE,
  LANE,
  ROUTES,
  type Category,
  type Channel,
  type FallbackMode,
  type FallbackTrigger,
  type RouteKey,
} from "@/lib/domain/vocabulary";
import { plainArray } from "../../db/array-literal";
import type { Sql } from "../../db/pool";
import { rememberUnreachable, type Unreached } from "../../reachability/remember-unreachable";
import { noteDecisions } from "../../metrics/note-decisions";
import { anyOf, lockAttempts, rangeOf, type AttemptRow } from "../attempt-rows";
import type { DispatchDeps } from "../dispatch-deps";
import { failpoint } from "../failpoint";
import { readGate, readSuppressed, type Gate } from "../read-gate";
import { createRollupBatch } from "../rollup-batch";
import type { IntakeState } from "../receipts/beat-intake";
import { runTransaction, takeSharedPermissionLock } from "../run-transaction";
import { insertMemberBlock } from "../sending/store-verdicts";

/** Messages that one transaction decides on, at most about. */
export const MEMBERS_AT_ONCE = 1_000;

type DueGroup = { readonly accountId: string; readonly campaignId: string | null; readonly step: number };

/**
 * Answers every wait that is over: each member without a delivery is judged by the pure rule, the decision is stored with its
 * reasons, and those allowed become a block of the next step, all in one transaction.
 *
 * Silence proves nothing while receipts cannot be heard: such timers fire only if the channel's intake is beating, and as much later as
 * receipts lag. A definite failure needs no waiting.
 *
 * @returns how many messages were judged
 */
export async function fireTimers(
  deps: DispatchDeps,
  shard: number,
  intake: ReadonlyMap<Channel, IntakeState>,
): Promise<number> {
  let judged = 0;
  for (const group of await listDueGroups(deps.sql, shard, deps.now())) {
    const { answers, arrived } = await runTransaction(deps.sql, (sql) => fireGroup(sql, deps, shard, group, intake));
    if (answers.length > 0) failpoint("decisions.after");
    noteDecisions(deps.logger, answers, deps.now());
    judged += answers.length + arrived;
  }
  return judged;
}

async function listDueGroups(sql: Sql, shard: number, nowMs: number): Promise<DueGroup[]> {
  const { rows } = await sql.query({
    name: "list-due-timers",
    text: `SELECT DISTINCT account_id, campaign_id, step FROM (
             SELECT account_id, campaign_id, step FROM fallback_timer
             WHERE shard = $1 AND NOT held AND due_at <= to_timestamp($2::bigint / 1000.0) ORDER BY due_at LIMIT 2000) due`,
    values: [shard, Math.floor(nowMs)],
  });
  return rows.map((row) => ({ accountId: row.account_id, campaignId: row.campaign_id, step: row.step }));
}

type Member = {
  readonly id: string;
  readonly e164: string;
  readonly country: string;
  readonly category: Category;
  readonly route: RouteKey;
  readonly mode: FallbackMode;
};

type Wait = {
  readonly trigger: FallbackTrigger;
  readonly waitS: number;
  readonly dueAtMs: number;
  readonly timerId: string;
};

async function fireGroup(
  sql: pg.PoolClient,
  deps: DispatchDeps,
  shard: number,
  group: DueGroup,
  intake: ReadonlyMap<Channel, IntakeState>,
): Promise<Fired> {
  const { accountId, campaignId, step } = group;
  const locked = takeSharedPermissionLock(sql, accountId);
  const [gate, awaited] = await Promise.all([
    readGate(sql, accountId, campaignId),
    channelsOf(sql, shard, group),
    locked,
  ]);
  if (gate.campaignStatus === "paused") {
    await holdTimers(sql, shard, accountId, campaignId);
    return NOTHING_FIRED;
  }
  const waits = await takeTimers(sql, deps, shard, group, intake, awaited);
  if (waits.size === 0) return NOTHING_FIRED;
  failpoint("timers.before");
  const arrived = await readDelivered(sql, shard, [...waits.keys()]);
  const ids = [...waits.keys()].filter((id) => !arrived.has(id));
  if (ids.length === 0) return { answers: [], arrived: arrived.size };
  // In this order: what is read is as it stands once the attempts are locked.
  const locking = lockAttempts(sql, shard, ids);
  const [members, decided, rows] = await Promise.all([
    readMembers(sql, shard, ids),
    readDecided(sql, shard, ids, step),
    locking,
  ]);
  const attempts = byMessage(rows);
  const suppressed = await readSuppressedByCategory(sql, accountId, step, members);
  const answers = members.map((member): Judged => {
    const wait = waits.get(member.id) ?? NO_WAIT;
    const own = attempts.get(member.id) ?? [];
    const failure = wait.trigger === "failure" ? failureOf(own, step) : null;
    const answer = decideFallback({
      trigger: wait.trigger,
      category: member.category,
      step,
      stepCount: ROUTES[member.route].length,
      statuses: own.map((attempt) => attempt.status),
      alreadyDecided: decided.has(member.id),
      mode: member.mode,
      policy: gate.policy,
      campaignStatus: gate.campaignStatus,
      suppression: suppressed.get(member.e164) ?? null,
      failure: failure?.meaning ?? null,
    });
    return { member, wait, answer, errorCode: failure?.code ?? null };
  });
  await Promise.all([
    storeAnswers(sql, deps, shard, group, gate, answers, intake),
    rememberUnreachable(sql, accountId, unreachedOf(answers, step, deps.now())),
  ]);
  failpoint("decisions.before");
  return { answers, arrived: arrived.size };
}

type Fired = {
  readonly answers: readonly Judged[];
  /** Members about whom there was nothing to ask. */
  readonly arrived: number;
};

const NOTHING_FIRED: Fired = { answers: [], arrived: 0 };

/** Most waits end so. Without a lock, for a delivery is never taken back; one that is being stored meanwhile is seen under the lock. */
async function readDelivered(sql: Sql, shard: number, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql.query({
    name: "read-delivered",
    text: `SELECT a.message_id FROM attempt a WHERE a.shard = $1 AND a.message_id = ${anyOf(2)}
             AND a.message_id BETWEEN $3 AND $4 AND a.status >= ${ATTEMPT_STATUS_CODE.delivered}`,
    values: [shard, plainArray(ids), ...rangeOf(ids)],
  });
  return new Set(rows.map((row) => String(row.message_id)));
}

function byMessage(attempts: readonly AttemptRow[]): ReadonlyMap<string, readonly AttemptRow[]> {
  const grouped = new Map<string, AttemptRow[]>();
  for (const attempt of attempts) {
    const own = grouped.get(attempt.messageId);
    if (own === undefined) grouped.set(attempt.messageId, [attempt]);
    else own.push(attempt);
  }
  return grouped;
}

/** Those who were delivered to all the same are settled without a decision. */
function unreachedOf(answers: readonly Judged[], step: number, atMs: number): readonly Unreached[] {
  return answers.flatMap(({ member, wait, answer, errorCode: code }) => {
    const channel = ROUTES[member.route][step];
    if (wait.trigger !== "failure" || answer.kind === "settled" || channel === undefined) return [];
    return [{ e164: member.e164, country: member.country, channel, code, atMs }];
  });
}

const NO_WAIT: Wait = { trigger: "silence", waitS: 0, dueAtMs: 0, timerId: "0" };

async function holdTimers(
  sql: pg.PoolClient,
  shard: number,
  accountId: string,
  campaignId: string | null,
): Promise<void> {
  await sql.query(
    "UPDATE fallback_timer SET held = true WHERE shard = $1 AND account_id = $2 AND campaign_id = $3 AND NOT held",
    [shard, accountId, campaignId],
  );
}

/** Takes the group's due timers away, oldest first, and says for each member which wait is over; a failure says more than silence. */
async function takeTimers(
  sql: pg.PoolClient,
  deps: DispatchDeps,
  shard: number,
  group: DueGroup,
  intake: ReadonlyMap<Channel, IntakeState>,
  awaited: readonly Channel[],
): Promise<Map<string, Wait>> {
  const lagMs = Math.max(0, ...awaited.map((channel) => intake.get(channel)?.lagMs ?? 0));
  const heard = awaited.every((channel) => intake.has(channel));
  const { rows } = await sql.query({
    name: "take-due-timers",
    text: `WITH due AS (
             SELECT id, cardinality(members) AS n FROM fallback_timer
             WHERE shard = $1 AND account_id = $2 AND campaign_id IS NOT DISTINCT FROM $3::uuid AND step = $4 AND NOT held
               AND (CASE WHEN trigger = 'failure' THEN due_at <= to_timestamp($5::bigint / 1000.0)
                    ELSE $6::boolean AND due_at <= to_timestamp(($5::bigint - $7::bigint) / 1000.0) END)
             ORDER BY due_at, id LIMIT 500 FOR UPDATE SKIP LOCKED),
           chosen AS (SELECT id FROM (SELECT id, sum(n) OVER (ORDER BY id) - n AS before FROM due) d WHERE before < $8)
           DELETE FROM fallback_timer t USING chosen WHERE t.shard = $1 AND t.id = chosen.id
           RETURNING t.id, t.trigger, t.wait_s, t.due_at, t.members`,
    values: [
      ...[shard, group.accountId, group.campaignId, group.step, Math.floor(deps.now())],
      ...[heard, lagMs, MEMBERS_AT_ONCE],
    ],
  });
  const waits = new Map<string, Wait>();
  for (const row of rows) {
    const wait: Wait = {
      trigger: row.trigger,
      waitS: row.wait_s,
      dueAtMs: row.due_at.getTime(),
      timerId: String(row.id),
    };
    for (const member of row.members as unknown[]) {
      if (wait.trigger === "failure" || !waits.has(String(member))) waits.set(String(member), wait);
    }
  }
  return waits;
}

/** The channels whose receipts the group waits for: one for a campaign, those of every route for messages of the API. */
async function channelsOf(sql: pg.PoolClient, shard: number, group: DueGroup): Promise<Channel[]> {
  if (group.campaignId === null)
    return ["whatsapp", "viber"].filter((c) => isUsed(c as Channel, group.step)) as Channel[];
  const { rows } = await sql.query("SELECT route FROM campaign WHERE account_id = $1 AND id = $2", [
    group.accountId,
    group.campaignId,
  ]);
  const channel = ROUTES[(rows[0]?.route ?? "sms") as RouteKey][group.step];
  return channel === undefined || channel === "sms" ? [] : [channel];
}

function isUsed(channel: Channel, step: number): boolean {
  return Object.values(ROUTES).some((route) => (route as readonly Channel[])[step] === channel);
}

async function readDecided(
  sql: Sql,
  shard: number,
  ids: readonly string[],
  step: number,
): Promise<ReadonlySet<string>> {
  const { rows } = await sql.query({
    name: "read-decided",
    text: `SELECT message_id FROM fallback_decision WHERE shard = $1 AND message_id = ${anyOf(2)}
             AND message_id BETWEEN $3 AND $4 AND step = $5`,
    values: [shard, ids, ...rangeOf(ids), step],
  });
  return new Set(rows.map((row) => String(row.message_id)));
}

async function readMembers(sql: Sql, shard: number, ids: readonly string[]): Promise<Member[]> {
  const { rows } = await sql.query({
    name: "read-timer-members",
    text: `SELECT m.id, m.e164, m.country, coalesce(m.category, c.category) AS category, coalesce(m.route, c.route) AS route,
             coalesce(m.fallback_mode, c.fallback_mode, 'inherit') AS mode
           FROM unnest($2::bigint[]) AS x(id) CROSS JOIN LATERAL (
             SELECT * FROM message m WHERE m.shard = $1 AND m.id = x.id AND m.id BETWEEN $3 AND $4 OFFSET 0) m
           LEFT JOIN campaign c ON c.account_id = m.account_id AND c.id = m.campaign_id ORDER BY m.id`,
    values: [shard, ids, ...rangeOf(ids)],
  });
  return rows.map((row) => ({ ...row, id: String(row.id) }) as Member);
}

/** Of the next step's channel: whoever may not be reached there. */
async function readSuppressedByCategory(
  sql: Sql,
  accountId: string,
  step: number,
  members: readonly Member[],
): Promise<ReadonlyMap<string, "opted_out" | "blocked">> {
  const found = new Map<string, "opted_out" | "blocked">();
  for (const category of new Set(members.map((member) => member.category))) {
    for (const channel of new Set(members.map((member) => ROUTES[member.route][step + 1]))) {
      if (channel === undefined) continue;
      const own = members.filter(
        (member) => member.category === category && ROUTES[member.route][step + 1] === channel,
      );
      for (const [e164, why] of await readSuppressed(
        sql,
        accountId,
        own.map((member) => member.e164),
        channel,
        category,
      )) {
        found.set(e164, why);
      }
    }
  }
  return found;
}

const MEANING = {
  fallback: "unreachable_here",
  fallback_if_allowed: "unreachable_here",
  retry: "unreachable_here",
  slow_down: "unreachable_here",
  unknown_outcome: "unreachable_here",
  sender_fault: "sender_fault",
  template_fault: "template_fault",
  content_fault: "content_fault",
  opt_out: "opted_out",
  blocked: "blocked",
  bad_number: "bad_number",
} as const satisfies Record<ReturnType<typeof classifyRefusal>["action"], FailureMeaning>;

function failureOf(
  attempts: readonly AttemptRow[],
  step: number,
): { readonly meaning: FailureMeaning; readonly code: string | null } | null {
  const last = attempts.filter((attempt) => attempt.step === step).at(-1);
  if (last === undefined) return null;
  if (last.errorCode === null || last.status === "not_sent")
    return { meaning: "unreachable_here", code: last.errorCode };
  const kind = last.status === "refused" ? "refusal" : "receipt";
  return { meaning: MEANING[classifyRefusal(last.channel, last.errorCode, kind).action], code: last.errorCode };
}

type Judged = {
  readonly member: Member;
  readonly wait: Wait;
  readonly answer: FallbackAnswer;
  readonly errorCode: string | null;
};

async function storeAnswers(
  sql: pg.PoolClient,
  deps: DispatchDeps,
  shard: number,
  group: DueGroup,
  gate: Gate,
  answers: readonly Judged[],
  intake: ReadonlyMap<Channel, IntakeState>,
): Promise<void> {
  const nowMs = Math.round(deps.now());
  const decided = answers.filter(({ answer }) => answer.kind === "allowed" || answer.kind === "denied");
  if (decided.length === 0) return;
  const rollups = createRollupBatch();
  const records = decided.map(({ member, wait, answer, errorCode }) => {
    const channel = ROUTES[member.route][group.step] ?? "sms";
    const denial = answer.kind === "denied" ? answer.denial : null;
    rollups.add({
      ...{
        accountId: group.accountId,
        campaignId: group.campaignId,
        step: group.step,
        channel,
        country: member.country,
      },
      ...{ atMs: nowMs, kind: denial === null ? "fallback" : "fallback_denied", code: denial ?? wait.trigger },
      ...{ n: 1, segments: 0, costMicros: 0 },
    });
    return {
      message_id: member.id,
      allowed: denial === null,
      trigger: wait.trigger,
      denial,
      error_code: errorCode,
      policy_source: policySourceOf(member.mode, group.campaignId),
      wait_s: wait.trigger === "failure" ? null : wait.waitS,
      due_at: Math.round(wait.dueAtMs),
      receipt_lag_ms: intake.get(channel)?.lagMs ?? null,
    };
  });
  const storing = sql.query({
    name: "insert-decisions",
    text: `INSERT INTO fallback_decision (shard, message_id, step, account_id, campaign_id, allowed, trigger, denial, error_code,
             policy_version, policy_source, wait_s, due_at, receipt_lag_ms, decided_at)
           SELECT $1, message_id, $2, $3, $4, allowed, trigger, denial, error_code, $5, policy_source, wait_s,
             to_timestamp(due_at / 1000.0), receipt_lag_ms, to_timestamp($6::bigint / 1000.0)
           FROM jsonb_to_recordset($7::jsonb) AS x(message_id bigint, allowed boolean, trigger text, denial text, error_code text,
             policy_source text, wait_s integer, due_at bigint, receipt_lag_ms integer)`,
    values: [shard, group.step, group.accountId, group.campaignId, gate.policy.version, nowMs, JSON.stringify(records)],
  });
  await Promise.all([storing, rollups.write(sql), queueNextStep(sql, shard, group, decided, nowMs)]);
}

async function queueNextStep(
  sql: pg.PoolClient,
  shard: number,
  group: DueGroup,
  decided: readonly Judged[],
  nowMs: number,
): Promise<void> {
  // One channel a block: single messages of one account may take different routes, and a block is sent by one run.
  const groups = new Map<string, { readonly lane: number; readonly members: string[] }>();
  for (const { member, answer } of decided) {
    if (answer.kind !== "allowed") continue;
    const lane = LANE[member.category];
    const key = `${lane}:${ROUTES[member.route][answer.toStep]}`;
    const own = groups.get(key) ?? { lane, members: [] };
    own.members.push(member.id);
    groups.set(key, own);
  }
  for (const { lane, members } of groups.values()) {
    for (let from = 0; from < members.length; from += MEMBERS_AT_ONCE) {
      await insertMemberBlock(sql, shard, {
        ...{ accountId: group.accountId, campaignId: group.campaignId, step: group.step + 1, try: 0, lane },
        ...{ held: false, availableAtMs: nowMs, members: members.slice(from, from + MEMBERS_AT_ONCE) },
      });
    }
  }
}
