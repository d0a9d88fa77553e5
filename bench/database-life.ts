/**
 * The database side of a whole life, through our own functions, without HTTP or SMPP: plan, lease, intent and outcome, receipts in
 * micro-batches (70 % delivered; 30 % fail on WhatsApp, fall back to SMS and are delivered there), decisions, rollups, upkeep.
 *
 *   node --import tsx bench/database-life.ts [messages …] [--json]
 *
 * Each count runs on a new embedded PostgreSQL. BENCH_PROFILE=1 prints the costliest statements and what the WAL consists of.
 */
import type { Writable } from "node:stream";
import pg from "pg";
import { createPool } from "../lib/server/db/pool";
import { createPrisma } from "../lib/server/db/prisma";
import { benchRow, printReport, type BenchRow } from "./bench-row";
import { makeLife } from "./database-life/make-life";
import { runLife } from "./database-life/run-life";
import { explainCosts, readHealth, startProfile } from "./database-life/read-health";
import { startBenchDatabase, startMeter } from "./measure";

const json = process.argv.includes("--json");
const counts = process.argv
  .slice(2)
  .filter((text) => /^\d+$/.test(text))
  .map(Number);
const out = json ? process.stderr : process.stdout;
const rows: BenchRow[] = [];
for (const count of counts.length > 0 ? counts : [100_000, 1_000_000]) rows.push(await measureLife(count, out));
if (json) printReport({ part: "a", rows });
else
  console.table(
    rows.map(({ cpuMicrosByProcess, peakRssMb, ...row }) => ({
      ...row,
      ...cpuMicrosByProcess,
      rssMb: peakRssMb?.node,
    })),
  );

async function measureLife(count: number, log: Writable): Promise<BenchRow> {
  const database = await startBenchDatabase();
  const sql = createPool(database.url, 12);
  const db = createPrisma(sql);
  try {
    const life = await makeLife(database.url, sql, db, count);
    const profiled = process.env.BENCH_PROFILE === undefined ? null : await startProfile(database.url);
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    const before = await readHealth(admin);
    const meter = await startMeter(database, { node: process.pid });
    const seen = await runLife(life, count, (text) => log.write(`${text}\n`));
    const measured = await meter.stop(count);
    const after = await readHealth(admin, before);
    if (profiled !== null) log.write(`${await explainCosts(admin, profiled, count)}\n`);
    await admin.end();
    const variant = `kamurj ${count.toLocaleString("en")}`;
    return benchRow.parse({ variant, ...measured, ...after, ...seen, note: "" });
  } finally {
    await db.$disconnect();
    await sql.end();
    await database.stop();
  }
}
