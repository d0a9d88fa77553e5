import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type pg from "pg";
import { isDatabaseAway } from "../../lib/server/db/is-database-away";
import { createPool, inTransaction } from "../../lib/server/db/pool";
import { useTestDatabase } from "../int/harness";
import { until } from "../int/live-stack";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy";

const database = useTestDatabase();
let proxy: TcpProxy;
let pool: pg.Pool;

beforeAll(async () => {
  const url = new URL(database.url);
  proxy = await startTcpProxy(Number(url.port));
  url.port = String(proxy.port);
  pool = createPool(url.href, 2, 400);
});
afterAll(async () => {
  await pool.end();
  await proxy.close();
});

/** What PostgreSQL answered, or the error. */
async function outcome(work: Promise<pg.QueryResult>): Promise<unknown> {
  return work.then(
    ({ rows }) => rows[0]?.n,
    (error: unknown) => error,
  );
}

describe("a connection to the database that the network has forgotten without a word", () => {
  it("is given up; the query fails as when the database is away, and the next one is answered", async () => {
    expect(await outcome(pool.query("SELECT 1 AS n"))).toBe(1);
    expect(proxy.halfOpen()).toBe(1);
    expect(isDatabaseAway(await outcome(pool.query("SELECT 2 AS n")))).toBe(true);
    await until("it is closed on our side", () => Promise.resolve(proxy.halfOpenLeft() === 0));
    expect(await outcome(pool.query("SELECT 3 AS n"))).toBe(3);
  });

  it("in the middle of a transaction is given up with it, without waiting for a ROLLBACK as well", async () => {
    await database.sql.query("CREATE TABLE said (n integer)");
    const work = inTransaction(pool, async (sql) => {
      await sql.query("INSERT INTO said VALUES (1)");
      proxy.halfOpen();
      return sql.query("INSERT INTO said VALUES (2)");
    });
    expect(isDatabaseAway(await outcome(work))).toBe(true);
    await until("it is closed on our side", () => Promise.resolve(proxy.halfOpenLeft() === 0));
    expect(await outcome(pool.query("SELECT count(*)::integer AS n FROM said"))).toBe(0);
  });
});
