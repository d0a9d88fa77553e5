import type { LiveConnection } from "../../connections/connection-registry";
import { ROUTES, type Channel } from "@/lib/domain/vocabulary";
import { createFactsCache, type FactsCache } from "../campaign-facts";
import type { DispatchDeps } from "../dispatch-deps";
import { failpoint } from "../failpoint";
import { rest, runLoop, type WakeUp } from "../run-loop";
import { leaseBlocks, listReadyBlocks, releaseBlocks, type LeasedBlock, type ReadyBlock } from "./claim-blocks";
import { loadItems, type SendItem } from "./load-items";
import { sendRun } from "./send-run";
import { failWithoutWire } from "./fail-without-wire";

/** Runs at once: later lanes stop earlier, so that a code always finds a place. */
const MAX_RUNS_OF_LANE = [24, 16, 12] as const;
/** Of one group at once, so that the commit of one and the wire of the other overlap. */
const MAX_RUNS_OF_GROUP = 2;
/** Runs that only wait for their last answers (a carrier that is slow for a few) take no other's place, up to this many. */
const MAX_TAILS = 64;
/** Members of one run, when small blocks are leased together. */
const MAX_RUN_MEMBERS = 1_000;
const MAX_RUN_BLOCKS = 200;
const POLL_MS = 50;
/** What cannot be sent at the moment is looked at again after this long. */
const REST_MS = 2_000;

type Running = { readonly group: Group; tail: boolean };
type Group = { readonly key: string; readonly blocks: ReadyBlock[]; readonly first: ReadyBlock };

/**
 * Leases ready blocks and sends them: earlier lanes first, within a lane one group (a campaign's step, or the single messages of an
 * account) after the other, the one longest not served first.
 */
export async function runSender(
  deps: DispatchDeps,
  shards: () => Promise<readonly number[]>,
  signal: AbortSignal,
  wake: WakeUp,
): Promise<void> {
  const cache = createFactsCache(deps.now);
  const running = new Map<Promise<void>, Running>();
  const servedAt = new Map<string, number>();
  let turn = 0;

  const start = (group: Group, work: (onTail: () => void) => Promise<void>): void => {
    const entry: Running = { group, tail: false };
    const onTail = (): void => {
      if (!entry.tail) wake.ring();
      entry.tail = true;
    };
    const tracked = work(onTail)
      .catch((err: unknown) => deps.logger.error({ err }, "a run failed; its lease will run out"))
      .finally(() => {
        running.delete(tracked);
        wake.ring();
      });
    running.set(tracked, entry);
    turn += 1;
    servedAt.set(group.key, turn);
  };

  await runLoop("sender", { restMs: POLL_MS, logger: deps.logger, signal, wake }, async () => {
    let started = false;
    for (const group of await listGroups(deps, await shards(), servedAt)) {
      if (signal.aborted) break;
      if (!hasRoom(group, running.values())) continue;
      const leased = await leaseGroup(deps, cache, group);
      if (leased.length === 0) continue;
      start(group, (onTail) => serve(deps, cache, leased, signal, onTail));
      started = true;
    }
    if (servedAt.size > 10_000) servedAt.clear();
    return started;
  });
  await Promise.allSettled([...running.keys()]);
}

async function listGroups(
  deps: DispatchDeps,
  shards: readonly number[],
  servedAt: ReadonlyMap<string, number>,
): Promise<Group[]> {
  const groups = new Map<string, Group>();
  for (const shard of shards) {
    for (const block of await listReadyBlocks(deps.sql, shard, deps.now())) {
      const key = [block.lane, block.accountId, block.campaignId, block.step, block.try].join(":");
      const group = groups.get(key) ?? { key, blocks: [], first: block };
      group.blocks.push(block);
      groups.set(key, group);
    }
  }
  const served = (group: Group): number => servedAt.get(group.key) ?? 0;
  return [...groups.values()].sort((a, b) => a.first.lane - b.first.lane || served(a) - served(b));
}

function hasRoom(group: Group, running: Iterable<Running>): boolean {
  const others = [...running];
  const busy = others.filter(({ tail }) => !tail);
  const own = busy.filter((other) => other.group.key === group.key).length;
  if (others.length - busy.length >= MAX_TAILS) return false;
  return busy.length < (MAX_RUNS_OF_LANE[group.first.lane] ?? 0) && own < MAX_RUNS_OF_GROUP;
}

