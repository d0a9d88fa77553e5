import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { Logger } from "pino";
import { buildConnector } from "../lib/server/connections/build-connector";
import { createConnectionRegistry } from "../lib/server/connections/connection-registry";
import { createPool, QUERY_TIMEOUT_MS } from "../lib/server/db/pool";
import { createPrisma } from "../lib/server/db/prisma";
import { LEASE_MS, type DispatchDeps } from "../lib/server/dispatch/dispatch-deps";
import { WAKE_CHANNEL } from "../lib/server/dispatch/enqueue-message";
import { createShardList } from "../lib/server/dispatch/list-shards";
import { runPlanner } from "../lib/server/dispatch/planning/run-planner";
import { takeInbound, type ReceiveInbound } from "../lib/server/dispatch/inbound/take-inbound";
import { hearInbound } from "../lib/server/dispatch/confirm-opt-outs";
import { toIncoming } from "../lib/server/dispatch/receipts/incoming-receipt";
import { createReceiptBatcher } from "../lib/server/dispatch/receipts/receipt-batcher";
import { createWakeUp } from "../lib/server/dispatch/run-loop";
import { runRecovery } from "../lib/server/dispatch/sending/run-recovery";
import { listenForWork, runSender } from "../lib/server/dispatch/sending/run-sender";
import { runHousekeeping, runSmppBeats, runTimers } from "../lib/server/dispatch/timers/run-timers";
import { runPartitions } from "../lib/server/dispatch/upkeep/run-partitions";
import type { Env } from "../lib/server/env";
import { runJobs } from "../lib/server/jobs/run-jobs";
import { keepJobsRunning } from "../lib/server/jobs/keep-jobs-running";
import { watchWorker } from "./watch-worker";

export type RunningWorker = {
  /** Where its figures are served; null: nowhere. */
  readonly metricsPort: number | null;
  stop(): Promise<void>;
};

const WIRE_GRACE_MS = 15_000;
const MIN_POOL = 16;
const RATE_POOL = 2;

export async function startWorker(env: Env, logger: Logger): Promise<RunningWorker> {
  const sql = createPool(env.DATABASE_URL, Math.max(MIN_POOL, env.KAMURJ_DATABASE_POOL), QUERY_TIMEOUT_MS);
  const db = createPrisma(sql);
  const now = Date.now;
  const batcher = createReceiptBatcher({ pool: sql, now });
  const rates = createPool(env.DATABASE_URL, RATE_POOL, QUERY_TIMEOUT_MS);
  const receive: ReceiveInbound = (from, message) =>
    hearInbound({ sql, db, logger, now: () => new Date() }, from, [message]);
  const connections = createConnectionRegistry({
    sql,
    rates,
    logger,
    wireTimeoutMs: env.KAMURJ_WIRE_TIMEOUT_MS,
    webUrl: env.NEXTAUTH_URL,
    build: buildConnector,
    onReceipt: (from, receipt) => batcher.add([toIncoming(from, receipt, now())]),
    onInbound: (from, message) => takeInbound(sql, from, message, receive),
  });
  const deps: DispatchDeps = {
    ...{ sql, db, logger, connections, now },
    monotonicMs: () => performance.now(),
    workerId: randomUUID(),
    wireTimeoutMs: env.KAMURJ_WIRE_TIMEOUT_MS,
    leaseMs: LEASE_MS,
  };
  const stopping = new AbortController();
  const { signal } = stopping;
  setMaxListeners(0, signal); // every loop rests on it
  const wake = createWakeUp();
  const shards = createShardList(sql, now);
  await connections.refresh();
  const jobs = keepJobsRunning(() => runJobs({ sql, db, logger, now: () => new Date() }), logger, signal);
  const watch = await watchWorker(env, deps, { shards, batcher }, signal);
  const sending = runSender(deps, shards, signal, wake);
  const loops = [
    runPlanner(deps, signal, wake),
    runTimers(deps, shards, signal, wake),
    runRecovery(deps, shards, signal, wake),
    runHousekeeping(deps, shards, signal),
    runPartitions(deps, env.KAMURJ_RETENTION_MONTHS, signal),
    runSmppBeats(deps, (at) => batcher.health(at), signal),
    listenForWork(deps, WAKE_CHANNEL, wake, signal),
  ];
  return {
    metricsPort: watch.port,
    async stop() {
      stopping.abort();
      await Promise.race([sending, new Promise((resolve) => setTimeout(resolve, WIRE_GRACE_MS).unref())]);
      await connections.close(1_000);
      await Promise.allSettled([...loops, jobs, batcher.idle(), watch.ended]);
      await db.$disconnect();
      await Promise.all([rates.end(), sql.end()]);
    },
  };
}
