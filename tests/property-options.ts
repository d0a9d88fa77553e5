import type fc from "fast-check";

/**
 * How many histories a model-based test plays: 500, or KAMURJ_PROPERTY_RUNS. A failure prints its seed, path and replayPath;
 * KAMURJ_PROPERTY_SEED, KAMURJ_PROPERTY_PATH and KAMURJ_PROPERTY_REPLAY play that one history again.
 */
export function propertyOptions(): fc.Parameters<unknown> {
  const { KAMURJ_PROPERTY_RUNS: runs, KAMURJ_PROPERTY_SEED: seed, KAMURJ_PROPERTY_PATH: path } = process.env;
  return {
    numRuns: Number(runs ?? 500),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(path === undefined ? {} : { path, endOnFailure: true }),
  };
}

/** For `fc.commands`: which of the generated commands were run. */
export function replayPath(): { readonly replayPath?: string } {
  const path = process.env.KAMURJ_PROPERTY_REPLAY;
  return path === undefined ? {} : { replayPath: path };
}
