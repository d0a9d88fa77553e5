import { readEnv } from "../../lib/server/env";
import { logger } from "../../lib/server/logger";
import { startWorker, type RunningWorker } from "../../worker/start-worker";

/**
 * The worker that takes over, in a process that serves one story after the other: its modules are loaded once and its code is warm. It
 * is the worker's own composition; only who tells it to start and to stop is another.
 */
export type HostOrder =
  { readonly deed: "start"; readonly environment: Readonly<Record<string, string>> } | { readonly deed: "rest" };
export type HostAnswer =
  { readonly ready: true } | { readonly started: true } | { readonly rests: true } | { readonly failed: string };

const say = (answer: HostAnswer): void => void process.send?.(answer);
let running: RunningWorker | null = null;

async function obey(order: HostOrder): Promise<HostAnswer> {
  if (order.deed === "start") {
    running = await startWorker(readEnv({ ...process.env, ...order.environment }), logger());
    return { started: true };
  }
  await running?.stop();
  running = null;
  return { rests: true };
}

process.on("message", (order: HostOrder) => {
  obey(order).then(say, (error: unknown) => say({ failed: error instanceof Error ? error.message : String(error) }));
});
process.on("disconnect", () => process.exit(0));
say({ ready: true });
