/**
 * One variant of part b in a fresh PostgreSQL, in a process of its own: node --import tsx bench/rivals/measure-rival.ts <variant> <messages>
 *
 * Its last line is the row as JSON.
 */
import { createPool } from "../../lib/server/db/pool";
import { benchRow } from "../bench-row";
import { startBenchDatabase, startMeter } from "../measure";
import { prepareGraphile } from "./graphile-worker";
import { checkLife, prepareLife, type Life } from "./life";
import { preparePgBoss } from "./pg-boss";
import { RIVALS, type Rival } from "./variants";

const [name, messages] = process.argv.slice(2);
const rival = RIVALS.find((one) => one.variant === name);
if (rival === undefined) throw new Error(`There is no variant called ${name}.`);
await measureRival(rival, Number(messages));

async function measureRival(rival: Rival, count: number): Promise<void> {
  const database = await startBenchDatabase();
  const pool = createPool(database.url, 12);
  try {
    const life = await prepareLife(pool, count);
    const live = await prepare(rival, database.url, life);
    const meter = await startMeter(database, { node: process.pid });
    await live();
    const measured = await meter.stop(count);
    await checkLife(life);
    console.log(JSON.stringify(benchRow.parse({ variant: rival.variant, ...measured, note: rival.note })));
  } finally {
    await pool.end();
    await database.stop();
  }
}

function prepare(rival: Rival, url: string, life: Life): Promise<() => Promise<void>> {
  return rival.library === "pg-boss" ? preparePgBoss(url, life, rival) : prepareGraphile(life, rival);
}
