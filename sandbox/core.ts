import type { Agent } from "undici";
import type { Channel } from "@/lib/domain/vocabulary";
import { applyFaults, holderOf, isDown, scenarioInForce } from "./faults/apply-faults";
import type { FaultStore, LiveFault } from "./faults/fault-store";
import type { LedgerEntry } from "./ledger/ledger-entry";
import type { Ledger } from "./ledger/open-ledger";
import type { Schedule } from "./receipts/schedule";
import { planBehaviour, type Behaviour } from "./scenarios/plan-behaviour";
import type { ScenarioStore } from "./scenarios/scenario-store";
import type { Choice } from "./scenarios/vocabulary";
import type { SandboxSettings } from "./settings";
import type { SubscriptionStore } from "./subscriptions";
import type { TemplateStore } from "./whatsapp/template-store";

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
  readonly faults: FaultStore;
  /** Webhooks and receipts that a fault keeps back, by its id. */
  readonly held: Map<string, (() => void)[]>;
  readonly subscriptions: SubscriptionStore;
  readonly templates: TemplateStore;
  readonly schedule: Schedule;
  readonly agent: Agent;
  readonly notifiers: Map<Channel, Notifier>;
  /** What was not taken, by "channel:reason", since the start. */
  readonly turnedAway: Map<string, number>;
  /** When a person last wrote to a WhatsApp number, by "phone number id:E.164"; forgotten by a reset and by a stop. */
  readonly wroteAtMs: Map<string, number>;
  /** Tries of numbers with the scenario `throttled`. */
  readonly tries: Map<string, number>;
  /** Who waits for the first acknowledgement of an entry, by its seq. */
  readonly firstAcknowledged: Map<number, () => void>;
};

const maxTries = 200_000;
/** A response is held back at most this long for its receipt; a receiver that is down must not block senders. */
const receiptFirstBoundMs = 3_000;

export function behaviourFor(core: Core, channel: Channel, connectionId: string, to: string): Behaviour {
  const active = core.faults.active();
  if (active.length === 0) {
    return planBehaviour(core.scenarios.choose(channel, to), channel, core.scenarios.draw(channel, to));
  }
  const set = scenarioInForce(active, channel, connectionId, to);
  const choice = set === null ? core.scenarios.choose(channel, to) : choiceOf(set);
  const planned = planBehaviour(choice, channel, core.scenarios.draw(channel, to));
  const behaviour = set === null ? planned : { ...planned, faults: [set.fault.id] };
  return applyFaults(active, { channel, connectionId, to }, behaviour, Date.now());
}

function choiceOf(live: LiveFault): Choice {
  live.hits += 1;
  if (live.fault.kind !== "scenario") throw new Error(`${live.fault.kind} names no scenario`);
  const { scenario, delayMs = null, tries = null } = live.fault.params;
  return { scenario, delayMs, tries };
}

export function isCarrierDown(core: Core, channel: Channel, connectionId: string): boolean {
  const active = core.faults.active();
  return active.length > 0 && isDown(active, channel, connectionId);
}

export function countTurnedAway(core: Core, channel: Channel, reason: string): void {
  const key = `${channel}:${reason}`;
  core.turnedAway.set(key, (core.turnedAway.get(key) ?? 0) + 1);
}

/** True while the number still has tries to be turned away. */
export function isThrottled(core: Core, channel: Channel, to: string, tries: number): boolean {
  if (tries === Infinity) return true;
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
const nothing = {};

/** Takes the message: into the ledger first, then its receipts into the schedule. */
export function takeSubmit(core: Core, submit: Submit, behaviour: Behaviour): LedgerEntry {
  const atMs = Date.now();
  const { channel, connectionId, carrierId, receiptId, to, from, reference, part, callbackUrl } = submit;
  const entry = core.ledger.append({
    channel,
    connectionId,
    carrierId,
    receiptId,
    to,
    from,
    reference,
    text: submit.text.slice(0, maxTextLength),
    part,
    atMs,
    scenario: behaviour.scenario,
    ...(callbackUrl === undefined ? nothing : { callbackUrl }),
    ...(behaviour.faults.length === 0 ? nothing : { faults: behaviour.faults }),
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
  core.schedule.at(dueMs, () =>
    tell(core, entry.channel, entry.connectionId, entry.to, (notifier) => notifier.notify(entry, index)),
  );
}

/** A person writes to the sender. */
export function tellInbound(core: Core, channel: Channel, connectionId: string, from: string, text: string): void {
  if (channel === "whatsapp") core.wroteAtMs.set(windowKey(connectionId, from), Date.now());
  tell(core, channel, connectionId, from, (notifier) => notifier.inbound(connectionId, from, text));
}

/** Tells it now, or when the fault that keeps it back is over. */
function tell(
  core: Core,
  channel: Channel,
  connectionId: string,
  number: string,
  work: (notifier: Notifier) => void,
): void {
  const active = core.faults.active();
  const holder = active.length === 0 ? null : holderOf(active, channel, connectionId, number);
  if (holder === null) {
    const notifier = core.notifiers.get(channel);
    if (notifier !== undefined) work(notifier);
    return;
  }
  holder.hits += 1;
  const held = core.held.get(holder.fault.id) ?? [];
  held.push(() => tell(core, channel, connectionId, number, work));
  core.held.set(holder.fault.id, held);
}

/** What a fault kept back goes on its way, in the order in which it was due. */
export function releaseHeld(core: Core, faultIds: readonly string[]): void {
  for (const id of faultIds) {
    const held = core.held.get(id) ?? [];
    core.held.delete(id);
    for (const work of held) work();
  }
}

/** @param toldMs when the receiver was told first */
export function acknowledgeReceipt(core: Core, entry: LedgerEntry, index: number, toldMs = Date.now()): void {
  core.ledger.acknowledge(entry.seq, index, Date.now(), toldMs);
  core.firstAcknowledged.get(entry.seq)?.();
}

/** Resolves after `waitMs`; null: with the entry's first acknowledged receipt, or when the bound is over. */
export function waitToAnswer(core: Core, entry: LedgerEntry, waitMs: number | null): Promise<void> {
  if (waitMs === null) return waitForFirstReceipt(core, entry);
  return new Promise((resolve) => void setTimeout(resolve, waitMs).unref());
}

function waitForFirstReceipt(core: Core, entry: LedgerEntry): Promise<void> {
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

/** A message token of Viber for what a person does. The last digit is by chance: none of it decides an outcome, and nothing refers to it again. */
export function viberToken(core: Core): string {
  return `${uniqueNumber(core)}${Math.floor(Math.random() * 10)}`;
}

/** Never repeats, not even over a reset: the generation is the time of the ledger's beginning. */
export function uniqueNumber(core: Core): bigint {
  return BigInt(core.ledger.generation()) * 1_000_000n + BigInt(core.ledger.count() + 1);
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Meta takes what is no template for 24 hours after the person's last message, and for nobody who has never written. */
export function isWindowOpen(core: Core, phoneNumberId: string, to: string): boolean {
  const at = core.wroteAtMs.get(windowKey(phoneNumberId, to));
  return at !== undefined && Date.now() - at < DAY_MS;
}

function windowKey(phoneNumberId: string, number: string): string {
  return `${phoneNumberId}:${number.replace(/^\+/, "")}`;
}
