import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { bundlePrograms as bundle } from "../../scripts/bundle-programs.mjs";

/** The programs that are killed: bundled, as they run. */
export type Programs = {
  readonly worker: string;
  readonly receiver: string;
  /** A worker that starts and rests at our word; see tests/faults/worker-host.ts. */
  readonly host: string;
};

export async function bundlePrograms(): Promise<Programs & { remove(): Promise<void> }> {
  const files = await bundle(`kamurj-faults-${process.pid}`, {
    worker: "worker/main.ts",
    receiver: "bench/dispatch-receiver.ts",
    host: "tests/faults/worker-host.ts",
  });
  return { ...files, remove: () => rm(dirname(files.worker), { recursive: true, force: true }) };
}
