import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** Waits between moments of one message: from a fast API call to a campaign's last. */
const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];
/** Commits: below a millisecond on a good disk, seconds when something is wrong. */
const COMMIT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/**
 * What one process counts. Every label has a closed set of values (channels, lanes, kinds), but for `connection`, of which the number
 * is capped (read-worker-gauges.ts); no account, no campaign and no number is ever a label.
 */
function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name, help, labelNames, registers });
  /** Not a number until it has been read: 0 would say that all is well. */
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) => {
    const made = new Gauge({ name, help, labelNames, registers });
    if (labelNames.length === 0) made.set(Number.NaN);
    return made;
  };
  const histogram = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: number[],
  ) => new Histogram({ name, help, labelNames, buckets, registers });
  return {
    registry,
    sends: counter("kamurj_sends_total", "Wire calls that ended, by what the carrier answered", ["channel", "outcome"]),
    outcomes: counter("kamurj_outcomes_total", "Refusals, by what follows from the carrier's code", [
      "channel",
      "action",
    ]),
    receipts: counter("kamurj_receipts_total", "Receipts stored, repeated ones too", ["channel", "kind"]),
    webhooks: counter("kamurj_webhooks_total", "Webhook requests, by how they were answered", ["result"]),
    decisions: counter("kamurj_fallback_decisions_total", "Answers to: shall this go on by the next channel?", [
      "trigger",
      "allowed",
    ]),
    leaseLosses: counter("kamurj_lease_losses_total", "Blocks that this worker found in other hands", []),
    recoveredUnknown: counter(
      "kamurj_recovered_unknown_total",
      "Sends of dead workers that became unknown, declared by this worker",
      [],
    ),
    apiRequests: counter("kamurj_api_requests_total", "Requests to the public API", ["status"]),
    acceptToWire: histogram(
      "kamurj_accept_to_wire_seconds",
      "From being queued to the first wire call",
      ["lane"],
      SECONDS,
    ),
    fallbackLateness: histogram(
      "kamurj_fallback_lateness_seconds",
      "From the end of a wait to the decision",
      [],
      SECONDS,
    ),
    commit: histogram(
      "kamurj_commit_seconds",
      "Transactions of the dispatch service, BEGIN to COMMIT",
      [],
      COMMIT_SECONDS,
    ),
    receiptLag: gauge("kamurj_receipt_lag_seconds", "How far receipts taken in by this process are behind", []),
    receiptBacklog: gauge("kamurj_receipt_backlog", "Receipts taken in by this process that wait for their commit", []),
    intakeUp: gauge(
      "kamurj_receipt_intake_up",
      "1: receipts of the channel are being heard; 0: its fallback timers wait",
      ["channel"],
    ),
    breaker: gauge("kamurj_breaker_state", "1: the connection rests because the carrier blames the sender", [
      "channel",
      "connection",
    ]),
    queueAge: gauge("kamurj_queue_oldest_age_seconds", "How long the oldest sendable block has been waiting", ["lane"]),
    queueMessages: gauge("kamurj_queue_messages", "Messages that could be sent now", ["lane"]),
    timersOverdue: gauge("kamurj_fallback_overdue_seconds", "How late the oldest undecided wait is", []),
    deadLeases: gauge("kamurj_dead_leases", "Blocks of dead workers that nobody has taken over", []),
    orphans: gauge("kamurj_orphan_receipts", "Receipts without an attempt, at most 10,000 are counted", []),
    conservationGap: gauge("kamurj_conservation_gap", "Accepted messages that are in no state, or queued twice", []),
    conservationChecked: gauge("kamurj_conservation_checked_messages", "Messages in the last whole round", []),
    conservationAge: gauge("kamurj_conservation_age_seconds", "Since the last whole round ended", []),
    loopAge: gauge("kamurj_loop_age_seconds", "Since a loop of the worker last came round", ["loop"]),
    databaseUp: gauge("kamurj_database_up", "Whether the figures read from the database could be read", []),
    poolTotal: gauge("kamurj_db_pool_connections", "Database connections of this process", []),
    poolIdle: gauge("kamurj_db_pool_idle", "Of them, idle", []),
    poolWaiting: gauge("kamurj_db_pool_waiting", "Who waits for one", []),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;

/** What only the worker knows: on the web app's /metrics it would stand empty. */
const OF_THE_WORKER = [
  ...["kamurj_sends_total", "kamurj_outcomes_total", "kamurj_fallback_decisions_total", "kamurj_lease_losses_total"],
  ...["kamurj_recovered_unknown_total", "kamurj_accept_to_wire_seconds", "kamurj_fallback_lateness_seconds"],
  ...["kamurj_receipt_intake_up", "kamurj_breaker_state", "kamurj_queue_oldest_age_seconds", "kamurj_queue_messages"],
  ...["kamurj_fallback_overdue_seconds", "kamurj_dead_leases", "kamurj_orphan_receipts", "kamurj_conservation_gap"],
  ...["kamurj_conservation_checked_messages", "kamurj_conservation_age_seconds", "kamurj_loop_age_seconds"],
  "kamurj_database_up",
];
const OF_THE_WEB = ["kamurj_webhooks_total", "kamurj_api_requests_total"];

/** Leaves out of /metrics what this process can never count. */
export function showOnly(process: "web" | "worker"): void {
  for (const name of process === "web" ? OF_THE_WORKER : OF_THE_WEB) metrics().registry.removeSingleMetric(name);
}

const held = globalThis as typeof globalThis & { kamurjMetrics?: Metrics };

/** The process's metrics. On globalThis because Next loads server code in more than one module graph. */
export function metrics(): Metrics {
  held.kamurjMetrics ??= createMetrics();
  return held.kamurjMetrics;
}

/** Counts per key first, so that what a commit changed is a handful of increments, whatever its size. */
export function tallyBy<Item>(items: Iterable<Item>, keyOf: (item: Item) => string | null): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) {
    const key = keyOf(item);
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
