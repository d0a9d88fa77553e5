import { randomUUID } from "node:crypto";
import type { SendOutcome } from "@/lib/carriers/connector";
import { AppError } from "@/lib/domain/app-error";
import { CHANNELS, type Category, type Channel, type RouteKey } from "@/lib/domain/vocabulary";
import { createTestAccount, type TestAccount, type TestDatabase } from "../../../tests/int/harness";
import type { LiveConnection } from "../connections/connection-registry";
import { tenantContext, type TenantContext } from "../tenant-context";
import { createFactsCache } from "./campaign-facts";
import { lastSendMs, type DispatchDeps } from "./dispatch-deps";
import { testContent, testDispatch } from "./dispatch.fixture";
import { interceptPool, type Interception } from "./intercepted-pool.fixture";
import type { IncomingReceipt } from "./receipts/incoming-receipt";
import { actOnFaults } from "./sending/act-on-faults";
import { leaseBlocks, listReadyBlocks } from "./sending/claim-blocks";
import { commitTurn, type HeldBlock, type TurnResult } from "./sending/commit-turn";
import type { EndedSend } from "./sending/judge-outcome";
import { loadItems, type RenderedItem, type SendItem } from "./sending/load-items";
import { followResult } from "./sending/send-run";
import { readCommitted, type Committed, type Picture } from "./protocol-picture.fixture";

/**
 * The dispatch service on the real database, taken apart into steps that a test may put in any order, with every process's memory in
 * the test's hands: it may be thrown away (a crash), or kept while others take over (a stale worker). The steps are the product's own
 * functions; only the loop of `sendRun` between them is retold here.
 */
export type WireCall = {
  readonly key: string;
  readonly reference: string;
  readonly messageId: string;
  readonly step: number;
  readonly channel: Channel;
  /** What the carrier says to it; null as long as it has said nothing. */
  outcome: SendOutcome | null;
};

type Flight = { readonly rendered: RenderedItem; readonly deadlineMs: number; call: WireCall | null };

/** What a worker remembers of one run; lost when it dies. */
export type ModelRun = {
  readonly connection: LiveConnection;
  readonly held: Map<string, HeldBlock>;
  queue: SendItem[];
  wire: Flight[];
  ended: EndedSend[];
  /** The last commit failed as far as the worker knows: it says what it holds before it sends anything more. */
  isUncertain: boolean;
  isStopped: boolean;
};

export type ModelWorker = { readonly id: string; runs: ModelRun[] };

export type ModelWorld = {
  readonly database: TestDatabase;
  readonly shard: number;
  readonly accountId: string;
  readonly foreignId: string;
  readonly foreignConnections: ReadonlyMap<Channel, string>;
  readonly campaignId: string;
  readonly unknownIsUndelivered: boolean;
  readonly ctx: TenantContext;
  readonly base: DispatchDeps;
  readonly connections: ReadonlyMap<Channel, LiveConnection>;
  readonly clock: { aheadMs: number; monotonicMs: number };
  readonly workers: [ModelWorker, ModelWorker];
  /** The carriers' ledger: every wire call, in order. */
  readonly ledger: WireCall[];
  /** Every receipt that was ever answered with "stored". */
  readonly receipts: IncomingReceipt[];
  /** The carrier's time of the next receipt: each differs from all others, unless it is repeated on purpose. */
  nextReceiptAtMs: number;
  readonly now: () => number;
  /** Runs whose worker is in the middle of a turn. */
  readonly busy: Set<ModelRun>;
  /** What has been seen of the database so far, for what must never go back. */
  readonly past: { readonly everInFlight: Set<string>; picture: Picture | null };
};

/** What every run of a test shares. */
export type ModelStage = {
  readonly database: TestDatabase;
  readonly base: DispatchDeps;
  readonly live: readonly LiveConnection[];
};

export async function openStage(database: TestDatabase): Promise<ModelStage> {
  // What is tested is which commits there are and in what order, not whether the disk keeps them.
  await database.sql.query(`ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET synchronous_commit = off`);
  const account: TestAccount = await createTestAccount(database);
  const { deps } = await testDispatch(database, account);
  return { database, base: deps, live: deps.connections.all() };
}

