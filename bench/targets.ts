import type { BenchPart, BenchRow } from "./bench-row";
import { BASELINES, totalCpuMicros } from "./render-table";

export type Measurements = Readonly<Partial<Record<BenchPart, readonly BenchRow[]>>>;

export type TargetResult = {
  readonly target: string;
  readonly verdict: "reached" | "not reached" | "not measured";
  readonly found: string;
};

type Check = { readonly value: number; readonly atLeast?: number; readonly atMost?: number };
type Target = { readonly target: string; readonly check: (found: Measurements) => Check | null };

/** Variants and fields that targets are read from; a part that names them otherwise counts as not measured. */
export const NAMES = {
  oneAWebhook: "one receipt a webhook",
  threeAWebhook: "three receipts a message, one a webhook",
  kannel: "kannel, spool store",
  kamurjOverMock: "kamurj over the same mock",
  webhooksBesideCampaign: "500 webhooks a second beside a campaign",
  oneWorker: "one worker",
  twoWorkers: "two workers",
  fourWorkers: "four workers",
} as const;

const TARGETS: readonly Target[] = [
  {
    target: "a: at least 3 times graphile-worker's batch mode",
    check: (found) => timesRival(found, "× graphile-worker", 3),
  },
  { target: "a: at least 5 times pg-boss", check: (found) => timesRival(found, "× pg-boss", 5) },
  {
    target: "a: at most 900 bytes of WAL a message",
    check: (found) => ofLife(found, (row) => row.walBytesPerMessage, 900),
  },
  {
    target: "a: at most 90 µs of CPU a message in PostgreSQL",
    check: (found) => ofLife(found, (row) => row.cpuMicrosByProcess.postgres, 90),
  },
  {
    target: "a: at most 90 µs of CPU a message in PostgreSQL and node together",
    check: (found) => ofLife(found, totalCpuMicros, 90),
  },
  { target: "a: the largest count at 80 % of the smallest's rate or more", check: growth },
  {
    target: "c: 3,000 messages a second, one receipt a webhook",
    check: (found) => rateOf(found, NAMES.oneAWebhook, 3_000),
  },
  {
    target: "c: 2,000 messages a second, three receipts a message, one a webhook",
    check: (found) => rateOf(found, NAMES.threeAWebhook, 2_000),
  },
  {
    target: "c: at most 500 µs of CPU a message in worker, receiver and PostgreSQL, one receipt a webhook",
    check: (found) => atMost(pick(found, "c", NAMES.oneAWebhook), serviceMicros, 500),
  },
  {
    target: "c: not one SMS more than the scenario calls for",
    check: (found) => worst(found.c, (row) => numberOf(row, "smsBeyondScenario"), 0),
  },
  { target: "d: worker below 300 MB", check: (found) => worst(found.d, (row) => row.peakRssMb?.worker, 300) },
  {
    target: "e: p99 from accept to wire below 500 ms",
    check: (found) => worst(found.e, (row) => row.latencyMs?.["acceptToWire.p99"], 500),
  },
  {
    target: "e: a fallback decision within 1 s of its due time at p99",
    check: (found) => worst(found.e, (row) => row.latencyMs?.["fallbackLateness.p99"], 1_000),
  },
  { target: "e: 50,000 recipients planned a second", check: plannedRate },
  {
    target: "f: at least 1.3 times Kannel over the same mock",
    check: (found) => ratio(found, "f", NAMES.kamurjOverMock, NAMES.kannel, 1.3),
  },
  {
    target: "g: 500 webhooks a second beside a campaign, p99 below 250 ms",
    check: (found) =>
      atMost(pick(found, "g", NAMES.webhooksBesideCampaign), (row) => row.latencyMs?.["webhook.p99"], 250),
  },
  {
    target: "g: receipts posted again change nothing",
    check: (found) => worst(found.g, (row) => numberOf(row, "changed"), 0),
  },
  {
    target: "h: two workers send at least 1.8 times as much as one",
    check: (found) => ratio(found, "h", NAMES.twoWorkers, NAMES.oneWorker, 1.8),
  },
  {
    target: "h: four workers send at least 3 times as much as one",
    check: (found) => ratio(found, "h", NAMES.fourWorkers, NAMES.oneWorker, 3),
  },
];

