import type { SendOutcome } from "@/lib/carriers/connector";
import { breakerOf, type LiveConnection } from "../../connections/connection-registry";
import type { FactsCache } from "../campaign-facts";
import { lastSendMs, type DispatchDeps } from "../dispatch-deps";
import { failpoint, failpointSoon } from "../failpoint";
import { actOnFaults } from "./act-on-faults";
import { commitTurn, type HeldBlock, type Turn, type TurnResult } from "./commit-turn";
import { judgeOutcome, type EndedSend } from "./judge-outcome";
import type { RenderedItem, SendItem } from "./load-items";

/** Members per intent: a smaller number shrinks what is unknown after a crash, a larger one the number of commits. */
const SUB_BATCH = 120;
/**
 * So many of one run may be without an outcome: a few slow ones do not hold up the rest. More than the sockets to a carrier would only
 * queue, and be unknown after a crash though they had never left.
 */
export const MAX_IN_FLIGHT = 2 * SUB_BATCH;
/** Outcomes are stored at the latest after this long, or when so many have gathered. */
const OUTCOME_WAIT_MS = 100;
const OUTCOME_BATCH = SUB_BATCH;
/** Between two looks at the rate, the signal and the clock; an outcome that makes a commit due cuts it short. */
const LOOK_EVERY_MS = 10;
/** Consecutive failed commits after which a run that is told to stop leaves the rest to recovery. */
const MAX_FAILURES = 20;

/** One run's state. What is on the wire belongs to it until the outcome is stored. */
type Run = {
  readonly deps: DispatchDeps;
  readonly cache: FactsCache;
  readonly connection: LiveConnection;
  readonly signal: AbortSignal;
  readonly scope: Turn["scope"];
  readonly held: Map<string, HeldBlock>;
  queue: readonly SendItem[];
  /** Place in the queue: those before it have had their intent. */
  next: number;
  /** Outcomes that no commit has taken yet. */
  ended: EndedSend[];
  onWire: number;
  /** Permission has gone. */
  stopped: boolean;
  /** An answer blamed the sender. */
  faulty: boolean;
  committedAtMs: number;
  /** Commits in a row that failed. */
  failures: number;
  /** Ends the rest between two looks. */
  wake: () => void;
};

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
  const run: Run = {
    ...{ deps, cache, connection, signal, held: holdBlocks(items), queue: items, next: 0, ended: [], onWire: 0 },
    scope: { shard: first.shard, accountId: first.accountId, campaignId: first.campaignId },
    ...{ stopped: false, faulty: false, committedAtMs: deps.monotonicMs(), failures: 0, wake: () => undefined },
  };
  for (;;) {
    const leaving = run.held.size === 0 || mustLeave(run);
    const wanted = leaving || run.failures > 0 ? [] : takeWanted(run);
    const idle = run.onWire === 0 && run.ended.length === 0 && wanted.length === 0;
    const through = leaving || run.next >= run.queue.length;
    if (through) onTail();
    if (idle && through && (!leaving || run.held.size === 0)) return;
    if (!isDue(run, wanted, idle && leaving)) await restUntilNews(run);
    else if (!(await tryTurn(run, wanted)) && signal.aborted && run.failures > MAX_FAILURES) return;
    else if (idle && leaving && run.failures === 0) return;
  }
}

/** @returns whether it was committed; if not, after a rest that grows with each failure */
async function tryTurn(run: Run, wanted: readonly SendItem[]): Promise<boolean> {
  try {
    await takeTurn(run, wanted);
    run.failures = 0;
    return true;
  } catch (err) {
    run.failures += 1;
    run.deps.logger.error({ err }, "storing outcomes failed; trying again");
    await new Promise((resolve) => setTimeout(resolve, Math.min(2_000, 100 * 2 ** run.failures)));
    return false;
  }
}