export const PEOPLE = 4;
export const e164Of = (place: number): string => `+3747700000${place % PEOPLE}`;

let worlds = 0;

/** A fresh account with a campaign that has been launched, and another account on the same shard. */
export async function openModelWorld(
  stage: ModelStage,
  wish: { readonly category: Category; readonly route: RouteKey; readonly unknownIsUndelivered: boolean },
): Promise<ModelWorld> {
  worlds += 1;
  const shard = worlds % 64;
  const [accountId, foreignId, campaignId] = [randomUUID(), randomUUID(), randomUUID()];
  const connections = new Map<Channel, LiveConnection>();
  const foreignConnections = new Map<Channel, string>();
  for (const live of stage.live) {
    connections.set(live.channel, { ...live, id: randomUUID(), accountId, shard });
    foreignConnections.set(live.channel, randomUUID());
  }
  await insertTenants(stage.database, { shard, accountId, foreignId, ...wish }, connections, foreignConnections);
  await insertCampaign(stage.database, accountId, campaignId, wish);
  const clock = { aheadMs: 0, monotonicMs: 1_000 };
  const now = (): number => Date.now() + clock.aheadMs;
  const actor = { kind: "user" as const, id: randomUUID(), name: "Model", role: "admin" as const };
  const { db, sql } = stage.database;
  return {
    ...{ database: stage.database, base: stage.base, shard, accountId, foreignId, foreignConnections, campaignId },
    unknownIsUndelivered: wish.unknownIsUndelivered,
    ...{ connections, clock, now, ledger: [], receipts: [], nextReceiptAtMs: Date.now() - 60_000 },
    ctx: tenantContext({ accountId, shard, actor }, { db, sql, now: () => new Date(now()) }),
    workers: [newWorker(), newWorker()],
    busy: new Set(),
    past: { everInFlight: new Set(), picture: null },
  };
}

export function newWorker(): ModelWorker {
  return { id: randomUUID(), runs: [] };
}

async function insertTenants(
  database: TestDatabase,
  tenant: {
    readonly shard: number;
    readonly accountId: string;
    readonly foreignId: string;
    readonly unknownIsUndelivered: boolean;
  },
  own: ReadonlyMap<Channel, LiveConnection>,
  foreign: ReadonlyMap<Channel, string>,
): Promise<void> {
  const { shard, accountId, foreignId, unknownIsUndelivered } = tenant;
  const ids = [...CHANNELS.map((channel) => own.get(channel)?.id), ...CHANNELS.map((channel) => foreign.get(channel))];
  await database.sql.query({
    name: "model-tenants",
    text: `WITH a AS (
             INSERT INTO account (id, name, shard, sms_fallback_enabled, unknown_is_undelivered)
             VALUES ($1, 'Model', $3, true, $4), ($2, 'Foreign', $3, true, false))
           INSERT INTO connection (account_id, id, kind, channel, name, config, secrets, webhook_token, status)
           SELECT CASE WHEN n <= 3 THEN $1::uuid ELSE $2::uuid END, id, (ARRAY['whatsapp_cloud', 'viber_business', 'smpp'])[(n - 1) % 3 + 1],
             (n - 1) % 3 + 1, 'Model', '{}', '', id::text, 'paused'
           FROM unnest($5::uuid[]) WITH ORDINALITY AS x(id, n)`,
    values: [accountId, foreignId, shard, unknownIsUndelivered, ids],
  });
}

