/**
 * Part f: Kannel and our worker over the same mock carrier and count, one after the other.
 *
 *   node --import tsx bench/compare-kannel.ts [messages] [--json]
 */
import { printReport, type BenchReport } from "./bench-row";
import { measureKamurj } from "./kannel/measure-kamurj";
import { measureKannel } from "./kannel/measure-kannel";
import { findKannel } from "./kannel/start-kannel";
import { renderTable } from "./render-table";

const json = process.argv.includes("--json");
const messages = Number(process.argv.slice(2).find((text) => /^\d+$/.test(text)) ?? 20_000);
const report = await compare();
if (json) printReport(report);
else console.log(report.skipped ?? renderTable(report.rows));

async function compare(): Promise<BenchReport> {
  const kannel = findKannel();
  if (kannel === null) {
    const skipped = "Kannel is not installed on this machine (Debian: apt-get install kannel).";
    return { part: "f", rows: [], skipped };
  }
  process.stderr.write("Kannel …\n");
  const theirs = await measureKannel(kannel, messages);
  process.stderr.write("Kamurj …\n");
  return { part: "f", rows: [theirs, await measureKamurj(messages)] };
}
