import type { LiveConnection } from "../../connections/connection-registry";
import { openBreaker } from "../../connections/open-breaker";
import { systemContext } from "../../tenant-context";
import { pauseCampaignForFault } from "../campaigns/pause-campaign";
import type { DispatchDeps } from "../dispatch-deps";
import type { JudgedSend } from "./store-verdicts";

/** One "too many" among hundreds of acceptances concerns its own message, which waits; several concern everyone. */
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
  const busy = judged.flatMap(({ verdict }) => (verdict.slowDownMs === null ? [] : [verdict.slowDownMs]));
  if (busy.length >= MIN_BUSY && busy.length >= judged.length * BUSY_SHARE)
    connection.limiter.slowDown(Math.max(...busy));
  const breaker = judged.find(({ verdict }) => verdict.breaker !== null)?.verdict.breaker ?? null;
  if (breaker !== null) {
    const untilMs = await openBreaker(deps.sql, connection, breaker, deps.now());
    deps.connections.noteBreaker(connection.id, untilMs);
    deps.logger.warn(
      { connectionId: connection.id, code: breaker },
      "the carrier blames the sender; the connection rests",
    );
  }
  const held = judged.find(({ verdict }) => verdict.retry !== null && verdict.retry.heldBy !== null);
  const campaignId = held?.item.campaignId ?? null;
  if (held === undefined || campaignId === null) return;
  const now = (): Date => new Date(deps.now());
  const ctx = await systemContext("sender", held.item.accountId, { db: deps.db, sql: deps.sql, now });
  await pauseCampaignForFault(ctx, campaignId, held.verdict.retry?.heldBy ?? "", held.item.channel);
}