/** As createTemplate, an import and launchCampaign leave it, in one statement: there are hundreds. */
async function insertCampaign(
  database: TestDatabase,
  accountId: string,
  campaignId: string,
  wish: { readonly category: Category; readonly route: RouteKey },
): Promise<void> {
  await database.sql.query({
    name: "model-campaign",
    text: `WITH t AS (INSERT INTO template (account_id, id, name, category, language, current_version)
                      VALUES ($1, $2, 'Model', $3, 'en', 1)),
             v AS (INSERT INTO template_version (account_id, template_id, version, content) VALUES ($1, $2, 1, $5)),
             u AS (INSERT INTO audience (account_id, id, name) VALUES ($1, $2, 'Model')),
             p AS (INSERT INTO contact (account_id, e164, country, name)
                   SELECT $1, '+3747700000' || n, 'AM', 'Ani' FROM generate_series(0, $6::integer - 1) n RETURNING id),
             m AS (INSERT INTO audience_member (account_id, audience_id, contact_id) SELECT $1, $2, id FROM p)
           INSERT INTO campaign (account_id, id, name, status, category, template_id, template_version, audience_id, route, wait_s,
             launched_at)
           VALUES ($1, $2, 'Model', 'running', $3, $2, 1, $2, $4, 60, clock_timestamp() + interval '1 second')`,
    values: [accountId, campaignId, wish.category, wish.route, testContent(wish.category, "Hi {{name}}"), PEOPLE],
  });
}

/** @param on what happens on the line while this step runs */
export function depsOf(world: ModelWorld, workerId: string, on: Interception = {}): DispatchDeps {
  const { base, connections, clock, now } = world;
  return {
    ...base,
    ...{ now, workerId, sql: interceptPool(world.database.sql, on), monotonicMs: () => clock.monotonicMs },
    connections: { ...base.connections, forChannel: (_, channel) => connections.get(channel) ?? null },
  };
}

/** Leases one group of ready blocks, as the sender does. */
export async function lease(world: ModelWorld, worker: ModelWorker, nth: number): Promise<void> {
  const deps = depsOf(world, worker.id);
  const ready = (await listReadyBlocks(deps.sql, world.shard, deps.now())).filter(
    ({ accountId }) => accountId === world.accountId,
  );
  const groups = new Map<string, string[]>();
  for (const { lane, campaignId, step, try: tryIndex, id } of ready) {
    const key = [lane, campaignId, step, tryIndex].join(":");
    groups.set(key, [...(groups.get(key) ?? []), id]);
  }
  const ids = [...groups.values()][nth % Math.max(1, groups.size)];
  if (ids === undefined) return;
  const leased = await leaseBlocks(deps.sql, world.shard, ids, worker.id, deps.leaseMs);
  const items = await loadItems(deps.sql, createFactsCache(deps.now), leased);
  for (const channel of CHANNELS) {
    const queue = items.filter((item) => item.channel === channel);
    const connection = world.connections.get(channel);
    if (queue.length === 0 || connection === undefined) continue;
    const held = new Map<string, HeldBlock>();
    for (const { block } of queue) held.set(block.id, { block, cursor: block.cursor, inFlight: new Set() });
    worker.runs.push({ connection, held, queue, wire: [], ended: [], isUncertain: false, isStopped: false });
  }
}

/** What a turn's commit came to, and what others had committed at that very moment. */
export type Turned = { readonly result: TurnResult; readonly committed: Committed } | null;

/**
 * One turn of a run: outcomes stored, the next members' intent written.
 *
 * @returns null if the worker does not know whether it committed
 */
export async function takeTurn(
  world: ModelWorld,
  worker: ModelWorker,
  run: ModelRun,
  most: number,
  on: Interception = {},
): Promise<Turned> {
  let committed: Committed | null = null;
  const deps = depsOf(world, worker.id, {
    ...on,
    async beforeCommit() {
      committed = await readCommitted(world);
      await on.beforeCommit?.();
    },
  });
  const wanted = run.isUncertain || run.isStopped ? [] : run.queue.slice(0, most);
  const batch = run.ended;
  run.ended = [];
  const startedAtMs = deps.monotonicMs();
  let result: TurnResult;
  try {
    const campaignId = run.held.values().next().value?.block.campaignId ?? batch[0]?.item.campaignId ?? null;
    const scope = { shard: world.shard, accountId: world.accountId, campaignId };
    const closing = run.isStopped && run.wire.length === 0;
    const turn = { scope, connection: run.connection, held: run.held, ended: batch, wanted, prices: [], closing };
    result = await commitTurn(deps, turn);
  } catch (error) {
    if (!isLostAnswer(error)) throw error;
    run.ended = [...batch, ...run.ended];
    run.isUncertain = true;
    return null;
  }
  run.isUncertain = false;
  run.isStopped ||= result.stopped !== null;
  followResult(run.held, batch, wanted, result);
  if (result.stopped === null) run.queue = run.queue.slice(wanted.length);
  run.queue = run.queue.filter((item) => run.held.has(item.block.id));
  for (const rendered of result.go) {
    run.wire.push({ rendered, deadlineMs: lastSendMs(deps, startedAtMs), call: null });
  }
  await actOnFaults(deps, run.connection, result.judged);
  if (committed === null) throw new Error("A turn ended without a commit.");
  return { result, committed };
}

