import type { TemplateVariable } from "@/lib/schemas/templates";
import { authorise, type TenantContext } from "../tenant-context";

/** Looking at all contacts of a large account would take seconds; a sample says the same about names and lengths. */
const SAMPLE = 2_000;
const ALWAYS_OFFERED = ["first_name", "last_name", "name", "city"];

/** What contacts are known by: the usual four first, then the others by how many contacts have them. */
export async function listTemplateVariables(ctx: TenantContext): Promise<TemplateVariable[]> {
  authorise(ctx, "templates:write");
  const { rows } = await ctx.sql.query<{
    name: string;
    filled: number;
    looked: number;
    example: string;
    longest: string;
  }>(
    `WITH sample AS MATERIALIZED (
       SELECT name, attributes FROM contact WHERE account_id = $1 LIMIT ${SAMPLE}
     ), pairs AS (
       SELECT a.key AS name, a.value FROM sample, jsonb_each_text(attributes) a
       UNION ALL SELECT 'name', name FROM sample WHERE name IS NOT NULL AND NOT attributes ? 'name'
     )
     SELECT name, count(*)::int AS filled, (SELECT count(*)::int FROM sample) AS looked,
            left(min(value), 80) AS example,
            left((array_agg(value ORDER BY length(value) DESC))[1], 80) AS longest
       FROM pairs WHERE value <> '' GROUP BY name ORDER BY count(*) DESC, name LIMIT 60`,
    [ctx.accountId],
  );
  const known = new Map(
    rows.map((row) => [
      row.name,
      { name: row.name, filledShare: row.filled / Math.max(1, row.looked), example: row.example, longest: row.longest },
    ]),
  );
  const usual = ALWAYS_OFFERED.map((name) => known.get(name) ?? { name, filledShare: 0, example: "", longest: "" });
  return [...usual, ...[...known.values()].filter(({ name }) => !ALWAYS_OFFERED.includes(name))];
}