/** One commit, and then the sends that it allows. */
async function takeTurn(run: Run, wanted: readonly SendItem[]): Promise<void> {
  const { deps, connection, scope, held } = run;
  const batch = run.ended;
  run.ended = [];
  const closing = mustLeave(run) && run.onWire === 0;
  const startedAt = deps.monotonicMs();
  let result: TurnResult;
  try {
    const prices = await run.cache.prices(deps.sql, scope.accountId);
    result = await commitTurn(deps, { scope, connection, held, ended: batch, wanted, prices, closing });
  } catch (error) {
    run.ended = [...batch, ...run.ended]; // nothing was committed: kept for the next turn
    throw error;
  }
  run.committedAtMs = deps.monotonicMs();
  run.next += result.stopped === null ? wanted.length : 0;
  run.stopped ||= result.stopped !== null;
  followResult(held, batch, wanted, result);
  if (result.lost.size > 0) {
    run.queue = run.queue.slice(run.next).filter((item) => held.has(item.block.id));
    run.next = 0;
  }
  if (result.go.length > 0) failpoint("intent.after");
  const deadlineMs = lastSendMs(deps, startedAt);
  for (const rendered of result.go) launch(run, rendered, deadlineMs);
  await actOnFaults(deps, connection, result.judged);
}

/** @param deadlineMs on the monotonic clock: nothing begins to leave after it */
function launch(run: Run, rendered: RenderedItem, deadlineMs: number): void {
  const { deps, connection } = run;
  run.onWire += 1;
  const sentAtMs = deps.now();
  const canStillSend = (): boolean => {
    failpointSoon("wire.during");
    return deps.monotonicMs() < deadlineMs;
  };
  connection.connector.send(rendered.request, canStillSend).then(
    (outcome) => finish(run, rendered, sentAtMs, outcome),
    (err: unknown) => {
      deps.logger.error({ err, connectionId: connection.id }, "a connector threw; the outcome counts as unknown");
      const detail = "connector error";
      finish(run, rendered, sentAtMs, { kind: "unknown", code: "bad_response", detail, carrierIds: [], raw: "" });
    },
  );
}

function finish(run: Run, rendered: RenderedItem, sentAtMs: number, outcome: SendOutcome): void {
  failpoint("wire.after");
  const { item, request, parts, priceMicros } = rendered;
  const connectionId = run.connection.id;
  const send = { item, request, parts, priceMicros, connectionId, sentAtMs, endedAtMs: run.deps.now(), outcome };
  run.onWire -= 1;
  run.ended.push(send);
  if (outcome.kind === "refused") run.faulty ||= judgeOutcome(send, { unknownIsUndelivered: false }).breaker !== null;
  if (run.onWire === 0 || run.ended.length >= OUTCOME_BATCH) run.wake();
}

/** This run's own answers say so first that the sender is blamed; another run of the same connection may have found out as well. */
function mustLeave({ stopped, signal, faulty, deps, connection }: Run): boolean {
  if (stopped || signal.aborted || faulty) return true;
  const asItStands = deps.connections.find(connection.id);
  return asItStands !== null && breakerOf(asItStands, deps.now()) === "open";
}

/** After a failed commit at once: whatever is held must be known to be held before anything is sent. */
function isDue(run: Run, wanted: readonly SendItem[], isLast: boolean): boolean {
  if (run.failures > 0 || isLast || wanted.length > 0 || run.ended.length >= OUTCOME_BATCH) return true;
  const sinceMs = run.deps.monotonicMs() - run.committedAtMs;
  if (run.ended.length > 0 && (sinceMs >= OUTCOME_WAIT_MS || run.onWire === 0)) return true;
  return sinceMs > run.deps.leaseMs / 3;
}

function restUntilNews(run: Run): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      run.wake = () => undefined;
      resolve();
    };
    const timer = setTimeout(done, LOOK_EVERY_MS);
    run.wake = done;
  });
}

function holdBlocks(items: readonly SendItem[]): Map<string, HeldBlock> {
  const held = new Map<string, HeldBlock>();
  for (const { block } of items) {
    if (!held.has(block.id)) held.set(block.id, { block, cursor: block.cursor, inFlight: new Set() });
  }
  return held;
}

function takeWanted({ queue, next, onWire, connection }: Run): readonly SendItem[] {
  const left = queue.length - next;
  const most = Math.min(SUB_BATCH, MAX_IN_FLIGHT - onWire, left);
  // A commit costs much the same for a few as for many: while others are on the wire it waits for a whole sub-batch.
  if (most <= 0 || (onWire > 0 && most < Math.min(SUB_BATCH, left))) return [];
  const granted = connection.limiter.take(most, queue[0]?.block.lane ?? 0);
  return queue.slice(next, next + granted);
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
