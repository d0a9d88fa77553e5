/**
 * What a worker costs that has nothing to do, by the number of shards on which accounts live (each shard is looked at many times a
 * second): CPU of worker and PostgreSQL in ms a second, and transactions a second.
 *
 *   node --import tsx bench/idle-worker.ts [seconds]
 */
import { setTimeout as rest } from "node:timers/promises";
import { startStack, type Stack } from "./full-path/start-stack";
import { startMeter } from "./measure";

const SHARDS = [1, 16, 64] as const;
const SETTLE_MS = 3_000;
const seconds = Number(process.argv[2] ?? 10);

const stack = await startStack({ workers: 1, receiptsPerWebhook: 1, sandboxSpeed: 1 });
try {
  const rows = [];
  for (const shards of SHARDS) rows.push(await measureIdle(stack, shards));
  console.table(rows);
} finally {
  await stack.stop();
}

async function measureIdle({ sql, database, pids }: Stack, shards: number): Promise<Record<string, number>> {
  await sql.query(
    `INSERT INTO account (id, name, shard) SELECT gen_random_uuid(), 'Idle ' || n, n FROM generate_series(0, $1::integer - 1) n
     WHERE NOT EXISTS (SELECT FROM account a WHERE a.shard = n)`,
    [shards],
  );
  const { rows } = await sql.query("SELECT count(DISTINCT shard)::integer AS count FROM account");
  await rest(SETTLE_MS);
  const before = await readTransactions(sql);
  const meter = await startMeter(database, { worker: pids().worker });
  await rest(seconds * 1_000);
  const { cpuMicrosByProcess: micros, seconds: took } = await meter.stop(1);
  const perSecond = (figure: number): number => Math.round((figure / took) * 10) / 10;
  return {
    shards: Number(rows[0].count),
    "worker ms/s": perSecond((micros.worker ?? 0) / 1_000),
    "postgres ms/s": perSecond((micros.postgres ?? 0) / 1_000),
    "transactions/s": perSecond((await readTransactions(sql)) - before),
  };
}

async function readTransactions(sql: Stack["sql"]): Promise<number> {
  await sql.query("SELECT pg_stat_force_next_flush()");
  const { rows } = await sql.query(
    "SELECT xact_commit::float8 AS count FROM pg_stat_database WHERE datname = current_database()",
  );
  return Number(rows[0].count);
}
