import { beforeAll, describe, expect, it } from "vitest";
import { setSwitch, testDispatch } from "../../../lib/server/dispatch/dispatch.fixture";
import { createTestAccount, useTestDatabase } from "../../int/harness";
import { listWrittenStatements, plain, wasRun, type WrittenStatement } from "./list-written-statements";
import { prepareProof, type Proof } from "./prove-shard";
import { recordStatements, type Statement } from "./recorded-statements";
import { liveThroughEverything } from "./whole-life";

const database = useTestDatabase();
const proving = useTestDatabase();

/** They ask all shards on purpose, some times a minute, for a figure; nothing waits for them and nothing is locked. */
const ASK_EVERY_SHARD = [/^lib\/server\/dispatch\/check-readiness\.ts$/, /^lib\/server\/metrics\//];

const held: {
  proof?: Proof;
  statements?: readonly Statement[];
  written?: readonly WrittenStatement[];
  shard?: number;
} = {};

function ground(): Required<typeof held> {
  const { proof, statements, written, shard } = held;
  if (proof === undefined || statements === undefined || written === undefined || shard === undefined)
    throw new Error("made in beforeAll");
  return { proof, statements, written, shard };
}

beforeAll(async () => {
  const account = await createTestAccount(database);
  await setSwitch(database, account, true);
  const dispatch = await testDispatch(database, account);
  const recorder = recordStatements();
  try {
    await liveThroughEverything({ database, account, dispatch, recorder });
  } finally {
    recorder.stop();
  }
  held.shard = account.shard;
  held.statements = recorder.statements();
  held.proof = await prepareProof(proving.sql, account.shard);
  held.written = listWrittenStatements(["lib/server", "worker", "app"], held.proof.tablesIn);
});

/** Asked once when a person deletes a connection: no hot path, though it names its shard as well. */
const ASKED_BY_HAND = [/^lib\/server\/connections\/delete-connection\.ts$/];

const isExempt = ({ file }: WrittenStatement): boolean =>
  [...ASK_EVERY_SHARD, ...ASKED_BY_HAND].some((pattern) => pattern.test(file));

/** Of what ran, that which touches the tables. The fixture that drives the loops asks for itself. */
function hotStatements(): readonly Statement[] {
  const { proof, statements, written } = ground();
  const own = written.filter((one) => !isExempt(one));
  return statements.filter(
    ({ text }) => proof.tablesIn(text).length > 0 && own.some((one) => wasRun(one, [plain(text)])),
  );
}

describe("every hot statement on the tables of the dispatch service", () => {
  it("names its shard: the planner leaves out every other shard's partition", async () => {
    const { proof } = ground();
    const wrong: string[] = [];
    for (const statement of hotStatements()) {
      for (const problem of await proof.check(statement))
        wrong.push(`${problem}: ${plain(statement.text).slice(0, 300)}`);
    }
    expect(wrong).toEqual([]);
  });

  it("was really run: of each that stands in the source, its text went to the database in this life", () => {
    const { statements, written } = ground();
    const texts = statements.map(({ text }) => plain(text));
    const hot = written.filter((one) => !isExempt(one));
    const missed = hot.filter((one) => !wasRun(one, texts));
    expect(hot.length).toBeGreaterThan(40);
    expect(
      missed.map(({ file, line }) => `${file}:${line}`),
      "let these run in whole-life.ts, or they are not proven",
    ).toEqual([]);
  });

  it("covers every table that carries a shard", () => {
    const { proof } = ground();
    const met = new Set(hotStatements().flatMap(({ text }) => proof.tablesIn(text)));
    expect(proof.tables).toEqual(
      expect.arrayContaining(["attempt", "block", "carrier_ref", "fallback_decision", "fallback_timer", "message"]),
    );
    expect([...met].sort()).toEqual([...proof.tables]);
  });

  it("changes rows without volatile functions, which Citus refuses in UPDATE and DELETE", () => {
    const { proof } = ground();
    const changes = hotStatements().filter(({ text }) => /\b(UPDATE\s+(?!SET)|DELETE\s+FROM\s)/i.test(text));
    expect(changes.length).toBeGreaterThan(10);
    const volatile = /\b(clock_timestamp|timeofday|random|gen_random_uuid|nextval|next_block_id)\s*\(/i;
    const wrong = changes.filter(({ text }) =>
      proof.tables.some((table) => changesOf(text, table).some((c) => volatile.test(c))),
    );
    expect(wrong.map(({ text }) => plain(text).slice(0, 200))).toEqual([]);
  });

  it("stands on keys and columns that Citus can spread: no foreign keys, and numbers that are drawn are bigint", async () => {
    const { proof } = ground();
    const { rows } = await database.sql.query(
      `SELECT conname AS name FROM pg_constraint WHERE contype = 'f'
         AND (conrelid = ANY ($1::text[]::regclass[]) OR confrelid = ANY ($1::text[]::regclass[]))
       UNION ALL SELECT attrelid::regclass || '.' || attname FROM pg_attribute
       WHERE attrelid = ANY ($1::text[]::regclass[]) AND attidentity <> '' AND atttypid <> 'bigint'::regtype`,
      [[...proof.tables]],
    );
    expect(rows).toEqual([]);
  });

  it("has nothing behind its back: no function reads these tables, and the one view that does joins them by shard", async () => {
    const { proof } = ground();
    const { rows } = await database.sql.query(
      `SELECT proname AS name, prosrc AS text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
       UNION ALL SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'`,
    );
    expect(rows.length).toBeGreaterThan(5);
    const behind = rows.filter((row) => proof.tablesIn(String(row.text)).length > 0);
    expect(behind.map((row) => String(row.name))).toEqual(["receipt"]);
    expect(String(behind[0]?.text)).toMatch(/a\.shard = e\.shard/);
  });
});

/** The parts of a statement that change rows of the table, up to the next part of its kind. */
function changesOf(text: string, table: string): readonly string[] {
  const start = new RegExp(`\\b(?:UPDATE|DELETE\\s+FROM)\\s+${table}\\b`, "gi");
  return [...text.matchAll(start)].map(({ index }) => text.slice(index).split(/\bINSERT\s+INTO\b/i)[0] ?? "");
}

describe("the proof fails for a statement that", () => {
  it.each([
    ["names no shard", "SELECT * FROM message WHERE account_id = $1", []],
    [
      "names it for one table of two",
      "SELECT 1 FROM attempt a JOIN message m ON m.id = a.message_id WHERE a.shard = $2",
      [],
    ],
    [
      "takes it from another table",
      "SELECT 1 FROM block b JOIN account a ON a.shard = b.shard WHERE a.id = $1 AND $2::int > 0",
      [],
    ],
    ["takes it from a subquery", "DELETE FROM block WHERE shard = (SELECT shard FROM account WHERE id = $1)", []],
    ["locks across shards", "SELECT id FROM block WHERE account_id = $1 FOR UPDATE SKIP LOCKED", []],
    ["lists shards", "SELECT 1 FROM block WHERE shard = ANY ($2::smallint[])", ["list"]],
    [
      "inserts rows whose shard comes with the data",
      `INSERT INTO skipped_send (shard, message_id, step, account_id, reason, at)
       SELECT x.shard, 1, 0, $1, '', now() FROM jsonb_to_recordset($2::jsonb) AS x(shard smallint)`,
      ["json"],
    ],
    [
      "would be pruned only because its list was empty",
      "SELECT 1 FROM message WHERE shard = $2 AND false AND account_id = $1",
      [],
    ],
  ])("%s", async (_, text, kind: readonly string[]) => {
    const { proof, shard } = ground();
    const account = "00000000-0000-0000-0000-000000000001";
    const second = kind.includes("list") ? [shard] : kind.includes("json") ? "[]" : shard;
    const values = text.includes("$2") ? (text.includes("$1") ? [account, second] : [second]) : [account];
    const statement = { text: text.includes("$1") ? text : text.replaceAll("$2", "$1"), runs: [values] };
    expect(await proof.check(statement)).not.toEqual([]);
  });

  it("and passes for one that names it, by a join on it too", async () => {
    const { proof, shard } = ground();
    for (const text of [
      "SELECT 1 FROM message WHERE shard = $1 AND id = 5",
      "SELECT 1 FROM attempt a JOIN message m ON m.shard = a.shard AND m.id = a.message_id WHERE a.shard = $1 FOR UPDATE OF a",
      "INSERT INTO block (shard, id, account_id, step, lane, available_at, first_id, size) SELECT $1::smallint, 1, gen_random_uuid(), 0, 0, now(), 1, 1",
    ]) {
      expect(await proof.check({ text, runs: [[shard]] })).toEqual([]);
    }
  });
});
