import type { DispatchDeps } from "../lib/server/dispatch/dispatch-deps";
import { rest, runLoop } from "../lib/server/dispatch/run-loop";
import type { ReceiptBatcher } from "../lib/server/dispatch/receipts/receipt-batcher";
import type { Env } from "../lib/server/env";
import { checkWorker } from "../lib/server/metrics/check-worker";
import { showOnly } from "../lib/server/metrics/metrics";
import { readWorkerGauges } from "../lib/server/metrics/read-worker-gauges";
import { serveMetrics } from "../lib/server/metrics/serve-metrics";
import { watchConservation } from "../lib/server/metrics/watch-conservation";

export type WorkerWatch = {
  /** null: nothing listens. */
  readonly port: number | null;
  /** Ends once the signal says stop and the listener is closed. */
  readonly ended: Promise<void>;
};

const CONSERVATION_REST_MS = 15_000;
/** The books take at most this part of one connection's time, however much there is to read. */
const REST_PER_WORK = 20;

/** Everything by which a worker can be watched: figures, health, and the books that must balance. */
export async function watchWorker(
  env: Pick<Env, "KAMURJ_METRICS_HOST" | "KAMURJ_METRICS_PORT">,
  deps: DispatchDeps,
  parts: { readonly shards: () => Promise<readonly number[]>; readonly batcher: ReceiptBatcher },
  signal: AbortSignal,
): Promise<WorkerWatch> {
  const { sql, logger, connections, now } = deps;
  const { shards, batcher } = parts;
  const conservation = watchConservation({ sql, shards, now, logger });
  const books = runLoop("conservation", { restMs: CONSERVATION_REST_MS, logger, signal }, async () => {
    const startedAt = deps.monotonicMs();
    await conservation.step();
    await rest((deps.monotonicMs() - startedAt) * REST_PER_WORK, signal);
    return false;
  });
  showOnly("worker");
  const port = env.KAMURJ_METRICS_PORT;
  const sources = { sql, shards, connections, conservation, now, intake: batcher.health };
  const server =
    port === null
      ? null
      : await serveMetrics({
          ...{ host: env.KAMURJ_METRICS_HOST, port, logger },
          refresh: () => readWorkerGauges(sources),
          ready: () => checkWorker({ sql, conservation, connections: () => connections.all().length }),
        });
  return { port: server?.port ?? null, ended: books.then(() => server?.close()) };
}
