import { ATTEMPT_STATUS_CODE, type Category, type Channel, type FallbackTrigger } from "../../lib/domain/vocabulary";
import { maxBackoffMs } from "../../sandbox/receipts/post-webhooks";
import type { LedgerEntry } from "../../scripts/compare-ledger";
import type { FaultRecord } from "./run-faults";
import type { Takeover } from "./takeovers";

/** In a campaign of chaos each person gets one message, so a number stands for it. */
export type JudgedMessage = { readonly id: string; readonly e164: string; readonly category: Category };

export type JudgedAttempt = {
  readonly messageId: string;
  readonly e164: string;
  readonly channel: Channel;
  readonly status: number;
  readonly errorCode: string | null;
  readonly sentAtMs: number;
  readonly outcomeAtMs: number;
};

export type JudgedDecision = {
  readonly messageId: string;
  readonly allowed: boolean;
  readonly trigger: FallbackTrigger;
};

/** Everything that is known after a run: what we wrote down, what the carriers wrote down, and what was done to us. */
export type Story = {
  readonly messages: readonly JudgedMessage[];
  readonly attempts: readonly JudgedAttempt[];
  readonly decisions: readonly JudgedDecision[];
  readonly entries: readonly LedgerEntry[];
  /** {@link receiptKey} of each receipt that is kept, bound to an attempt or in the orphan inbox. */
  readonly kept: ReadonlySet<string>;
  readonly takeovers: readonly Takeover[];
  readonly faults: readonly FaultRecord[];
  readonly leaseMs: number;
  /** What the carrier had in mind for that number. */
  readonly scenarioOf: (channel: Channel, e164: string) => string;
};

type Count = Readonly<Record<string, number>>;

export type Verdict = {
  /** Same channel, same part, more than once. No category's rule allows it. */
  readonly duplicates: Readonly<Record<Category, readonly string[]>>;
  /** Taken on two channels: by category and by what the decision for the second was made on. */
  readonly secondChannels: Count;
  /** Of those, the ones that no rule allows: no decision, or marketing after an unknown outcome. */
  readonly forbiddenSecondChannels: readonly string[];
  readonly unknown: number;
  readonly unknownBy: Count;
  readonly unexplained: readonly string[];
  readonly receipts: number;
  readonly lostReceipts: readonly string[];
};

export function judge(story: Story): Verdict {
  const byNumber = new Map(story.messages.map((message) => [message.e164, message]));
  return {
    duplicates: findDuplicates(story, byNumber),
    ...judgeSecondChannels(story, byNumber),
    ...explainUnknowns(story),
    ...findLostReceipts(story),
  };
}

function findDuplicates(story: Story, byNumber: ReadonlyMap<string, JudgedMessage>): Verdict["duplicates"] {
  const seen = new Map<string, { readonly entry: LedgerEntry; n: number }>();
  for (const entry of story.entries) {
    const key = `${entry.channel} ${entry.to} part ${entry.part?.sequence ?? 1}`;
    const known = seen.get(key);
    if (known === undefined) seen.set(key, { entry, n: 1 });
    else known.n += 1;
  }
  const found: Record<Category, string[]> = { authentication: [], utility: [], marketing: [] };
  for (const [key, { entry, n }] of seen) {
    if (n > 1) found[byNumber.get(entry.to)?.category ?? "marketing"].push(`${key}: ${n}`);
  }
  return found;
}

function judgeSecondChannels(
  story: Story,
  byNumber: ReadonlyMap<string, JudgedMessage>,
): Pick<Verdict, "secondChannels" | "forbiddenSecondChannels"> {
  const channels = new Map<string, Set<Channel>>();
  for (const { to, channel } of story.entries) channels.set(to, (channels.get(to) ?? new Set()).add(channel));
  const allowed = new Map(story.decisions.filter((one) => one.allowed).map((one) => [one.messageId, one.trigger]));
  const secondChannels: Record<string, number> = {};
  const forbidden: string[] = [];
  for (const [to, used] of channels) {
    if (used.size < 2) continue;
    const message = byNumber.get(to);
    const trigger = message === undefined ? undefined : allowed.get(message.id);
    if (message === undefined || trigger === undefined) {
      forbidden.push(`${to}: no decision`);
      continue;
    }
    add(secondChannels, `${message.category} after ${trigger}`);
    if (message.category === "marketing" && trigger === "unknown") forbidden.push(`${to}: marketing after unknown`);
  }
  return { secondChannels, forbiddenSecondChannels: forbidden };
}

