/**
 * The life of a message on graphile-worker with all of its batching: jobs added in bulk in the transaction of their messages, a local
 * queue, batched completion, many jobs at once whose rows are stored together, and one delayed job for the wait of each batch sent.
 */
import { Logger, run, type Task, type TaskList } from "graphile-worker";
import type pg from "pg";
import { inTransaction } from "../../lib/server/db/pool";
import { startReceipts, type Receipts } from "./apply-receipts";
import { collectInBatches } from "./collect-in-batches";
import { recordSends, WAIT_MS, writeMessages, type Life, type Step } from "./life";
import type { GraphileOptions } from "./variants";

type Members = { readonly step: Step; readonly ids: readonly string[] };
type Jobs = { readonly tasks: TaskList; readonly receipts: Receipts };

/** Messages whose rows are stored in one transaction. */
const BATCH = 500;
const POLL_MS = 50;

/** Sets the library up; what it returns is the life itself, and is what gets measured. */
export async function prepareGraphile(life: Life, options: GraphileOptions): Promise<() => Promise<void>> {
  const jobs = createTasks(life, options);
  const runner = await run({
    pgPool: life.pool,
    taskList: jobs.tasks,
    noHandleSignals: true,
    logger: new Logger(() => () => undefined), // it would write a line a job
    preset: {
      worker: {
        concurrentJobs: options.concurrentJobs,
        localQueue: { size: options.localQueueSize },
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
        pollInterval: POLL_MS,
      },
    },
  });
  return async () => {
    await runLife(life, jobs, options);
    await runner.stop();
  };
}

async function runLife(life: Life, { receipts }: Jobs, { messagesPerJob }: GraphileOptions): Promise<void> {
  await writeMessages(life, (sql, ids) => addJobs(sql, "send", split(0, ids, messagesPerJob)));
  await life.pool.query("ANALYZE graphile_worker._private_jobs");
  while (receipts.delivered() < life.messages) await new Promise((resolve) => setTimeout(resolve, 5));
}

function createTasks(life: Life, { messagesPerJob }: GraphileOptions): Jobs {
  const receipts = startReceipts(life, (sql, ids) => addJobs(sql, "send", split(1, ids, messagesPerJob)));
  const sendAll = async (step: Step, ids: readonly string[]): Promise<void> => {
    const told = await inTransaction(life.pool, async (sql) => {
      if (step === 0) await addJobs(sql, "timer", [{ step, ids }], WAIT_MS);
      return recordSends(sql, life, step, ids);
    });
    receipts.push(told);
  };
  const sendOne = [
    collectInBatches<string>(BATCH, (ids) => sendAll(0, ids)),
    collectInBatches<string>(BATCH, (ids) => sendAll(1, ids)),
  ] as const;
  const send: Task = async (payload) => {
    const { step, ids } = payload as Members;
    const [only, second] = ids;
    if (only !== undefined && second === undefined) await sendOne[step](only);
    else await sendAll(step, ids);
  };
  return { tasks: { send, timer: () => undefined }, receipts };
}

/** What `addJobs` of the library sends, within our transaction. */
async function addJobs(
  sql: pg.PoolClient,
  task: string,
  payloads: readonly Members[],
  delayMs: number | null = null,
): Promise<void> {
  await sql.query({
    name: "rival-add-jobs",
    text: `SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
             SELECT ($1, payload, NULL, $3::timestamptz, NULL, NULL, NULL, NULL)::graphile_worker.job_spec
             FROM unnest($2::json[]) AS x(payload)))`,
    values: [
      ...[task, payloads.map((payload) => JSON.stringify(payload))],
      delayMs === null ? null : new Date(Date.now() + delayMs),
    ],
  });
}

function split(step: Step, ids: readonly string[], size: number): Members[] {
  const count = Math.ceil(ids.length / size);
  return Array.from({ length: count }, (_, index) => ({ step, ids: ids.slice(index * size, (index + 1) * size) }));
}
