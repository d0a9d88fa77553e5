import { randomUUID } from "node:crypto";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { BLANK_ATTEMPT } from "../../lib/domain/dispatch/attempt-state";
import { lockAttempts, type AttemptRow } from "../../lib/server/dispatch/attempt-rows";
import { insertAttempts, updateAttempts } from "../../lib/server/dispatch/write-attempts";
import { analyseNewPartitions } from "../../lib/server/dispatch/upkeep/analyse-new-partitions";
import { createTestAccount, useTestDatabase, type TestAccount } from "../int/harness";
import { makeMonth, monthName, monthStart } from "./id-clock";

const database = useTestDatabase();
const MONTH = 1;
const AT_ONCE = 100;

/** So many attempts of messages at the start of the month, numbered from `from`. */
async function attempts(account: TestAccount, from: number, count: number, month = MONTH): Promise<AttemptRow[]> {
  const { rows } = await database.sql.query("SELECT dispatch_id_floor($1) AS floor", [monthStart(month)]);
  const floor = BigInt(rows[0]?.floor);
  return Array.from({ length: count }, (_, i) => ({
    ...BLANK_ATTEMPT,
    ...{ shard: account.shard, messageId: String(floor + BigInt((from + i) * 7)), step: 0, try: 0 },
    ...{ status: "accepted" as const, channel: "whatsapp" as const, accountId: account.accountId, campaignId: null },
    ...{ connectionId: randomUUID(), country: "AM", category: 2, segments: 1, priceMicros: 1, sentAtMs: 0 },
    ...{ doubleReach: false, detail: "x".repeat(60) },
  }));
}

/** A session tells how many rows it has written once a second at most, unless asked. */
async function tellStatistics(sql: pg.PoolClient): Promise<void> {
  await sql.query("SELECT pg_stat_force_next_flush()");
}

/** How this session would run again, from its cache of plans, the statement that it has prepared with this beginning. */
async function cachedPlan(sql: pg.PoolClient, beginning: string, values: readonly string[]): Promise<string> {
  const { rows } = await sql.query("SELECT name FROM pg_prepared_statements WHERE statement LIKE $1 || '%'", [
    beginning,
  ]);
  const literals = values.map((value) => pg.escapeLiteral(value)).join(", ");
  const plan = await sql.query(`EXPLAIN EXECUTE ${pg.escapeIdentifier(String(rows[0]?.name))} (${literals})`);
  return plan.rows.map((row) => String(row["QUERY PLAN"])).join("\n");
}

describe("a partition that has just begun to fill", () => {
  it("is analysed in time, so that statements prepared while it was empty use its index and not its every row", async () => {
    const account = await createTestAccount(database);
    await makeMonth(database, MONTH);
    const child = `attempt_${monthName(MONTH)}`;
    const sql = await database.sql.connect();
    try {
      await sql.query("SET plan_cache_mode = force_generic_plan");
      const first = await attempts(account, 0, AT_ONCE);
      const ids = first.map((attempt) => attempt.messageId);
      await updateAttempts(sql, account.shard, first);
      await lockAttempts(sql, account.shard, ids);
      const range = [String(ids[0]), String(ids.at(-1))] as const;
      const keys = `{${ids.join(",")}}`;
      const update = () => cachedPlan(sql, "UPDATE attempt", [String(account.shard), "[]", ...range, keys]);
      const lock = () => cachedPlan(sql, "SELECT", [String(account.shard), keys, ...range]);

      for (let from = 0; from < 6_000; from += 1_000) {
        await insertAttempts(sql, account.shard, await attempts(account, from, 1_000));
      }
      await tellStatistics(sql);
      // What this test is about: without ANALYZE the plan of the empty partition stays.
      expect(await update()).toContain(`Seq Scan on ${child}`);
      expect(await lock()).toContain(`Seq Scan on ${child}`);

      expect(await analyseNewPartitions(database.sql)).toContain(child);
      for (const plan of [await update(), await lock()]) {
        expect(plan).toContain(`${child}_pkey`);
        expect(plan).not.toContain(`Seq Scan on ${child}`);
      }
      expect(await analyseNewPartitions(database.sql)).not.toContain(child);
    } finally {
      sql.release(true);
    }
  });

  it("is not analysed while its rows are those of a transaction that has not ended, for ANALYZE would call it empty", async () => {
    const account = await createTestAccount(database);
    await makeMonth(database, MONTH + 1);
    const child = `attempt_${monthName(MONTH + 1)}`;
    const tuples = async () => {
      const { rows } = await database.sql.query("SELECT reltuples FROM pg_class WHERE relname = $1", [child]);
      return Number(rows[0]?.reltuples);
    };
    const sql = await database.sql.connect();
    try {
      await sql.query("BEGIN");
      await insertAttempts(sql, account.shard, await attempts(account, 0, 3_000, MONTH + 1));
      expect(await analyseNewPartitions(database.sql)).not.toContain(child);
      expect(await tuples()).toBe(1_000_000);

      await sql.query("COMMIT");
      await tellStatistics(sql);
      expect(await analyseNewPartitions(database.sql)).toContain(child);
      expect(await tuples()).toBe(3_000);
    } finally {
      sql.release(true);
    }
  });

  it("starts with the statistics of a full month, so that autovacuum does not analyse it at its first rows", async () => {
    await makeMonth(database, 25);
    const { rows } = await database.sql.query(
      "SELECT count(*) FILTER (WHERE reltuples = 1000000 AND relpages = 20000)::int AS seeded, count(*)::int AS n FROM pg_class WHERE relkind = 'r' AND relname LIKE '%\\_' || $1",
      [monthName(25)],
    );
    expect(rows[0]?.n).toBeGreaterThanOrEqual(6);
    expect(rows[0]?.seeded).toBe(rows[0]?.n);
  });
});
