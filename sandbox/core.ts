import type { Agent } from "undici";
import type { Channel } from "@/lib/domain/vocabulary";
import type { LedgerEntry } from "./ledger/ledger-entry";
import type { Ledger } from "./ledger/open-ledger";
import type { Schedule } from "./receipts/schedule";
import { planBehaviour, type Behaviour } from "./scenarios/plan-behaviour";
import type { ScenarioStore } from "./scenarios/scenario-store";
import type { SandboxSettings } from "./settings";
import type { SubscriptionStore } from "./subscriptions";

/** Tells one carrier's receiver about receipt number `index` of an entry, until it is acknowledged. */
export type Notifier = {
  notify(entry: LedgerEntry, index: number): void;
  /** A person writes to the sender. */
  inbound(connectionId: string, from: string, text: string): void;
  /** Receipts due and not acknowledged. */
  backlog(): number;
  clear(): void;
  stop(): void;
};

/** What all three carriers of the sandbox share. */
export type Core = {
  readonly settings: SandboxSettings;
  readonly ledger: Ledger;
  readonly scenarios: ScenarioStore;
  readonly subscriptions: SubscriptionStore;
  readonly schedule: Schedule;
  readonly agent: Agent;
  readonly notifiers: Map<Channel, Notifier>;
  /** What was not taken, by "channel:reason", since the start. */
  readonly turnedAway: Map<string, number>;
  /** Tries of numbers with the scenario `throttled`. */
  readonly tries: Map<string, number>;
  /** Who waits for the first acknowledgement of an entry, by its seq. */
  readonly firstAcknowledged: Map<number, () => void>;
};

const maxTries = 200_000;
/** A response is held back at most this long for its receipt; a receiver that is down must not block senders. */
const receiptFirstBoundMs = 3_000;

export function behaviourFor(core: Core, channel: Channel, to: string): Behaviour {
  return planBehaviour(core.scenarios.choose(channel, to), channel, core.scenarios.draw(channel, to));
}

export function countTurnedAway(core: Core, channel: Channel, reason: string): void {
  const key = `${channel}:${reason}`;
  core.turnedAway.set(key, (core.turnedAway.get(key) ?? 0) + 1);
}

/** True while the number still has tries to be turned away. */
export function isThrottled(core: Core, channel: Channel, to: string, tries: number): boolean {
  const key = `${channel}:${to}`;
  const used = core.tries.get(key) ?? 0;
  if (used >= tries) return false;
  if (core.tries.size >= maxTries) {
    for (const oldest of core.tries.keys()) {
      core.tries.delete(oldest);
      break;
    }
  }
  core.tries.set(key, used + 1);
  return true;
}

export type Submit = Pick<
  LedgerEntry,
  "channel" | "connectionId" | "to" | "from" | "reference" | "text" | "part" | "carrierId" | "receiptId" | "callbackUrl"
>;

const maxTextLength = 2_000;

/** Takes the message: into the ledger first, then its receipts into the schedule. */
export function takeSubmit(core: Core, submit: Submit, behaviour: Behaviour): LedgerEntry {
  const atMs = Date.now();
  const entry = core.ledger.append({
    ...submit,
    text: submit.text.slice(0, maxTextLength),
    atMs,
    scenario: behaviour.scenario,
    receipts: behaviour.receipts.map(({ kind, code, afterMs }) => ({
      kind,
      code,
      dueMs: atMs + Math.round(afterMs / core.settings.speed),
    })),
  });
  entry.receipts.forEach((_, index) => scheduleReceipt(core, entry, index));
  return entry;
}

export function scheduleReceipt(core: Core, entry: LedgerEntry, index: number): void {
  const dueMs = entry.receipts[index]?.dueMs ?? 0;
  core.schedule.at(dueMs, () => core.notifiers.get(entry.channel)?.notify(entry, index));
}

export function acknowledgeReceipt(core: Core, entry: LedgerEntry, index: number): void {
  core.ledger.acknowledge(entry.seq, index, Date.now());
  core.firstAcknowledged.get(entry.seq)?.();
}

/** Resolves with the entry's first acknowledged receipt, or when the bound is over. */
export function waitForFirstReceipt(core: Core, entry: LedgerEntry): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      core.firstAcknowledged.delete(entry.seq);
      resolve();
    };
    const timer = setTimeout(done, receiptFirstBoundMs);
    core.firstAcknowledged.set(entry.seq, done);
  });
}

/** Never repeats, not even over a reset: the generation is the time of the ledger's beginning. */
export function uniqueNumber(core: Core): bigint {
  return BigInt(core.ledger.generation()) * 1_000_000n + BigInt(core.ledger.count() + 1);
}
