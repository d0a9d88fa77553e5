import type { Sql } from "../../db/pool";
import type { Tx } from "../../db/prisma";

const ROWS_AT_ONCE = 3_000;

/** PostgreSQL's type of a column; `ms` is a moment in milliseconds since the epoch. */
export type ColumnType =
  "uuid" | "text" | "jsonb" | "bigint" | "bigint[]" | "integer" | "smallint" | "boolean" | "bytea" | "ms";

/**
 * Inserts rows by the thousand: one statement each, whatever they are, and no more rows in memory than that. Table and columns are
 * the caller's own words, never input.
 */
export async function insertRecords<Columns extends Readonly<Record<string, ColumnType>>, Item>(
  tx: Tx,
  table: string,
  columns: Columns,
  items: readonly Item[],
  toRow: (item: Item) => Readonly<Record<keyof Columns, unknown>>,
): Promise<void> {
  const names = Object.keys(columns);
  const types = names.map((name) => `${name} ${columns[name] === "ms" ? "bigint" : columns[name]}`).join(", ");
  const values = names
    .map((name) => (columns[name] === "ms" ? `to_timestamp(x.${name} / 1000.0)` : `x.${name}`))
    .join(", ");
  const text = `INSERT INTO ${table} (${names.join(", ")}) SELECT ${values} FROM json_to_recordset($1::json) AS x(${types})`;
  for (let from = 0; from < items.length; from += ROWS_AT_ONCE) {
    await tx.$executeRawUnsafe(text, JSON.stringify(items.slice(from, from + ROWS_AT_ONCE).map(toRow)));
  }
}

/** For functions of the dispatch service, which speak to pg: the same transaction, behind their interface. */
export function sqlOf(tx: Tx): Sql {
  const query = async (config: { readonly text: string; readonly values: readonly unknown[] }) => ({
    rows: await tx.$queryRawUnsafe(config.text, ...config.values),
  });
  return { query } as unknown as Sql;
}
