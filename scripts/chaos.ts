/**
 * npm run chaos -- [--messages 100000] [--kills 30] [--seed text] [--minutes 20]: a campaign through the sandbox while workers, PostgreSQL
 * and the web process are killed with -9, a worker is stopped beyond its lease, and networks break; then everything is compared with the
 * carriers' own ledger. The same seed gives the same plan of faults. Exits 1 if anything was lost or sent twice (docs/chaos.md).
 *
 * It uses nothing of a running installation: a PostgreSQL of its own, free ports, a temporary directory; all of it is gone at the end.
 */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { formatReport, problemsOf } from "../tests/chaos/report";
import { runChaos, type ChaosWish } from "../tests/chaos/run-chaos";

/** Of the time in which faults begin, for each of them. */
const SLOT_MS = 4_000;

function readWish(): ChaosWish {
  const { values } = parseArgs({
    options: {
      messages: { type: "string", default: "100000" },
      kills: { type: "string", default: "30" },
      seed: { type: "string", default: randomBytes(4).toString("hex") },
      minutes: { type: "string", default: "20" },
    },
  });
  const messages = readNumber("messages", values.messages, 100, 1_000_000);
  const kills = readNumber("kills", values.kills, 0, 500);
  const minutes = readNumber("minutes", values.minutes, 1, 240);
  const stops = Math.ceil(kills / 8);
  const spreadMs = Math.max(20_000, (2 * kills + stops) * SLOT_MS);
  return { messages, kills, stops, networkFaults: kills, spreadMs, seed: values.seed, boundMs: minutes * 60_000 };
}

function readNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`--${name} is "${text}"; it must be a whole number from ${least} to ${most}.`);
}

async function main(): Promise<void> {
  const wish = readWish();
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => stop.abort());
  const result = await runChaos(wish, stop.signal, (text) => process.stdout.write(`${text}\n`));
  process.stdout.write(`\n${formatReport(result)}\n`);
  process.exitCode = problemsOf(result).length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