/** Nothing of a campaign whose connection is missing or rests is leased: it waits, and others go on. */
async function leaseGroup(deps: DispatchDeps, cache: FactsCache, group: Group): Promise<LeasedBlock[]> {
  const { shard, accountId, campaignId, step, lane } = group.first;
  if (campaignId !== null) {
    const facts = await cache.campaign(deps.sql, accountId, campaignId);
    const channel = ROUTES[facts.route][step];
    const hasNext = step + 1 < ROUTES[facts.route].length;
    const connection = channel === undefined ? null : deps.connections.forChannel(accountId, channel);
    if (connection === null) return [];
    if (isResting(connection, deps.now()) && (facts.category === "marketing" || !hasNext)) return [];
  }
  const ids: string[] = [];
  let members = 0;
  for (const block of group.blocks) {
    if (ids.length > 0 && (members + block.left > MAX_RUN_MEMBERS || ids.length >= MAX_RUN_BLOCKS)) break;
    ids.push(block.id);
    members += block.left;
  }
  failpoint("claim.before");
  const leased = await leaseBlocks(deps.sql, shard, ids, deps.workerId, deps.leaseMs);
  if (leased.length > 0) failpoint("claim.after");
  if (leased.length > 0) deps.logger.debug({ shard, lane, step, campaignId, blocks: leased.length, members }, "leased");
  return leased;
}

function isResting(connection: LiveConnection, nowMs: number): boolean {
  return connection.breakerUntilMs !== null && connection.breakerUntilMs > nowMs;
}

/** One run a channel: single messages of one account may take different routes. */
async function serve(
  deps: DispatchDeps,
  cache: FactsCache,
  leased: readonly LeasedBlock[],
  signal: AbortSignal,
  onTail: () => void,
): Promise<void> {
  let items: SendItem[];
  try {
    items = await loadItems(deps.sql, cache, leased);
  } catch (error) {
    await releaseBlocks(deps.sql, deps.workerId, leased, deps.now() + REST_MS);
    throw error;
  }
  const byChannel = new Map<Channel, SendItem[]>();
  for (const item of items) byChannel.set(item.channel, [...(byChannel.get(item.channel) ?? []), item]);
  let open = byChannel.size;
  const onOneTail = (): void => {
    open -= 1;
    if (open <= 0) onTail();
  };
  await Promise.all([...byChannel].map(([channel, own]) => serveChannel(deps, cache, channel, own, signal, onOneTail)));
}

async function serveChannel(
  deps: DispatchDeps,
  cache: FactsCache,
  channel: Channel,
  items: readonly SendItem[],
  signal: AbortSignal,
  onTail: () => void,
): Promise<void> {
  const first = items[0];
  if (first === undefined) return;
  const connection = deps.connections.forChannel(first.accountId, channel);
  const blocks = [...new Set(items.map((item) => item.block))];
  if (connection === null) return releaseBlocks(deps.sql, deps.workerId, blocks, deps.now() + REST_MS);
  if (!isResting(connection, deps.now())) return sendRun(deps, cache, connection, items, signal, once(onTail));
  const passOn = items.filter((item) => item.hasNextStep && item.category !== "marketing");
  if (passOn.length === items.length) return failWithoutWire(deps, cache, connection, items, "breaker_open");
  return releaseBlocks(deps.sql, deps.workerId, blocks, connection.breakerUntilMs);
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}

const LISTEN_PROOF_MS = 15_000;

/** LISTEN on a connection of its own; where it cannot be had, polling alone is slower by a few hundredths of a second. */
export async function listenForWork(
  deps: DispatchDeps,
  channel: string,
  wake: WakeUp,
  signal: AbortSignal,
): Promise<void> {
  await runLoop("listen", { restMs: 1_000, logger: deps.logger, signal }, async () => {
    const client = await deps.sql.connect();
    let proof: NodeJS.Timeout | undefined;
    const lost = new Promise<void>((resolve) => {
      const fail = (): void => resolve();
      client.once("error", fail);
      client.once("end", fail);
      signal.addEventListener("abort", fail, { once: true });
      // It only ever listens: a connection that the network has forgotten would be silent like one where nothing happens.
      proof = setInterval(() => void client.query("SELECT 1").catch(fail), LISTEN_PROOF_MS);
    });
    try {
      client.on("notification", () => wake.ring());
      await client.query(`LISTEN ${channel}`);
      await lost;
    } finally {
      clearInterval(proof);
      client.removeAllListeners("notification");
      client.release(true);
    }
    await rest(100, signal);
    return false;
  });
}
