import { breakerOf, type LiveConnection } from "../../connections/connection-registry";
import { closeBreaker, openBreaker } from "../../connections/open-breaker";
import { MISSES_TO_REST, reachOf } from "@/lib/domain/dispatch/breaker";
import { systemContext } from "../../tenant-context";
import { pauseCampaignForFault } from "../campaigns/pause-campaign";
import type { DispatchDeps } from "../dispatch-deps";
import type { JudgedSend } from "./store-verdicts";

/** One "too many" among hundreds of acceptances concerns its own message, which waits; several, or most, concern everyone. */
const MIN_BUSY = 3;
const BUSY_SHARE = 0.05;

/**
 * What a sub-batch's outcomes mean beyond their messages: slow down, rest the connection, pause the campaign. After the commit, since
 * pausing takes the exclusive lock; a crash in between leaves a held block under a running campaign, which releaseStrayBlocks finds.
 */
export async function actOnFaults(
  deps: DispatchDeps,
  connection: LiveConnection,
  judged: readonly JudgedSend[],
): Promise<void> {
  if (judged.length === 0) return;
  slowDownIfAsked(connection, judged);
  const fault = judged.find(({ verdict }) => verdict.breaker !== null)?.verdict.breaker ?? null;
  if (fault !== null) await rest(deps, connection, fault, "the carrier blames the sender; the connection rests");
  else await followReach(deps, connection, judged);
  const held = judged.find(({ verdict }) => verdict.retry !== null && verdict.retry.heldBy !== null);
  const campaignId = held?.item.campaignId ?? null;
  if (held === undefined || campaignId === null) return;
  const now = (): Date => new Date(deps.now());
  const ctx = await systemContext("sender", held.item.accountId, { db: deps.db, sql: deps.sql, now });
  await pauseCampaignForFault(ctx, campaignId, held.verdict.retry?.heldBy ?? "", held.item.channel);
}

/** "Nobody answers there" is no wish to go slower: that is the breaker's. */
function slowDownIfAsked(connection: LiveConnection, judged: readonly JudgedSend[]): void {
  const busy = judged.flatMap(({ verdict, outcome }) =>
    verdict.slowDownMs === null || reachOf(outcome) === "missed" ? [] : [verdict.slowDownMs],
  );
  const several = busy.length >= MIN_BUSY && busy.length >= judged.length * BUSY_SHARE;
  const most = busy.length > 0 && busy.length * 2 >= judged.length;
  if (several || most) connection.limiter.slowDown(Math.max(...busy));
}

async function rest(deps: DispatchDeps, connection: LiveConnection, reason: string, message: string): Promise<void> {
  const until = await openBreaker(deps.sql, connection, reason, deps.now());
  deps.connections.noteRest(connection.id, until);
  deps.logger.warn(
    { connectionId: connection.id, code: reason, restMs: Math.round(until.untilMs - deps.now()) },
    message,
  );
}

/** Contact, or the want of it: several misses in a row open the breaker, after a rest one does; contact after the rest closes it. */
async function followReach(deps: DispatchDeps, known: LiveConnection, judged: readonly JudgedSend[]): Promise<void> {
  const connection = deps.connections.find(known.id);
  if (connection === null) return;
  const nowMs = deps.now();
  const state = breakerOf(connection, nowMs);
  if (state === "open") return;
  const restedUntilMs = connection.rest?.untilMs ?? Number.NEGATIVE_INFINITY;
  let missed: string | null = null;
  for (const { outcome, sentAtMs } of judged) {
    if (sentAtMs < restedUntilMs) continue; // from before the rest: says nothing of now
    const reach = reachOf(outcome);
    if (reach === "reached") {
      connection.reach.missedInARow = 0;
      if (state === "closed") continue;
      await closeBreaker(deps.sql, connection, nowMs);
      deps.connections.noteRest(connection.id, null);
      deps.logger.info({ connectionId: connection.id }, "the carrier answers again; the connection is back at work");
      return;
    }
    if (reach === "missed" && "code" in outcome) {
      connection.reach.missedInARow += 1;
      missed = outcome.code;
    }
  }
  const isEnough = state === "half_open" || connection.reach.missedInARow >= MISSES_TO_REST;
  if (missed !== null && isEnough && connection.reach.missedInARow > 0)
    await rest(deps, connection, missed, "nobody answers at the carrier's; the connection rests");
}
