import { rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

/** The programs that are killed, bundled: they start in a third of the time that tsx takes, and there are many starts. */
export type Programs = {
  readonly worker: string;
  readonly receiver: string;
  /** A worker that starts and rests at our word; see tests/faults/worker-host.ts. */
  readonly host: string;
};

export async function bundlePrograms(): Promise<Programs & { remove(): Promise<void> }> {
  // Below node_modules, so that the packages, which stay outside of the bundle, are found.
  const home = join("node_modules", ".cache", `kamurj-faults-${process.pid}`);
  const outputs = {
    worker: join(home, "worker.mjs"),
    receiver: join(home, "receiver.mjs"),
    host: join(home, "host.mjs"),
  };
  const bundle = (from: string, outfile: string) =>
    build({
      ...{ entryPoints: [from], outfile, bundle: true, packages: "external" as const },
      ...{ platform: "node" as const, format: "esm" as const, logLevel: "warning" as const },
    });
  await Promise.all([
    bundle("worker/main.ts", outputs.worker),
    bundle("bench/dispatch-receiver.ts", outputs.receiver),
    bundle("tests/faults/worker-host.ts", outputs.host),
  ]);
  return { ...outputs, remove: () => rm(home, { recursive: true, force: true }) };
}
