import type { DispatchDeps } from "../dispatch-deps";
import { runLoop, type WakeUp } from "../run-loop";
import { recoverAllBlocks } from "./recover-blocks";
import { forgetPairTurns } from "./reserve-pair-turns";

/** Between two looks; part of the ten seconds within which a dead worker's blocks are handed over. */
const LOOK_EVERY_MS = 500;
const FORGET_EVERY_MS = 30_000;

/** A loop of its own, so that no upkeep that takes long holds up a handover. Senders are woken for what it gave back. */
export function runRecovery(
  deps: DispatchDeps,
  shards: () => Promise<readonly number[]>,
  signal: AbortSignal,
  wake: WakeUp,
): Promise<void> {
  let forgotAtMs = deps.monotonicMs();
  return runLoop("recovery", { restMs: LOOK_EVERY_MS, logger: deps.logger, signal }, async () => {
    if ((await recoverAllBlocks(deps, await shards())) > 0) wake.ring();
    if (deps.monotonicMs() - forgotAtMs >= FORGET_EVERY_MS) {
      await forgetPairTurns(deps.sql);
      forgotAtMs = deps.monotonicMs();
    }
    return false;
  });
}
