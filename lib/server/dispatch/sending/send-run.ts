import type { SendOutcome } from "@/lib/carriers/connector";
import type { LiveConnection } from "../../connections/connection-registry";
import type { FactsCache } from "../campaign-facts";
import { lastSendMs, type DispatchDeps } from "../dispatch-deps";
import { commitTurn, type HeldBlock, type TurnResult } from "./commit-turn";
import { judgeOutcome, type EndedSend } from "./judge-outcome";
import type { RenderedItem, SendItem } from "./load-items";
import { actOnFaults } from "./act-on-faults";
import { failpoint, failpointSoon } from "../failpoint";

/** Members per intent: a smaller number shrinks what is unknown after a crash, a larger one the number of commits. */
const SUB_BATCH = 100;
/**
 * So many of one run may be without an outcome: a few slow ones do not hold up the rest. More than the sockets to a carrier would only
 * queue, and be unknown after a crash though they had never left.
 */
export const MAX_IN_FLIGHT = 150;
/** Outcomes are stored at the latest after this long, or when so many have gathered. */
const OUTCOME_WAIT_MS = 60;
const OUTCOME_BATCH = 100;
const IDLE_MS = 10;

/**
 * Sends the members of leased blocks, all of one account, campaign, step and channel, until they are through, the signal says stop,
 * permission goes, the connection must rest, or the lease is lost. Sends on the wire are always waited for: their outcome is stored, whatever else happens.
 *
 * @param onTail called when nothing is left but to wait for the last answers: another run may take the place
 */
export async function sendRun(
  deps: DispatchDeps,
  cache: FactsCache,
  connection: LiveConnection,
  items: readonly SendItem[],
  signal: AbortSignal,
  onTail: () => void = () => undefined,
): Promise<void> {
  const first = items[0]?.block;
  if (first === undefined) return;
  const { shard, accountId, campaignId } = first;
  const held = holdBlocks(items);
  let queue: readonly SendItem[] = items;
  let next = 0;
  let ended: EndedSend[] = [];
  let onWire = 0;
  let stopped = false;
  let faulty = false;
  let committedAt = deps.monotonicMs();

  const launch = (rendered: RenderedItem, deadlineMs: number): void => {
    onWire += 1;
    const sentAtMs = deps.now();
    const finish = (outcome: SendOutcome): void => {
      onWire -= 1;
      failpoint("wire.after");
      const send = { ...rendered, connectionId: connection.id, sentAtMs, endedAtMs: deps.now(), outcome };
      faulty ||= judgeOutcome(send, { unknownIsUndelivered: false }).breaker !== null;
      ended.push(send);
    };
    const canStillSend = (): boolean => {
      failpointSoon("wire.during");
      return deps.monotonicMs() < deadlineMs;
    };
    connection.connector.send(rendered.request, canStillSend).then(finish, (err: unknown) => {
      deps.logger.error({ err, connectionId: connection.id }, "a connector threw; the outcome counts as unknown");
      finish({ kind: "unknown", code: "bad_response", detail: "connector error", carrierIds: [], raw: "" });
    });
  };
  // This run's own answers say so first; another run of the same connection may have found out as well.
  const mustRest = (): boolean =>
    faulty || isResting(deps.connections.forChannel(accountId, connection.channel), connection.id, deps.now());
  const turn = async (wanted: readonly SendItem[]): Promise<void> => {
    const batch = ended;
    ended = [];
    const closing = (stopped || signal.aborted || mustRest()) && onWire === 0;
    const startedAt = deps.monotonicMs();
    let result: TurnResult;
    try {
      const prices = await cache.prices(deps.sql, accountId);
      const scope = { shard, accountId, campaignId };
      result = await commitTurn(deps, { scope, connection, held, ended: batch, wanted, prices, closing });
    } catch (error) {
      ended = [...batch, ...ended]; // nothing was committed: kept for the next turn
      throw error;
    }
    committedAt = deps.monotonicMs();
    next += result.stopped === null ? wanted.length : 0;
    stopped ||= result.stopped !== null;
    followResult(held, batch, wanted, result);
    if (result.lost.size > 0) {
      queue = queue.slice(next).filter((item) => held.has(item.block.id));
      next = 0;
    }
    if (result.go.length > 0) failpoint("intent.after");
    const deadlineMs = lastSendMs(deps, startedAt);
    for (const rendered of result.go) launch(rendered, deadlineMs);
    await actOnFaults(deps, connection, result.judged);
  };

  let failures = 0;
  for (;;) {
    const leaving = stopped || signal.aborted || held.size === 0 || mustRest();
    const wanted = leaving || failures > 0 ? [] : takeWanted(queue, next, onWire, connection);
    const idle = onWire === 0 && ended.length === 0 && wanted.length === 0;
    const through = leaving || next >= queue.length;
    if (through) onTail();
    if (idle && through && (!leaving || held.size === 0)) return;
    const sinceMs = deps.monotonicMs() - committedAt;
    const due =
      failures > 0 || // at once, after the rest below: whatever is held must be known to be held before anything is sent
      wanted.length > 0 ||
      ended.length >= OUTCOME_BATCH ||
      (ended.length > 0 && (sinceMs >= OUTCOME_WAIT_MS || onWire === 0)) ||
      (idle && leaving) ||
      sinceMs > deps.leaseMs / 3;
    if (!due) {
      await sleep(IDLE_MS);
      continue;
    }
    try {
      await turn(wanted);
      failures = 0;
      if (idle && leaving) return;
    } catch (err) {
      failures += 1;
      deps.logger.error({ err }, "storing outcomes failed; trying again");
      if (signal.aborted && failures > 20) return; // the lease runs out and recovery calls them unknown
      await sleep(Math.min(2_000, 100 * 2 ** failures));
    }
  }
}

/** The carrier blames the sender: nothing more is sent, and what has not been tried goes back into the queue. */
function isResting(connection: LiveConnection | null, id: string, nowMs: number): boolean {
  return connection?.id === id && connection.breakerUntilMs !== null && connection.breakerUntilMs > nowMs;
}

function holdBlocks(items: readonly SendItem[]): Map<string, HeldBlock> {
  const held = new Map<string, HeldBlock>();
  for (const { block } of items) {
    if (!held.has(block.id)) held.set(block.id, { block, cursor: block.cursor, inFlight: new Set() });
  }
  return held;
}

function takeWanted(items: readonly SendItem[], next: number, onWire: number, connection: LiveConnection): SendItem[] {
  const most = Math.min(SUB_BATCH, MAX_IN_FLIGHT - onWire, items.length - next);
  const lane = items[0]?.block.lane ?? 0;
  if (most <= 0 || (onWire > 0 && most < Math.min(50, items.length - next))) return [];
  const granted = connection.limiter.take(most, lane);
  return items.slice(next, next + granted);
}

/** Keeps what is held here in step with what has been committed. */
export function followResult(
  held: Map<string, HeldBlock>,
  ended: readonly EndedSend[],
  wanted: readonly SendItem[],
  result: TurnResult,
): void {
  for (const { item } of ended) held.get(item.block.id)?.inFlight.delete(item.messageId);
  if (result.stopped === null) {
    for (const item of wanted) {
      const block = held.get(item.block.id);
      if (block !== undefined) block.cursor += 1;
    }
  }
  for (const { item } of result.go) held.get(item.block.id)?.inFlight.add(item.messageId);
  for (const id of result.lost) held.delete(id);
  for (const [id, { block, cursor, inFlight }] of held) {
    if (cursor >= block.members.length && inFlight.size === 0) held.delete(id);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