export function isLostAnswer(error: unknown): boolean {
  return error instanceof Error && error.message === "Connection terminated unexpectedly";
}

/** The first byte leaves, unless the lease may be over by the monotonic clock. */
export function callCarrier(world: ModelWorld, run: ModelRun, nth: number): void {
  const waiting = run.wire.filter((flight) => flight.call === null);
  const flight = waiting[nth % Math.max(1, waiting.length)];
  if (flight === undefined) return;
  if (world.clock.monotonicMs >= flight.deadlineMs) {
    end(world, run, flight, { kind: "not_sent", code: "aborted", detail: "", retryAfterMs: null, raw: "" });
    return;
  }
  const { item, request } = flight.rendered;
  flight.call = {
    ...{ key: `${item.messageId}.${item.step}.${item.try}`, reference: request.reference, outcome: null },
    ...{ messageId: item.messageId, step: item.step, channel: item.channel },
  };
  world.ledger.push(flight.call);
}

/** The carrier answers one of the calls, or the line breaks; the worker knows, the database does not yet. */
export function answerCall(world: ModelWorld, run: ModelRun, nth: number, answer: CarrierAnswer): void {
  const called = run.wire.filter((flight) => flight.call !== null);
  const flight = called[nth % Math.max(1, called.length)];
  if (flight?.call === null || flight === undefined) return;
  const outcome = outcomeOf(answer, flight.call);
  flight.call.outcome = outcome;
  end(world, run, flight, outcome);
}

function end(world: ModelWorld, run: ModelRun, flight: Flight, outcome: SendOutcome): void {
  run.wire = run.wire.filter((other) => other !== flight);
  const sentAtMs = world.now();
  run.ended.push({ ...flight.rendered, connectionId: run.connection.id, sentAtMs, endedAtMs: sentAtMs, outcome });
}

export const CARRIER_ANSWERS = [
  "accepted",
  "unreachable",
  "opted_out",
  "template_fault",
  "not_sent",
  "unknown",
] as const;
export type CarrierAnswer = (typeof CARRIER_ANSWERS)[number];

const REFUSALS = {
  unreachable: { whatsapp: "131026", viber: "9", sms: "0x0000000B" },
  opted_out: { whatsapp: "131050", viber: "8", sms: "0x0000000B" },
  template_fault: { whatsapp: "132001", viber: "3", sms: "0x0000000B" },
} as const;

function outcomeOf(answer: CarrierAnswer, { channel, reference }: WireCall): SendOutcome {
  switch (answer) {
    case "accepted":
      return { kind: "accepted", carrierIds: [`id-${reference}`], raw: "" };
    case "not_sent":
      return { kind: "not_sent", code: "connection_refused", detail: "", retryAfterMs: null, raw: "" };
    case "unknown":
      return { kind: "unknown", code: "timeout", detail: "", carrierIds: [], raw: "" };
    default:
      return { kind: "refused", code: REFUSALS[answer][channel], detail: "", carrierIds: [], raw: "" };
  }
}

/** Somebody has been faster, or it is over: no fault of the model. */
export async function unlessConflict(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== "conflict") throw error;
  });
}

/** So much time goes by that every lease is over, by every clock. */
export async function endLeases(world: ModelWorld): Promise<void> {
  world.clock.aheadMs += world.base.leaseMs;
  world.clock.monotonicMs += world.base.leaseMs;
  await world.database.sql.query(
    "UPDATE block SET lease_until = clock_timestamp() - interval '1 second' WHERE shard = $1 AND account_id = $2 AND state = 1",
    [world.shard, world.accountId],
  );
}
