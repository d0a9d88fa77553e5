import type { Channel } from "../../lib/domain/vocabulary";
import { CHANNELS } from "../../lib/domain/vocabulary";
import { parseReference } from "../../lib/domain/dispatch/attempt-reference";
import { writeRawReceipt } from "../../lib/server/demo/history/raw-receipt";
import { createFactsCache, type FactsCache } from "../../lib/server/dispatch/campaign-facts";
import { planSlice } from "../../lib/server/dispatch/planning/plan-slice";
import { applyReceipts } from "../../lib/server/dispatch/receipts/apply-receipts";
import type { IncomingReceipt } from "../../lib/server/dispatch/receipts/incoming-receipt";
import { leaseBlocks, listReadyBlocks, type LeasedBlock } from "../../lib/server/dispatch/sending/claim-blocks";
import { commitTurn, type HeldBlock } from "../../lib/server/dispatch/sending/commit-turn";
import type { EndedSend } from "../../lib/server/dispatch/sending/judge-outcome";
import { loadItems, type RenderedItem, type SendItem } from "../../lib/server/dispatch/sending/load-items";
import { fireTimers } from "../../lib/server/dispatch/timers/fire-timers";
import { foldRollups } from "../../lib/server/dispatch/upkeep/fold-rollups";
import type { LiveConnection } from "../../lib/server/connections/connection-registry";
import type { Life } from "./make-life";

const SUB_BATCH = 200;
const SENDERS = 3;
/** What 12 ms gather at some 20,000 receipts a second. */
const RECEIPTS_A_COMMIT = 250;
const APPLIERS = 2;
const PLANNERS_AHEAD = 40_000;

type Progress = {
  planned: number;
  sent: number;
  delivered: number;
  readonly receipts: IncomingReceipt[];
  done: boolean;
};

/** All loops side by side, as in the worker, until every message has been delivered by one channel or the other. */
export async function runLife(
  life: Life,
  count: number,
  say: (text: string) => void,
): Promise<{ planSeconds: number; sent: number }> {
  const progress: Progress = { planned: 0, sent: 0, delivered: 0, receipts: [], done: false };
  const startedAt = performance.now();
  await life.launch();
  const report = setInterval(() => {
    const { planned, sent, delivered, receipts } = progress;
    say(
      `${Math.round((performance.now() - startedAt) / 1_000)} s: ${planned} planned, ${sent} sent, ${delivered} delivered, ${receipts.length} receipts wait`,
    );
  }, 5_000);
  const cache = createFactsCache(life.deps.now);
  const planning = plan(life, progress).then(() => Math.round((performance.now() - startedAt) / 1_000));
  try {
    await Promise.all([
      planning,
      ...Array.from({ length: SENDERS }, () => send(life, cache, progress)),
      ...Array.from({ length: APPLIERS }, () => apply(life, progress, count)),
      fire(life, progress),
      upkeep(life, progress),
    ]);
  } finally {
    progress.done = true;
    clearInterval(report);
  }
  return { planSeconds: await planning, sent: progress.sent };
}

async function plan({ deps, accountId, campaignId, shard }: Life, progress: Progress): Promise<void> {
  while (await planSlice(deps, { accountId, id: campaignId, shard })) {
    progress.planned += 1_000;
    // The sender keeps up in real life because the planner is one loop among many; here it would fill the disk's queue first.
    while (progress.planned - progress.sent > PLANNERS_AHEAD && !progress.done) await rest(5);
  }
}

async function send(life: Life, cache: FactsCache, progress: Progress): Promise<void> {
  const { deps, shard } = life;
  while (!progress.done) {
    const ready = await listReadyBlocks(deps.sql, shard, deps.now());
    const chosen = ready.slice(0, 2);
    const leased = await leaseBlocks(
      ...([deps.sql, shard, chosen.map(({ id }) => id), deps.workerId, deps.leaseMs] as const),
    );
    if (leased.length === 0) await rest(5);
    for (const group of groupBySteps(leased)) await sendAll(life, cache, group, progress);
  }
}

function groupBySteps(blocks: readonly LeasedBlock[]): LeasedBlock[][] {
  const groups = new Map<number, LeasedBlock[]>();
  for (const block of blocks) groups.set(block.step, [...(groups.get(block.step) ?? []), block]);
  return [...groups.values()];
}

