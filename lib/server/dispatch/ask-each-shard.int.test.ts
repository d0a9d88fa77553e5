import { expect, it } from "vitest";
import { useTestDatabase } from "../../../tests/int/harness";
import type { Sql } from "../db/pool";
import { askEachShard, findShards } from "./ask-each-shard";

const database = useTestDatabase();

const SHARDS = [3, 7, 11, 40] as const;

async function askTwice(sql: Sql, shard: number): Promise<string> {
  const { rows } = await sql.query("SELECT pg_backend_pid() AS pid, $1::integer * 2 AS twice", [shard]);
  return `${String(rows[0].pid)}:${String(rows[0].twice)}`;
}

it("gives the answers in the order of the shards, all from one connection", async () => {
  const answers = await askEachShard(database.sql, SHARDS, askTwice);
  expect(answers.map((answer) => answer.split(":")[1])).toEqual(["6", "14", "22", "80"]);
  expect(new Set(answers.map((answer) => answer.split(":")[0])).size).toBe(1);
  expect(await askEachShard(database.sql, [], askTwice)).toEqual([]);
});

it("finds the shards of which the question is true", async () => {
  const isOdd = async (sql: Sql, shard: number): Promise<boolean> =>
    (await sql.query("SELECT $1::integer % 2 = 1 AS odd", [shard])).rows[0].odd === true;
  expect(await findShards(database.sql, SHARDS, isOdd)).toEqual([3, 7, 11]);
});

it("throws what one query has thrown, and gives its connection back once the others have been answered", async () => {
  const answered: number[] = [];
  const failing = askEachShard(database.sql, SHARDS, async (sql, shard) => {
    await sql.query("SELECT 1 / ($1::integer - 7)", [shard]);
    answered.push(shard);
  });
  await expect(failing).rejects.toThrow("division by zero");
  expect(answered).toEqual([3, 11, 40]);
  expect(database.sql.idleCount).toBe(database.sql.totalCount);
  expect(await askEachShard(database.sql, [5], askTwice)).toHaveLength(1);
});