function explainUnknowns(story: Story): Pick<Verdict, "unknown" | "unknownBy" | "unexplained"> {
  const unknown = story.attempts.filter(({ status }) => status === ATTEMPT_STATUS_CODE.unknown);
  const takeovers = new Map<string, Takeover[]>();
  for (const takeover of story.takeovers) {
    for (const id of takeover.inFlight) takeovers.set(id, [...(takeovers.get(id) ?? []), takeover]);
  }
  const unknownBy: Record<string, number> = {};
  const unexplained: string[] = [];
  for (const attempt of unknown) {
    const reason =
      attempt.errorCode === "worker_died"
        ? explainDeath(story, takeovers.get(attempt.messageId) ?? [])
        : explainWire(story, attempt);
    if (reason !== null) add(unknownBy, `${attempt.errorCode ?? "-"}: ${reason}`);
    else {
      const times = `${iso(attempt.sentAtMs)} to ${iso(attempt.outcomeAtMs)}`;
      const scenario = story.scenarioOf(attempt.channel, attempt.e164);
      unexplained.push(`${attempt.channel} ${attempt.e164} ${attempt.errorCode ?? "-"} ${times} (${scenario})`);
    }
  }
  return { unknown: unknown.length, unknownBy, unexplained };
}

/** From the commit of a lease to its first look at the clock, and back. */
const SLACK_MS = 1_000;

/** It was in flight when its block was taken over, and something had kept the owner from renewing the lease. */
function explainDeath(story: Story, takeovers: readonly Takeover[]): string | null {
  for (const { leaseUntilMs } of takeovers) {
    const fault = story.faults.find(
      (one) =>
        keepsFromDatabase(one) && overlaps(one, leaseUntilMs - story.leaseMs - SLACK_MS, leaseUntilMs + SLACK_MS),
    );
    if (fault !== undefined) return fault.name;
  }
  return null;
}

function keepsFromDatabase({ fault }: FaultRecord): boolean {
  if (fault.kind === "network") return fault.link === "database";
  return fault.kind === "kill_worker" || fault.kind === "stop_worker" || fault.kind === "kill_postgres";
}

/** The carrier behaves so for this number, or the wire was broken while it was on it. */
function explainWire(story: Story, attempt: JudgedAttempt): string | null {
  const scenario = story.scenarioOf(attempt.channel, attempt.e164);
  if (scenario === "timeout" || scenario === "error_500") return `the carrier's scenario ${scenario}`;
  const fault = story.faults.find(
    (one) =>
      breaksWire(one, attempt.channel, scenario) &&
      overlaps(one, attempt.sentAtMs - SLACK_MS - aftermathMs(one, attempt.channel), attempt.outcomeAtMs + SLACK_MS),
  );
  return fault?.name ?? null;
}

/**
 * A carrier whose receipts were not taken rests before it hands over the next one, up to so long, also when all is whole again. What
 * keeps an answer back until its receipt was taken waits for that too; by SMPP receipts come over the session itself.
 */
function aftermathMs({ fault }: FaultRecord, channel: Channel): number {
  const isOfReceipts = fault.kind !== "network" || fault.link !== "http";
  return channel !== "sms" && isOfReceipts && fault.kind !== "stop_worker" ? maxBackoffMs : 0;
}

function breaksWire({ fault }: FaultRecord, channel: Channel, scenario: string): boolean {
  const link = channel === "sms" ? "smpp" : "http";
  if (fault.kind === "stop_worker") return true; // its clock ran on: what came meanwhile came too late
  // A carrier that answers only after its receipt was taken waits for whoever takes receipts.
  if (scenario === "receipt_before_response") {
    if (fault.kind === "kill_receiver" || fault.kind === "kill_postgres") return true;
    if (fault.kind === "network" && fault.link !== "http") return true;
  }
  return fault.kind === "network" && fault.link === link;
}

function overlaps({ fromMs, untilMs }: FaultRecord, from: number, until: number): boolean {
  return fromMs <= until && untilMs >= from;
}

/** @param carrierId as receipts have it, in our own form */
export function receiptKey(channel: Channel, carrierId: string, kind: string): string {
  return `${channel} ${carrierId} ${kind}`;
}

/** Whatever the carrier was told "taken" for must be kept. */
function findLostReceipts(story: Story): Pick<Verdict, "receipts" | "lostReceipts"> {
  let receipts = 0;
  const lost: string[] = [];
  for (const entry of story.entries) {
    for (const { kind, acknowledged } of entry.receipts) {
      if (!acknowledged) continue;
      receipts += 1;
      if (!story.kept.has(receiptKey(entry.channel, entry.receiptId, kind))) {
        lost.push(`ledger ${entry.seq}: ${entry.channel} ${kind} of ${entry.receiptId}`);
      }
    }
  }
  return { receipts, lostReceipts: lost };
}

function add(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

function iso(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}
