import { readdir } from "node:fs/promises";
import type { Sql } from "./pool";

/** Migrations of this version that the database has not had: the code expects what is not there. A newer database has none. */
export async function pendingMigrations(sql: Sql, directory = "prisma/migrations"): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const { rows } = await sql.query(
    "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
  );
  const applied = new Set(rows.map((row) => String(row.migration_name)));
  return entries
    .filter((entry) => entry.isDirectory() && !applied.has(entry.name))
    .map((entry) => entry.name)
    .sort();
}
