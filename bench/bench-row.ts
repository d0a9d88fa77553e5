import { z } from "zod";

export const BENCH_PARTS = ["a", "b", "c", "d", "e", "f", "g", "h"] as const;
export type BenchPart = (typeof BENCH_PARTS)[number];

const figures = z.object({
  variant: z.string().min(1),
  messages: z.number().int().nonnegative(),
  seconds: z.number().nonnegative(),
  /** Messages a second over the whole of what the part calls a message's life. */
  perSecond: z.number().nonnegative(),
  /** Microseconds of CPU (user and system) a message, by process: "node", "postgres", "worker", "receiver", "sandbox". */
  cpuMicrosByProcess: z.record(z.string(), z.number().nonnegative()),
  walBytesPerMessage: z.number().nonnegative().optional(),
  /** Highest resident memory by process, in MB of 1,000,000 bytes. */
  peakRssMb: z.record(z.string(), z.number().nonnegative()).optional(),
  /** By what was timed and percentile: "acceptToWire.p99". */
  latencyMs: z.record(z.string(), z.number().nonnegative()).optional(),
  note: z.string().optional(),
});

/**
 * One measured run. Variants are compared by name, so a part keeps its names from run to run.
 *
 * Any further field must be a number (an SMS count, a share of HOT updates); it is kept and printed below the table.
 */
export const benchRow = figures.catchall(z.number());
export type BenchRow = z.infer<typeof figures> & Readonly<Record<string, unknown>>;

/** The last line a part's process writes to stdout. `skipped` says in one sentence why nothing was measured. */
export const benchReport = z.object({
  part: z.enum(BENCH_PARTS),
  rows: z.array(benchRow),
  skipped: z.string().min(1).optional(),
});
export type BenchReport = { readonly part: BenchPart; readonly rows: readonly BenchRow[]; readonly skipped?: string };

/** Writes a part's report as the last line of stdout; a row that does not fit the contract is the part's own fault. */
export function printReport(report: BenchReport): void {
  process.stdout.write(`${JSON.stringify(benchReport.parse(report))}\n`);
}

/**
 * Reads the report from all that a part wrote to stdout.
 *
 * @throws Error that quotes what stood there instead
 */
export function readReport(stdout: string): BenchReport {
  const last = stdout.trimEnd().split("\n").at(-1) ?? "";
  let value: unknown;
  try {
    value = JSON.parse(last);
  } catch {
    throw new Error(`its last line is no JSON: ${JSON.stringify(last.slice(0, 200))}`);
  }
  const parsed = benchReport.safeParse(value);
  if (!parsed.success) throw new Error(`its report is malformed:\n${z.prettifyError(parsed.error)}`);
  const { part, rows, skipped } = parsed.data;
  return { part, rows, ...(skipped === undefined ? {} : { skipped }) };
}
