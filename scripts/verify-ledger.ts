/**
 * npm run verify:ledger [-- --campaign <id>]: compares the carriers' own ledger (the sandbox's) with the database. The ledger is the only
 * honest judge of double sends. Exits 1 if they disagree.
 */
import { CHANNELS } from "../lib/domain/vocabulary";
import { createPool } from "../lib/server/db/pool";
import { compareLedger, type Comparison } from "./compare-ledger";

async function main(): Promise<void> {
  const url = process.env.DATABASE_URL;
  if (url === undefined) throw new Error("DATABASE_URL is not set.");
  const sandbox = process.env.SANDBOX_URL ?? "http://127.0.0.1:4010";
  const flag = process.argv.indexOf("--campaign");
  const campaignId = flag < 0 ? null : (process.argv[flag + 1] ?? null);
  const pool = createPool(url, 2);
  try {
    const comparison = await compareLedger(pool, sandbox, campaignId);
    print(comparison);
    process.exitCode = comparison.findings.some((finding) => finding.bad && finding.count > 0) ? 1 : 0;
  } finally {
    await pool.end();
  }
}

function print({ entries, attempts, findings }: Comparison): void {
  const line = (left: string, right: string | number): string => `${left.padEnd(78)}${String(right).padStart(10)}`;
  const out = [line("Sandbox ledger against database", "")];
  for (const channel of CHANNELS) {
    out.push(line(`  ${channel}: taken by the carrier`, entries.filter((entry) => entry.channel === channel).length));
    out.push(line(`  ${channel}: attempts here`, attempts.filter((attempt) => attempt.channel === channel).length));
  }
  for (const { what, count, bad, examples } of findings) {
    out.push(line(`${bad && count > 0 ? "✗ " : bad ? "✓ " : ""}${what}`, count));
    if (bad) for (const example of examples.slice(0, 5)) out.push(`      ${example}`);
  }
  process.stdout.write(`${out.join("\n")}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
