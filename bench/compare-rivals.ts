/**
 * Part b: the life of a message on graphile-worker and on pg-boss, each variant in a process and a PostgreSQL of its own.
 *
 *   node --import tsx bench/compare-rivals.ts [messages] [--json]
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { benchRow, printReport, type BenchRow } from "./bench-row";
import { installRivals } from "./install-rivals";
import { renderTable } from "./render-table";
import { RIVALS } from "./rivals/variants";

const json = process.argv.includes("--json");
const messages = Number(process.argv.slice(2).find((text) => /^\d+$/.test(text)) ?? 100_000);

await installRivals();
const rows: BenchRow[] = [];
for (const { variant } of RIVALS) {
  process.stderr.write(`${variant} …\n`);
  rows.push(await measure(variant));
}
if (json) printReport({ part: "b", rows });
else console.log(renderTable(rows));

async function measure(variant: string): Promise<BenchRow> {
  const script = fileURLToPath(new URL("rivals/measure-rival.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script, variant, String(messages)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (text) => (said += String(text)));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`${variant} ended with ${code}.`);
  return benchRow.parse(JSON.parse(said.trimEnd().split("\n").at(-1) ?? ""));
}
