import { drawFrom } from "../../sandbox/scenarios/draw";

/** Between whom the proxies stand: workers and the database, workers and carriers (HTTP, SMPP), carriers and our webhooks. */
export const LINKS = ["database", "http", "smpp", "webhooks"] as const;
export type Link = (typeof LINKS)[number];

export const EFFECTS = ["latency", "reset", "reset_share", "stall", "half_open"] as const;
export type Effect = (typeof EFFECTS)[number];

export const WORKERS = 2;

/**
 * One fault. `lastMs` is how long it lasts: a killed process is away for that long before it is started again.
 *
 * - `kill_worker`, `kill_receiver`  kill -9; the receiver is what takes webhooks in
 * - `kill_postgres`                 kill -9 of the postmaster; started again on the same data
 * - `stop_worker`                   SIGSTOP for longer than a lease, then SIGCONT
 * - `network`                       by a proxy, see tcp-proxy.ts
 */
export type Fault =
  | { readonly kind: "kill_worker"; readonly worker: number; readonly lastMs: number }
  | { readonly kind: "kill_postgres"; readonly lastMs: number }
  | { readonly kind: "kill_receiver"; readonly lastMs: number }
  | { readonly kind: "stop_worker"; readonly worker: number; readonly lastMs: number }
  | {
      readonly kind: "network";
      readonly link: Link;
      readonly effect: Effect;
      readonly lastMs: number;
      /** Of `reset_share`: which part of the connections. */
      readonly share: number;
    };
export type PlannedFault = Fault & {
  readonly place: number;
  /** After the launch. */
  readonly atMs: number;
};

export type PlanOptions = {
  readonly seed: string;
  /** Processes killed with -9: half of them workers, a quarter each PostgreSQL and the receiver. */
  readonly kills: number;
  readonly stops: number;
  readonly networkFaults: number;
  /** All begin within this time. */
  readonly spreadMs: number;
  /** A stopped worker stays so for longer. */
  readonly leaseMs: number;
};

export const LATENCY_MS = 150;
/** More than the takeover of a dead lease needs. */
const STOP_MARGIN_MS = 2_500;

/** The same options give the same plan. Faults may overlap; of one target the later one waits for the earlier. */
export function planFaults(options: PlanOptions): PlannedFault[] {
  const draw = drawFrom(`faults|${options.seed}`);
  const postgres = Math.floor(options.kills / 4);
  const receiver = Math.floor(options.kills / 4);
  const workers = options.kills - postgres - receiver;
  const faults: Fault[] = [
    ...times(workers, (): Fault => ({ kind: "kill_worker", worker: worker(draw), lastMs: between(draw, 0, 2_000) })),
    ...times(postgres, (): Fault => ({ kind: "kill_postgres", lastMs: between(draw, 0, 3_000) })),
    ...times(receiver, (): Fault => ({ kind: "kill_receiver", lastMs: between(draw, 0, 3_000) })),
    ...times(options.stops, (): Fault => stopWorker(draw, options.leaseMs)),
    ...networkFaults(options.networkFaults, draw),
  ];
  return shuffle(faults, draw)
    .map((fault) => ({ ...fault, atMs: between(draw, 0, options.spreadMs) }))
    .sort((a, b) => a.atMs - b.atMs)
    .map((fault, place) => ({ ...fault, place }));
}

function stopWorker(draw: () => number, leaseMs: number): Fault {
  const lastMs = leaseMs + STOP_MARGIN_MS + between(draw, 0, 2_000);
  return { kind: "stop_worker", worker: worker(draw), lastMs };
}

/** Every effect on every link before any comes again, beginning anywhere. */
function networkFaults(count: number, draw: () => number): Fault[] {
  const all = shuffle(
    LINKS.flatMap((link) => EFFECTS.map((effect) => ({ link, effect }))),
    draw,
  );
  return times(count, (i) => {
    const { link, effect } = all[i % all.length] ?? { link: "database", effect: "reset" };
    const isMoment = effect === "reset" || effect === "reset_share" || effect === "half_open";
    const lastMs = isMoment ? 0 : between(draw, 1_000, 6_000);
    return { kind: "network", link, effect, lastMs, share: 0.2 + 0.6 * draw() };
  });
}

function worker(draw: () => number): number {
  return Math.floor(draw() * WORKERS);
}

function times<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

function between(draw: () => number, from: number, to: number): number {
  return Math.round(from + draw() * (to - from));
}

function shuffle<T>(items: readonly T[], draw: () => number): T[] {
  return items
    .map((item) => ({ item, at: draw() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** The word under which it is counted. */
export function nameOf(fault: Fault): string {
  return fault.kind === "network" ? `network ${fault.link} ${fault.effect}` : fault.kind;
}

/** Two faults of one target never overlap. */
export function targetOf(fault: Fault): string {
  if (fault.kind === "network") return `link ${fault.link}`;
  if (fault.kind === "kill_worker" || fault.kind === "stop_worker") return `worker ${fault.worker}`;
  return fault.kind === "kill_postgres" ? "postgres" : "receiver";
}
