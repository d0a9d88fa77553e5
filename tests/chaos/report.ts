import { CATEGORIES } from "../../lib/domain/vocabulary";
import { gapOf } from "../../lib/server/dispatch/conservation";
import type { ChaosResult } from "./run-chaos";

type Facts = Pick<
  ChaosResult,
  "accepted" | "api" | "comparison" | "story" | "verdict" | "books" | "gauge" | "quiet" | "faults" | "plan"
>;

/** Everything for which a run counts as failed, each in a sentence with examples; empty: nothing was lost, nothing sent twice. */
export function problemsOf(facts: Facts): string[] {
  const { verdict, comparison, books, gauge, quiet, faults, plan } = facts;
  const problems: string[] = [];
  const say = (what: string, examples: readonly string[]): void => {
    if (examples.length > 0) problems.push(`${what}: ${examples.length} (${examples.slice(0, 5).join("; ")})`);
  };
  if (!quiet) problems.push("It did not become quiet within its time.");
  if (faults.length !== plan.length) problems.push(`${faults.length} of ${plan.length} faults happened.`);
  const lost = lostOf(facts);
  if (lost !== 0) problems.push(`Lost messages: ${lost}.`);
  for (const category of CATEGORIES) say(`${category}: taken twice on one channel`, verdict.duplicates[category]);
  say("Taken on a second channel against the rules", verdict.forbiddenSecondChannels);
  say("Unknown without a fault at its time", verdict.unexplained);
  say("Receipts that we answered for and do not have", verdict.lostReceipts);
  for (const { what, count, bad, examples } of comparison.findings) {
    if (bad && count > 0) problems.push(`${what}: ${count} (${examples.slice(0, 5).join("; ")})`);
  }
  if (gapOf(books) !== 0) problems.push(`The conservation gauge reads ${gapOf(books)} (${books.examples.join(", ")}).`);
  if (gauge.worst !== 0) problems.push(`The conservation gauge read ${gauge.worst} on the way.`);
  const ours = countOf(facts, "messages");
  if (books.accepted !== ours) problems.push(`The gauge counts ${books.accepted} messages, this check ${ours}.`);
  const open = books.queued + books.inFlight + books.waiting;
  if (quiet && open !== 0) problems.push(`All is quiet, and ${open} messages are still to be worked on.`);
  return problems;
}

/** Of those that we said we would send: not in the database, or there with nothing that accounts for them. */
export function lostOf(facts: Pick<Facts, "accepted" | "comparison">): number {
  const missing = facts.accepted - countOf(facts, "messages");
  return missing + countOf(facts, "messages that nothing accounts for");
}

function countOf({ comparison }: Pick<Facts, "comparison">, word: string): number {
  return comparison.findings.find(({ what }) => what.trim() === word)?.count ?? 0;
}

export function formatReport(result: ChaosResult): string {
  const { verdict, books, gauge, comparison, story, api, wish } = result;
  const lines: string[] = [];
  const row = (left: string, right: string | number): number =>
    lines.push(`${left.padEnd(66)}${String(right).padStart(12)}`);
  row(`Chaos, seed ${wish.seed}`, `${Math.round(result.tookMs / 1_000)} s`);
  row("accepted (campaigns and API)", result.accepted);
  row("  by the API; calls repeated because the database was away", `${api.accepted.length}; ${api.retries}`);
  row("terminal", books.terminal);
  row("unknown", books.unknown);
  row("queued, in flight, waiting", books.queued + books.inFlight + books.waiting);
  row("lost", lostOf(result));
  for (const [what, n] of sorted(statuses(result))) row(`  ${what}`, n);
  row("taken by the carriers (ledger)", comparison.entries.length);
  for (const category of CATEGORIES) row(`duplicates, ${category}`, verdict.duplicates[category].length);
  row("taken on a second channel, by category and why it went on", sum(verdict.secondChannels));
  for (const [what, n] of sorted(verdict.secondChannels)) row(`  ${what}`, n);
  row("unknown attempts, by error and what had happened", verdict.unknown);
  for (const [what, n] of sorted(verdict.unknownBy)) row(`  ${what}`, n);
  row("receipts answered for; lost", `${verdict.receipts}; ${verdict.lostReceipts.length}`);
  row("faults", result.faults.length);
  for (const [what, n, seconds] of byName(result)) row(`  ${what}`, `${n} (${seconds} s)`);
  row("leases taken over; members in flight then", takeovers(story.takeovers));
  row(
    "conservation gauge at the end; worst of those read on the way",
    `${gapOf(books)}; ${gauge.worst} (${gauge.reads})`,
  );
  for (const [what, n] of sorted(bySecond(verdict.unexplained))) row(`  unexplained: ${what}`, n);
  const problems = problemsOf(result);
  for (const problem of problems) lines.push(`✗ ${problem}`);
  if (problems.length === 0) lines.push("✓ nothing lost, nothing twice, every unknown explained, no receipt lost");
  return lines.join("\n");
}

function statuses({ comparison }: ChaosResult): Record<string, number> {
  const words = ["reached", "pending", "failed", "skipped", "cancelled"];
  return Object.fromEntries(
    comparison.findings.flatMap(({ what, count }) => (words.includes(what.trim()) ? [[what.trim(), count]] : [])),
  );
}

function byName({ faults }: ChaosResult): [string, number, string][] {
  const times = new Map<string, number[]>();
  for (const { name, fromMs, untilMs } of faults) times.set(name, [...(times.get(name) ?? []), untilMs - fromMs]);
  return [...times]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, all]) => [name, all.length, (sum(all) / all.length / 1_000).toFixed(1)]);
}

/** Channel, error and the second of its start: what broke together shows together. */
function bySecond(unexplained: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const text of unexplained) {
    const [channel, , error, time] = text.split(" ");
    const key = `${channel} ${error} ${time?.slice(0, 8)}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

function takeovers(all: ChaosResult["story"]["takeovers"]): string {
  return `${all.length}; ${sum(all.map(({ inFlight }) => inFlight.length))}`;
}

function sorted(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).sort(([a], [b]) => a.localeCompare(b));
}

function sum(numbers: readonly number[] | Readonly<Record<string, number>>): number {
  return Object.values(numbers).reduce((total, n) => total + n, 0);
}