/** What the issue asks for against what was measured. A target whose parts did not run says so; it never passes silently. */
export function checkTargets(found: Measurements): TargetResult[] {
  return TARGETS.map(({ target, check }) => {
    const result = check(found);
    if (result === null) return { target, verdict: "not measured", found: "-" };
    const { value, atLeast = -Infinity, atMost = Infinity } = result;
    return { target, verdict: value >= atLeast && value <= atMost ? "reached" : "not reached", found: format(value) };
  });
}

export function renderTargets(results: readonly TargetResult[]): string {
  const width = Math.max(...results.map(({ target }) => target.length));
  return results
    .map(({ target, verdict, found }) => `${target.padEnd(width)}  ${verdict.padEnd(12)}  ${found}`)
    .join("\n");
}

/** Compared at the count nearest to the rival's: a ratio of different counts says nothing. */
function timesRival(found: Measurements, baseline: keyof typeof BASELINES, atLeast: number): Check | null {
  const rival = pick(found, "b", BASELINES[baseline]);
  if (rival === undefined) return null;
  const [own] = [...(found.a ?? [])].sort(
    (x, y) => Math.abs(x.messages - rival.messages) - Math.abs(y.messages - rival.messages),
  );
  return own === undefined ? null : { value: own.perSecond / rival.perSecond, atLeast };
}

function ofLife(found: Measurements, figure: (row: BenchRow) => number | undefined, most: number): Check | null {
  return worst(found.a, figure, most);
}

function growth(found: Measurements): Check | null {
  const bySize = [...(found.a ?? [])].sort((x, y) => x.messages - y.messages);
  const [smallest, largest] = [bySize[0], bySize.at(-1)];
  if (smallest === undefined || largest === undefined || smallest === largest) return null;
  return { value: largest.perSecond / smallest.perSecond, atLeast: 0.8 };
}

function rateOf(found: Measurements, variant: string, atLeast: number): Check | null {
  const row = pick(found, "c", variant);
  return row === undefined ? null : { value: row.perSecond, atLeast };
}

function plannedRate(found: Measurements): Check | null {
  const rates = Object.values(found)
    .flat()
    .map((row) => numberOf(row, "plannedPerSecond"))
    .filter((rate) => rate !== undefined);
  return rates.length === 0 ? null : { value: Math.min(...rates), atLeast: 50_000 };
}

/** One variant's rate against another's of the same part. */
function ratio(found: Measurements, part: BenchPart, variant: string, baseline: string, atLeast: number): Check | null {
  const [own, other] = [pick(found, part, variant), pick(found, part, baseline)];
  return own === undefined || other === undefined ? null : { value: own.perSecond / other.perSecond, atLeast };
}

/** The service is what the figures are about; sandbox and bench run beside it. */
function serviceMicros({ cpuMicrosByProcess: cpu }: BenchRow): number | undefined {
  if (cpu.worker === undefined || cpu.postgres === undefined) return undefined;
  return cpu.worker + (cpu.receiver ?? cpu.web ?? 0) + cpu.postgres;
}

function worst(
  rows: readonly BenchRow[] | undefined,
  figure: (row: BenchRow) => number | undefined,
  most: number,
): Check | null {
  const values = (rows ?? []).map(figure).filter((value) => value !== undefined);
  return values.length === 0 ? null : { value: Math.max(...values), atMost: most };
}

function atMost(row: BenchRow | undefined, figure: (row: BenchRow) => number | undefined, most: number): Check | null {
  return worst(row === undefined ? undefined : [row], figure, most);
}

function pick(found: Measurements, part: BenchPart, variant: string): BenchRow | undefined {
  return found[part]?.find((row) => row.variant === variant);
}

function numberOf(row: BenchRow, field: string): number | undefined {
  const value = row[field];
  return typeof value === "number" ? value : undefined;
}

function format(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 2 });
}
