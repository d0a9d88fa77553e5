import { breakerKind, goesOnWithout } from "@/lib/domain/dispatch/breaker";
import { OUTSIDE_WINDOW_CODE } from "@/lib/domain/dispatch/service-window";
import { queuedAtMs } from "@/lib/domain/dispatch/attempt-reference";
import type { Channel } from "@/lib/domain/vocabulary";
import { breakerOf, type LiveConnection } from "../../connections/connection-registry";
import { recallUnreachable } from "../../reachability/recall-unreachable";
import type { FactsCache } from "../campaign-facts";
import type { DispatchDeps } from "../dispatch-deps";
import { splitByWindow } from "../inbound/service-window";
import { splitBlocks } from "./split-blocks";
import { releaseBlocks, type LeasedBlock } from "./claim-blocks";
import { failWithoutWire } from "./fail-without-wire";
import { foreseeHopeless } from "./go-on-by-memory";
import { loadItems, type SendItem } from "./load-items";
import { reservePairTurns } from "./reserve-pair-turns";
import { routeItems, type Route } from "./route-items";
import { sendRun } from "./send-run";

/** What cannot be sent at the moment is looked at again after this long. */
const REST_MS = 2_000;

/** One run a connection: numbers are routed apart, and single messages of one account may take different channels. */
export async function serveBlocks(
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
  for (const item of items) {
    const own = byChannel.get(item.channel);
    if (own === undefined) byChannel.set(item.channel, [item]);
    else own.push(item);
  }
  const routes: Route[] = [];
  for (const [channel, own] of byChannel) routes.push(...(await routeItems(deps, channel, own)));
  let open = routes.length;
  const onOneTail = (): void => {
    open -= 1;
    if (open <= 0) onTail();
  };
  await Promise.all(routes.map((route) => serveRoute({ deps, cache, signal, onTail: once(onOneTail) }, route)));
}

type Serving = {
  readonly deps: DispatchDeps;
  readonly cache: FactsCache;
  readonly signal: AbortSignal;
  readonly onTail: () => void;
};

async function serveRoute(serving: Serving, { connection, items, unserved, isTrial }: Route): Promise<void> {
  const { deps, cache, signal, onTail } = serving;
  const first = items[0];
  if (first === undefined) return;
  if (unserved !== null) return failWithoutWire(deps, cache, unserved, items, NO_CONNECTION_CODE);
  if (connection === null) return releaseBlocks(deps.sql, deps.workerId, blocksOf(items), deps.now() + REST_MS);
  if (!isTrial && !(await mayUse(deps, connection, first))) return serveResting(serving, connection, items);
  // A trial asks whether the carrier is there: its no to an unknown number is an answer too.
  const isTried = connection.reach.trialUntilMs > deps.now();
  const known = isTried ? items : await recallUnreachable(deps, items);
  const now = await keepPairRate(serving, connection, await keepServiceWindow(serving, connection, known));
  if (now.length > 0) await sendRun(deps, cache, connection, now, signal, onTail);
}

/** A campaign's run has asked before it leased: its trial is its own. */
function mayUse(deps: DispatchDeps, connection: LiveConnection, item: SendItem): Promise<boolean> {
  const isTrialOfOurs = connection.reach.trialUntilMs > deps.now() && item.campaignId !== null;
  return isTrialOfOurs ? Promise.resolve(true) : deps.connections.mayUse(connection, deps.now());
}

/** Who goes on by the next channel (or ends) does so now, the others wait for the end of the rest or of the trial. */
async function serveResting(
  { deps, cache }: Serving,
  connection: LiveConnection,
  items: readonly SendItem[],
): Promise<void> {
  const nowMs = deps.now();
  const { rest } = connection;
  const kind = breakerKind(rest?.reason ?? "");
  const restedMs = nowMs - (rest?.sinceMs ?? nowMs);
  const isOpen = breakerOf(connection, nowMs) === "open";
  const goesOn = (item: SendItem): boolean =>
    isOpen && goesOnWithout(kind, { ...item, waitMs: item.waitS * 1_000 }, restedMs);
  const waiting = new Set(items.filter((item) => !goesOn(item)).map(({ block }) => block));
  const going = items.filter(({ block }) => !waiting.has(block));
  if (going.length > 0) await failWithoutWire(deps, cache, connection, going, "breaker_open");
  const againMs = isOpen && rest !== null ? rest.untilMs : nowMs + TRIAL_LOOK_MS;
  await releaseBlocks(deps.sql, deps.workerId, [...waiting], againMs);
}

/** Ours: connections there are, and none for this number. */
const NO_CONNECTION_CODE = "no_connection";

/** While another's message finds out whether the carrier is back. */
const TRIAL_LOOK_MS = 500;

/**
 * Free text on WhatsApp to somebody who has not written within 24 hours is not sent in vain: it counts as not sent, at once, and the
 * next channel is asked.
 *
 * @returns the others
 */
async function keepServiceWindow(
  { deps, cache }: Serving,
  connection: LiveConnection,
  items: readonly SendItem[],
): Promise<readonly SendItem[]> {
  if (connection.channel !== "whatsapp" || items[0]?.campaignId !== null) return items;
  const { inside, outside } = await splitByWindow(deps, connection, items);
  if (outside.length === 0) return items;
  const [going, staying] = await splitBlocks(deps, [{ items: inside }, { items: outside }]);
  await failWithoutWire(deps, cache, connection, staying?.items ?? [], OUTSIDE_WINDOW_CODE);
  return going?.items ?? [];
}

/**
 * One message in six seconds from a number to a person: whose turn comes later is given back until then, and whose turn would come after
 * its wait before fallback goes on by the next channel. Campaigns write to a person once and are not asked, and whom WhatsApp does not know
 * takes no turn: nothing will be sent there.
 *
 * @returns those whose turn it is
 */
async function keepPairRate(
  { deps, cache }: Serving,
  connection: LiveConnection,
  items: readonly SendItem[],
): Promise<readonly SendItem[]> {
  if (connection.channel !== "whatsapp" || items[0]?.campaignId !== null) return items;
  const passing = await foreseeHopeless(deps.sql, items);
  const asking = items.filter((item) => !passing.has(item));
  if (asking.length === 0) return items;
  const turns = await reservePairTurns(deps.sql, connection, asking, deps.now());
  const tooLate = new Set<LeasedBlock>();
  const later = new Map<LeasedBlock, number>();
  for (const item of items) {
    const atMs = turns.get(item.messageId) ?? 0;
    if (atMs <= deps.now()) continue;
    if (item.hasNextStep && atMs - queuedAtMs(item.messageId) > item.waitS * 1_000) tooLate.add(item.block);
    else later.set(item.block, Math.max(atMs, later.get(item.block) ?? 0));
  }
  for (const [block, atMs] of later) await releaseBlocks(deps.sql, deps.workerId, [block], atMs);
  const overdue = items.filter(({ block }) => tooLate.has(block) && !later.has(block));
  if (overdue.length > 0) await failWithoutWire(deps, cache, connection, overdue, PAIR_RATE_CODE);
  return items.filter(({ block }) => !later.has(block) && !tooLate.has(block));
}

/** WhatsApp's own, for what it would have said. */
const PAIR_RATE_CODE = "131056";

function blocksOf(items: readonly SendItem[]): LeasedBlock[] {
  return [...new Set(items.map((item) => item.block))];
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}
