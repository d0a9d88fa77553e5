import { orderFairly } from "@/lib/domain/dispatch/order-fairly";
import { ROUTES, type Channel } from "@/lib/domain/vocabulary";
import { breakerOf, type LiveConnection } from "../../connections/connection-registry";
import { askEachShard } from "../ask-each-shard";
import { createFactsCache, type FactsCache } from "../campaign-facts";
import type { DispatchDeps } from "../dispatch-deps";
import { failpoint } from "../failpoint";
import { rest, runLoop, type WakeUp } from "../run-loop";
import { leaseBlocks, listReadyBlocks, type LeasedBlock, type ReadyBlock } from "./claim-blocks";
import { createRunPlaces, type RunPlaces } from "./run-places";
import { serveBlocks } from "./serve-blocks";

/** Members of one run, when small blocks are leased together. */
const MAX_RUN_MEMBERS = 1_000;
const MAX_RUN_BLOCKS = 200;
const POLL_MS = 50;
/** Between two looks that found nothing to do: every run that ends, and every block that is made, asks for one. */
const CALM_MS = 15;

/** A campaign's step, or the single messages of an account. */
type Group = {
  readonly key: string;
  readonly lane: number;
  readonly accountId: string;
  readonly blocks: ReadyBlock[];
  readonly first: ReadyBlock;
};

/**
 * Leases ready blocks and sends them: earlier lanes first, within a lane accounts in turn, and within an account its campaigns in turn
 * (see {@link orderFairly} and {@link createRunPlaces}).
 */
export async function runSender(
  deps: DispatchDeps,
  shards: () => Promise<readonly number[]>,
  signal: AbortSignal,
  wake: WakeUp,
): Promise<void> {
  const cache = createFactsCache(deps.now);
  const places = createRunPlaces(deps.monotonicMs);
  const running = new Set<Promise<void>>();
  const servedAt = new Map<string, number>();
  let turn = 0;

  const start = (group: Group, connection: LiveConnection | null, leased: readonly LeasedBlock[]): void => {
    const place = places.enter(group, connection, wake.ring);
    const stop = AbortSignal.any([signal, place.yields]);
    const tracked = serveBlocks(deps, cache, leased, stop, place.onTail)
      .catch((err: unknown) => deps.logger.error({ err }, "a run failed; its lease will run out"))
      .finally(() => {
        running.delete(tracked);
        place.leave();
        wake.ring();
      });
    running.add(tracked);
    turn += 1;
    servedAt.set(group.key, turn);
    servedAt.set(group.accountId, turn);
  };

  await runLoop("sender", { restMs: POLL_MS, calmMs: CALM_MS, logger: deps.logger, signal, wake }, async () => {
    let started = false;
    for (const group of orderFairly(await listGroups(deps, await shards()), servedAt)) {
      if (signal.aborted) break;
      if (await serveGroup(deps, cache, places, group, start)) started = true;
    }
    if (servedAt.size > 10_000) servedAt.clear();
    return started;
  });
  await Promise.allSettled([...running]);
}

async function listGroups(deps: DispatchDeps, shards: readonly number[]): Promise<Group[]> {
  const groups = new Map<string, Group>();
  const ready = await askEachShard(deps.sql, shards, (sql, shard) => listReadyBlocks(sql, shard, deps.now()));
  for (const block of ready.flat()) {
    const { lane, accountId } = block;
    const key = [lane, accountId, block.campaignId, block.step, block.try].join(":");
    const group = groups.get(key) ?? { key, lane, accountId, blocks: [], first: block };
    group.blocks.push(block);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Nothing of a campaign whose connection is missing or rests is leased: it waits, and others go on. */
async function serveGroup(
  deps: DispatchDeps,
  cache: FactsCache,
  places: RunPlaces,
  group: Group,
  start: (group: Group, connection: LiveConnection | null, leased: readonly LeasedBlock[]) => void,
): Promise<boolean> {
  const { accountId, campaignId, step } = group.first;
  let connection: LiveConnection | null = null;
  if (campaignId !== null) {
    const facts = await cache.campaign(deps.sql, accountId, campaignId);
    const channel: Channel | undefined = ROUTES[facts.route][step];
    connection = channel === undefined ? null : deps.connections.forChannel(accountId, channel);
    if (connection === null || !places.hasRoom(group, connection)) return false;
    const waits = facts.category === "marketing" || step + 1 >= ROUTES[facts.route].length;
    if (waits && !(await mayUseAny(deps, deps.connections.candidates(accountId, connection.channel)))) return false;
  } else if (!places.hasRoom(group, null)) return false;
  const leased = await leaseGroup(deps, group);
  if (leased.length > 0) start(group, connection, leased);
  return leased.length > 0;
}

/** A trial is asked for only where no other connection of the channel is free. */
async function mayUseAny(deps: DispatchDeps, candidates: readonly LiveConnection[]): Promise<boolean> {
  const nowMs = deps.now();
  if (candidates.length > 1 && candidates.some((one) => breakerOf(one, nowMs) === "closed")) return true;
  for (const one of candidates) if (await deps.connections.mayUse(one, nowMs)) return true;
  return false;
}

async function leaseGroup(deps: DispatchDeps, group: Group): Promise<LeasedBlock[]> {
  const { shard, campaignId, step, lane } = group.first;
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
