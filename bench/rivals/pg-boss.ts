/**
 * The life of a message on pg-boss: jobs inserted in bulk, fetched 1,000 at a time, completed in bulk, each in one transaction with the
 * business rows of its batch (pg-boss takes our client as its `db`).
 */
import type pg from "pg";
import PgBoss from "pg-boss";
import { inTransaction } from "../../lib/server/db/pool";
import { startReceipts, type Receipts } from "./apply-receipts";
import { recordSends, WAIT_MS, writeMessages, type Life, type Step } from "./life";
import type { PgBossOptions } from "./variants";

type SendJob = { readonly id: string };
type TimerJob = { readonly ids: readonly string[] };

type Run = PgBossOptions & { readonly boss: PgBoss; readonly life: Life; readonly receipts: Receipts };

const QUEUE = ["send-whatsapp", "send-sms"] as const;
const TIMERS = "timer";

/** Sets the library up; what it returns is the life itself, and is what gets measured. */
export async function preparePgBoss(url: string, life: Life, options: PgBossOptions): Promise<() => Promise<void>> {
  const boss = new PgBoss({ connectionString: url, max: options.loops + 2, supervise: false, schedule: false });
  boss.on("error", (error) => console.error(error));
  await boss.start();
  for (const queue of [...QUEUE, TIMERS]) await boss.createQueue(queue);
  return async () => {
    const receipts = startReceipts(life, (sql, ids) => enqueueSends(boss, sql, 1, ids));
    await runLife({ ...options, boss, life, receipts });
    await boss.stop({ graceful: false });
  };
}

async function runLife(run: Run): Promise<void> {
  const { boss, life, receipts, loops } = run;
  await writeMessages(life, (sql, ids) => enqueueSends(boss, sql, 0, ids));
  await life.pool.query("ANALYZE pgboss.job");
  const work = async (): Promise<void> => {
    while (receipts.delivered() < life.messages) {
      if ((await sendBatch(run, 0)) || (await sendBatch(run, 1))) continue;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  await Promise.all(Array.from({ length: loops }, work));
}

async function enqueueSends(boss: PgBoss, sql: pg.PoolClient, step: Step, ids: readonly string[]): Promise<void> {
  const jobs = ids.map((id) => ({ name: QUEUE[step], data: { id } satisfies SendJob }));
  await boss.insert(jobs, inside(sql));
}

async function sendBatch({ boss, life, receipts, ...options }: Run, step: Step): Promise<boolean> {
  const jobs = await boss.fetch<SendJob>(QUEUE[step], { batchSize: options.batchSize, priority: false });
  if (jobs.length === 0) return false;
  const ids = jobs.map((job) => job.data.id);
  const told = await inTransaction(life.pool, async (sql) => {
    const sent = await recordSends(sql, life, step, ids);
    const timers: TimerJob[] = options.timerPerMessage ? ids.map((id) => ({ ids: [id] })) : [{ ids }];
    const startAfter = new Date(Date.now() + WAIT_MS).toISOString();
    if (step === 0) {
      const waits = timers.map((data) => ({ name: TIMERS, data, startAfter }));
      await boss.insert(waits, inside(sql));
    }
    const done = jobs.map((job) => job.id);
    await boss.complete(QUEUE[step], done, inside(sql));
    return sent;
  });
  receipts.push(told);
  return true;
}

function inside(sql: pg.PoolClient): { readonly db: PgBoss.Db } {
  return { db: { executeSql: (text, values) => sql.query(text, values) } };
}
