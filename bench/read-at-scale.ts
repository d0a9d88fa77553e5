/**
 * What the desk's reads cost when an account holds many messages: for each screen the milliseconds, the statements, the rows and 8 kB
 * pages they touched, and the indexes they went by. Ends with 1 where a plan reads a large table from end to end, or 100,000 rows.
 *
 *   node --import tsx bench/read-at-scale.ts [messages]     default: 2000000; some minutes
 *
 * The messages are written by set-based SQL into a new embedded PostgreSQL, over the 14 days before now, in blocks of 1,000 with a
 * campaign for each 100,000. The reads are the product's own use cases; their statements are recorded as they run and each is explained
 * (ANALYZE, BUFFERS) with the values it ran with. Rows that grow with the number of messages show a missing index.
 */
import pg from "pg";
import { createPool } from "../lib/server/db/pool";
import { createPrisma } from "../lib/server/db/prisma";
import { makeLife } from "./database-life/make-life";
import { startBenchDatabase } from "./measure";
import { explainReads } from "./read-at-scale/explain-reads";
import { fillHistory } from "./read-at-scale/fill-history";

const CONNECTIONS = 4;
const messages = Number(process.argv[2] ?? "2000000");
const database = await startBenchDatabase();
const sql = createPool(database.url, CONNECTIONS);
const db = createPrisma(sql);
const admin = new pg.Client({ connectionString: database.url });
try {
  await admin.connect();
  const { accountId, shard, campaignId } = await makeLife(database.url, sql, db, 1_000);
  const startedAt = performance.now();
  const filled = await fillHistory(admin, { accountId, shard, campaignId, messages });
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  process.stdout.write(`${messages.toLocaleString("en")} messages, written in ${seconds} s\n`);
  const { costs, faults } = await explainReads({ sql, db, admin, accountId, shard }, filled);
  console.table(costs);
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
} finally {
  await admin.end();
  await db.$disconnect();
  await sql.end();
  await database.stop();
}
