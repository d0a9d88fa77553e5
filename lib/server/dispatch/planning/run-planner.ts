import type { DispatchDeps } from "../dispatch-deps";
import { runLoop, type WakeUp } from "../run-loop";
import { listUnplannedCampaigns, planSlice } from "./plan-slice";

/**
 * Slices that share a commit take so long together: the campaign's row is locked meanwhile, so whoever pauses or cancels it waits, and
 * nothing of them is sent before it is over.
 */
const TOGETHER_MS = 150;

/** Some slices of each campaign in turn, so that a large one does not hold up a small one. */
export function runPlanner(deps: DispatchDeps, signal: AbortSignal, wake: WakeUp): Promise<void> {
  return runLoop("planner", { restMs: 250, logger: deps.logger, signal }, async () => {
    let planned = false;
    for (const campaign of await listUnplannedCampaigns(deps.sql)) {
      if (signal.aborted) break;
      await planSlice(deps, campaign, TOGETHER_MS);
      planned = true;
      wake.ring();
    }
    return planned;
  });
}
