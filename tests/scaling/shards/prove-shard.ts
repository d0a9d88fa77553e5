import type pg from "pg";
import type { Statement } from "./recorded-statements";

/**
 * The proof is the planner's. In a database of its own, every table of the dispatch service is partitioned by its shard: one
 * partition for the shard under test, one for another shard, one for the rest. A statement that names its shard for each such table,
 * directly or through a join on it, has all other partitions pruned when it is planned; one that does not, has them in its plan. That
 * is the rule by which Citus sends a statement to a single node.
 */
export type Proof = {
  readonly tables: readonly string[];
  /** What is wrong with the statement, in words; empty: it names its shard. */
  check(statement: Statement): Promise<readonly string[]>;
  /** Which of the tables its text names. */
  tablesIn(text: string): readonly string[];
};

/** They say where an account's rows live; they are not among them. */
const NOT_DISPATCH = ["account", "api_request"];
const OWN = "__own";

export async function prepareProof(sql: pg.Pool, shard: number): Promise<Proof> {
  const tables = await listTables(sql);
  for (const table of tables) await partitionByShard(sql, table, shard);
  const columns = await shardPlaces(sql);
  const tablesIn = (text: string): readonly string[] => tables.filter((table) => mention(table).test(bare(text)));
  return {
    tables,
    tablesIn,
    async check(statement) {
      if (!/^\s*(WITH|SELECT|INSERT|UPDATE|DELETE)\b/i.test(bare(statement.text))) return [];
      const wrong = new Set<string>();
      const met = new Set<string>();
      for (const values of statement.runs) {
        const { rows } = await sql.query(`EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) ${statement.text}`, [...values]);
        const plan = (rows[0] as { "QUERY PLAN": { Plan: Node }[] })["QUERY PLAN"][0]?.Plan;
        if (plan === undefined) throw new Error("EXPLAIN gave no plan.");
        for (const node of walk(plan)) judge(node, { tables, columns, shard, text: bare(statement.text) }, wrong, met);
      }
      // A plan that leaves a table out altogether (a list that happened to be empty) proves nothing about it.
      const named = tablesIn(statement.text);
      for (const table of named)
        if (!met.has(table)) wrong.add(`${table} is in no plan: run it with values that need it`);
      // One value in a list would be pruned like a single shard; two would not.
      if (named.length > 0 && /\bshard\s*(=\s*ANY|IN)\s*\(/i.test(bare(statement.text))) wrong.add("a list of shards");
      return [...wrong];
    },
  };
}

/** Every table that has a shard is one of the dispatch service, whoever adds it. */
async function listTables(sql: pg.Pool): Promise<readonly string[]> {
  const { rows } = await sql.query(
    `SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'shard' AND NOT a.attisdropped
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace AND c.relname <> ALL($1)
     ORDER BY c.relname`,
    [NOT_DISPATCH],
  );
  return rows.map((row) => String(row.relname));
}

/** PostgreSQL itself refuses a unique key without the shard here, as Citus does. */
async function partitionByShard(sql: pg.Pool, table: string, shard: number): Promise<void> {
  const other = (shard + 1) % 64;
  await sql.query(`
    ALTER TABLE "${table}" RENAME TO "${table}__plain";
    CREATE TABLE "${table}" (LIKE "${table}__plain" INCLUDING ALL) PARTITION BY LIST (shard);
    DROP TABLE "${table}__plain" CASCADE;
    CREATE TABLE "${table}${OWN}" PARTITION OF "${table}" FOR VALUES IN (${shard});
    CREATE TABLE "${table}__other" PARTITION OF "${table}" FOR VALUES IN (${other});
    CREATE TABLE "${table}__rest" PARTITION OF "${table}" DEFAULT`);
}

/** Of each table: at which place of a full row its shard stands, from 0. */
async function shardPlaces(sql: pg.Pool): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql.query(
    `SELECT c.relname, a.attnum - 1 AS place FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'shard'
     WHERE c.relkind = 'p' AND c.relnamespace = 'public'::regnamespace`,
  );
  return new Map(rows.map((row) => [String(row.relname), Number(row.place)]));
}

type Node = {
  readonly "Node Type"?: string;
  readonly "Parent Relationship"?: string;
  readonly "Relation Name"?: string;
  readonly "Target Tables"?: readonly Node[];
  readonly Operation?: string;
  readonly Output?: readonly string[];
  readonly Plans?: readonly Node[];
};

function* walk(node: Node): Generator<Node> {
  yield node;
  for (const child of [...(node.Plans ?? []), ...(node["Target Tables"] ?? [])]) yield* walk(child);
}

type Ground = {
  readonly tables: readonly string[];
  readonly columns: ReadonlyMap<string, number>;
  readonly shard: number;
  readonly text: string;
};

function judge(node: Node, ground: Ground, wrong: Set<string>, met: Set<string>): void {
  const relation = node["Relation Name"];
  if (relation === undefined) return;
  const [base, part] = relation.split(/(?=__(?:own|other|rest)$)/) as [string, string | undefined];
  if (!ground.tables.includes(base)) return;
  if (part === OWN) met.add(base);
  else if (part !== undefined) wrong.add(`${base} is looked up in every shard`);
  else if (node.Operation === "Insert") {
    met.add(base);
    if (insertedShard(node, ground.text, ground.columns.get(base) ?? -1) !== ground.shard)
      wrong.add(`rows inserted into ${base} take their shard from data`);
  }
}

/**
 * The shard that all rows of an INSERT get, if it is one constant: what the plan below gives out for it. In a full row that is the
 * column's place; where the rows come from a SELECT with an order of its own, its place among the columns that the statement lists.
 */
function insertedShard(insert: Node, text: string, place: number): number | null {
  const source = outerOf(insert, "Outer");
  const direct = constantOf(source?.Output?.[place]);
  if (direct !== null || source?.["Node Type"] !== "Subquery Scan") return direct;
  const listed =
    new RegExp(`\\bINTO\\s+"?${insert["Relation Name"] ?? ""}"?\\s*\\(([^)]*)\\)`, "i").exec(text)?.[1] ?? "";
  const columns = listed.split(",").map((column) => column.trim());
  return constantOf(outerOf(source, "Subquery")?.Output?.[columns.indexOf("shard")]);
}

function outerOf(node: Node, relationship: string): Node | undefined {
  return (node.Plans ?? []).find((plan) => plan["Parent Relationship"] === relationship);
}

function constantOf(output: string | undefined): number | null {
  const found = /^\(*'?(\d+)'?(?:::smallint)?\)*$/.exec(output ?? "");
  return found === null ? null : Number(found[1]);
}

function bare(text: string): string {
  return text.replace(/--[^\n]*/g, " ").replace(/\/\*[\s\S]*?\*\//g, " ");
}

function mention(table: string): RegExp {
  return new RegExp(
    `\\b(?:FROM|JOIN|INSERT\\s+INTO|UPDATE|USING)\\s+(?:ONLY\\s+)?"?(?:public"?\\."?)?${table}\\b`,
    "i",
  );
}
