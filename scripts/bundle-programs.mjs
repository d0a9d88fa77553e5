/**
 * The programs beside the web app, each bundled into one file: they start in a third of the time that a loader of TypeScript takes,
 * hold less memory, and are spared what such a loader adds to every function. Packages stay outside.
 */
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./setup.mjs";
import { spreadByAssignment } from "./spread-by-assignment.mjs";

const PROGRAMS = {
  worker: "worker/main.ts",
  webhooks: "worker/receive-webhooks.ts",
  sandbox: "sandbox/main.ts",
};

/** A full collection forgets the optimised code of functions that are made anew for each batch, and compiling them again costs more than it. */
const COLLECT_SELDOM = (/** @type {number} */ percent) => [`--heap-growing-percent=${percent}`, "--no-flush-bytecode"];

/**
 * Megabytes for what is young. A send is over in some tenths of a second, but with half of this so many outlive two collections that
 * full ones come nearly twice as often, and the small ones take twice as long together.
 */
const YOUNG = "--max-semi-space-size=32";

/** For Node. A worker's live data fit into a small part of this; without a bound V8 lets the rest grow to more than 300 MB. */
export const PROGRAM_FLAGS = {
  worker: ["--max-old-space-size=384", YOUNG, ...COLLECT_SELDOM(80)],
  webhooks: [YOUNG, ...COLLECT_SELDOM(200)],
  sandbox: [YOUNG, ...COLLECT_SELDOM(200)],
};

/**
 * For the C library (glibc; others do not read them). By itself it keeps a heap for each of Node's threads and gives little back to the
 * system: some 40 MB of a worker's peak.
 */
export const PROGRAM_ENV = { MALLOC_ARENA_MAX: "2", MALLOC_TRIM_THRESHOLD_: "131072" };

/**
 * @param {string} folder below node_modules/.cache, so that the packages are found from it
 * @param {Record<string, string>} programs entry by name
 * @returns {Promise<Record<string, string>>} file by name
 */
export async function bundlePrograms(folder = "kamurj-programs", programs = PROGRAMS) {
  const outdir = join(root, "node_modules", ".cache", folder);
  await build({
    ...{ absWorkingDir: root, entryPoints: programs, outdir, outExtension: { ".js": ".mjs" } },
    ...{ bundle: true, packages: "external", platform: "node", target: "node20", format: "esm", logLevel: "warning" },
    plugins: [spreadByAssignment],
  });
  return Object.fromEntries(Object.keys(programs).map((name) => [name, join(outdir, `${name}.mjs`)]));
}
