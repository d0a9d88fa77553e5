import type { BenchRow } from "./bench-row";

/** Baselines that every row is compared with, where the run has them: by the heading of the ratio's column. */
export const BASELINES = {
  "× graphile-worker": "graphile-worker, batch mode",
  "× pg-boss": "pg-boss, batches of 1,000",
} as const;

const KNOWN = new Set([
  ...[
    "variant",
    "messages",
    "seconds",
    "perSecond",
    "cpuMicrosByProcess",
    "walBytesPerMessage",
    "peakRssMb",
    "latencyMs",
  ],
  "note",
]);

/**
 * Rows as an aligned table in plain text; what only some rows have (memory, latencies, further figures, notes) stands below it.
 *
 * @param baselines rows of the whole run; where a baseline was not measured, its column is left out
 */
export function renderTable(rows: readonly BenchRow[], baselines: readonly BenchRow[] = rows): string {
  const processes = [...new Set(rows.flatMap((row) => Object.keys(row.cpuMicrosByProcess)))];
  const found = Object.entries(BASELINES).flatMap(([heading, variant]) => {
    const baseline = baselines.find((row) => row.variant === variant);
    return baseline === undefined ? [] : [{ heading, baseline }];
  });
  const cpu = processes.map((name) => `µs ${name}`);
  const header = [
    "variant",
    "messages",
    "seconds",
    "msgs/s",
    ...cpu,
    "µs all",
    "WAL B",
    ...found.map((one) => one.heading),
  ];
  const lines = rows.map((row) => [
    ...[row.variant, count(row.messages), row.seconds.toFixed(1), count(row.perSecond)],
    ...processes.map((name) => micros(row.cpuMicrosByProcess[name])),
    micros(totalCpuMicros(row)),
    row.walBytesPerMessage === undefined ? "-" : count(row.walBytesPerMessage),
    ...found.map(({ baseline }) => ratio(row, baseline)),
  ]);
  return [align([header, ...lines]), ...rows.flatMap(renderDetails)].join("\n");
}

/** Microseconds of CPU a message in all processes together. */
export function totalCpuMicros(row: BenchRow): number {
  return Object.values(row.cpuMicrosByProcess).reduce((total, one) => total + one, 0);
}

/** How many times the baseline's rate; "-" where the baseline has none. */
export function ratio(row: Pick<BenchRow, "perSecond">, baseline: Pick<BenchRow, "perSecond">): string {
  return baseline.perSecond === 0 ? "-" : (row.perSecond / baseline.perSecond).toFixed(2);
}

function renderDetails(row: BenchRow): string[] {
  const further = Object.fromEntries(Object.entries(row).filter(([name]) => !KNOWN.has(name)));
  const parts = [
    list("peak RSS MB", row.peakRssMb),
    list("latency ms", row.latencyMs),
    list("", further as Readonly<Record<string, number>>),
    row.note ?? "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? [] : [`  ${row.variant}: ${parts.join("; ")}`];
}

function list(title: string, values: Readonly<Record<string, number>> | undefined): string {
  const entries = Object.entries(values ?? {}).map(([name, value]) => `${name} ${count(value)}`);
  return entries.length === 0 ? "" : [title, entries.join(", ")].filter((part) => part !== "").join(" ");
}

/** The first column to the left, the others to the right, two spaces between. */
function align(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  "),
    )
    .join("\n");
}

function count(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 1 });
}

function micros(value: number | undefined): string {
  return value === undefined ? "-" : value.toFixed(0);
}