async function sendAll(
  life: Life,
  cache: FactsCache,
  blocks: readonly LeasedBlock[],
  progress: Progress,
): Promise<void> {
  const { deps, shard, accountId, campaignId } = life;
  const items = await loadItems(deps.sql, cache, blocks);
  const channel: Channel = items[0]?.channel ?? "whatsapp";
  const connection = deps.connections.forChannel(accountId, channel);
  if (connection === null) throw new Error(`No connection for ${channel}.`);
  const held = new Map<string, HeldBlock>(
    blocks.map((block) => [block.id, { block, cursor: block.cursor, inFlight: new Set<string>() }]),
  );
  let ended: EndedSend[] = [];
  for (let next = 0; next < items.length || ended.length > 0; next += SUB_BATCH) {
    const wanted = items.slice(next, next + SUB_BATCH);
    const prices = await cache.prices(deps.sql, accountId);
    const scope = { shard, accountId, campaignId };
    const result = await commitTurn(deps, { scope, connection, held, ended, wanted, prices, closing: false });
    follow(held, ended, wanted, result.go);
    for (const one of ended) progress.receipts.push(receiptOf(one, connection, deps.now()));
    progress.sent += blocks[0]?.step === 0 ? ended.length : 0;
    ended = await Promise.all(result.go.map((rendered) => sendOne(life, connection, rendered)));
  }
}

function follow(
  held: Map<string, HeldBlock>,
  ended: readonly EndedSend[],
  wanted: readonly SendItem[],
  go: readonly RenderedItem[],
): void {
  for (const { item } of ended) held.get(item.block.id)?.inFlight.delete(item.messageId);
  for (const item of wanted) {
    const block = held.get(item.block.id);
    if (block !== undefined) block.cursor += 1;
  }
  for (const { item } of go) held.get(item.block.id)?.inFlight.add(item.messageId);
  for (const [id, { block, cursor, inFlight }] of held) {
    if (cursor >= block.members.length && inFlight.size === 0) held.delete(id);
  }
}

async function sendOne({ deps }: Life, connection: LiveConnection, rendered: RenderedItem): Promise<EndedSend> {
  const sentAtMs = deps.now();
  const outcome = await connection.connector.send(rendered.request, () => true);
  return { ...rendered, connectionId: connection.id, sentAtMs, endedAtMs: deps.now(), outcome };
}

/** Three of ten are not on WhatsApp; by SMS everyone is reached. */
function receiptOf(ended: EndedSend, connection: LiveConnection, nowMs: number): IncomingReceipt {
  const { item, request, outcome, sentAtMs } = ended;
  const { id: connectionId, accountId, shard, channel } = connection;
  const key = parseReference(request.reference);
  const carrierId = outcome.kind === "accepted" ? (outcome.carrierIds[0] ?? "") : "";
  if (key === null) throw new Error("The reference is not ours.");
  const fails = item.step === 0 && Number(BigInt(item.messageId) % 10n) < 3;
  const kind = fails ? "failed" : "delivered";
  const code = fails ? "131026" : null;
  const carrierTimeMs = Math.floor(nowMs / 1_000) * 1_000;
  return {
    ...{ accountId, connectionId, shard, channel, carrierId, kind, code, carrierTimeMs, receivedAtMs: nowMs },
    reference: channel === "sms" ? null : request.reference,
    raw: writeRawReceipt({
      ...{ channel, key, e164: request.to, kind, carrierId, code, sentAtMs, category: item.category },
      carrierAtMs: carrierTimeMs,
    }),
  };
}

async function apply({ deps, shard }: Life, progress: Progress, count: number): Promise<void> {
  while (!progress.done) {
    const batch = progress.receipts.splice(0, RECEIPTS_A_COMMIT);
    if (batch.length === 0) {
      await rest(5);
      continue;
    }
    const { orphaned } = await applyReceipts(deps.sql, shard, batch, deps.now());
    if (orphaned > 0) throw new Error(`${orphaned} receipts found no attempt.`);
    progress.delivered += batch.filter(({ kind }) => kind === "delivered").length;
    if (progress.delivered >= count) progress.done = true;
  }
}

async function fire({ deps, shard }: Life, progress: Progress): Promise<void> {
  const intake = new Map(CHANNELS.map((channel) => [channel, { lagMs: 0, backlog: 0 }]));
  while (!progress.done) if ((await fireTimers(deps, shard, intake)) === 0) await rest(150);
}

async function upkeep({ deps }: Life, progress: Progress): Promise<void> {
  while (!progress.done) {
    await foldRollups(deps.sql);
    await rest(1_000);
  }
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
