import { expect } from "vitest";
import { ATTEMPT_STATUS_CODE, type Category } from "../vocabulary";
import { foldOutcome, foldReceipt, isDelivered, type AttemptState } from "./attempt-state";
import { decideFallback } from "./decide-fallback";
import { afterUnknown } from "./dispatch-policy";
import { planRetry } from "./plan-retry";

/**
 * The send protocol as a model: one message, the steps of its route, everything that may happen to it in any order, with crashes
 * between intent and outcome. The rules are the product's own; the world only keeps what the database keeps, in the order in which it
 * commits, and what the carriers' ledger keeps.
 */
export const WAIT_MS = 60_000;

type Fold = (before: AttemptState | null) => AttemptState;
type Key = { readonly step: number; readonly try: number };
type Outcome = "accepted" | "unknown" | "refused" | "not_sent";
export const OUTCOMES = ["accepted", "unknown", "refused", "not_sent"] as const;
export const RECEIPTS = ["accepted", "sent", "delivered", "read", "failed", "expired"] as const;

export type World = {
  nowMs: number;
  readonly category: Category;
  readonly stepCount: number;
  readonly unknownIsUndelivered: boolean;
  switchOn: boolean;
  stopped: boolean;
  cancelled: boolean;
  paused: boolean;
  /** What may be sent: the message's place in a block beyond its cursor. */
  queue: (Key & { readonly readyAtMs: number })[];
  /** Intent committed, no outcome stored. `worker`: the process that would make the call. */
  inFlight: (Key & { readonly worker: number; called: boolean })[];
  /** Calls of workers that others took for dead; they still may be answered. */
  stale: Key[];
  worker: number;
  attempts: (Key & { state: AttemptState; readonly evidence: Fold[] })[];
  timers: { readonly step: number; readonly trigger: "silence" | "failure" | "unknown"; readonly dueAtMs: number }[];
  decisions: {
    readonly step: number;
    readonly allowed: boolean;
    readonly trigger: string;
    readonly afterPositive: boolean;
  }[];
  skipped: { readonly step: number; readonly reason: string }[];
  /** Every wire call, whether its intent was durable and permission stood when it became so, and what the carrier said. */
  calls: (Key & { readonly hadIntent: boolean; answer: Outcome | null })[];
  receipts: { readonly step: number; readonly try: number; readonly fold: Fold }[];
};

export function newWorld(wish: Pick<World, "category" | "stepCount" | "unknownIsUndelivered">): World {
  return {
    ...{ nowMs: 0, switchOn: true, stopped: false, cancelled: false, paused: false, worker: 1, ...wish },
    ...{ queue: [{ step: 0, try: 0, readyAtMs: 0 }], inFlight: [], stale: [], attempts: [], timers: [] },
    ...{ decisions: [], skipped: [], calls: [], receipts: [] },
  };
}

const policyOf = (world: World) => ({
  smsFallbackEnabled: world.switchOn,
  version: 1,
  unknownIsUndelivered: world.unknownIsUndelivered,
});
const isOf =
  (key: Key) =>
  (other: Key): boolean =>
    other.step === key.step && other.try === key.try;
export const delivered = (world: World): boolean => world.attempts.some(({ state }) => isDelivered(state.status));
const hasNext = (world: World, { step }: Key): boolean => step + 1 < world.stepCount;

function store(world: World, key: Key, fold: Fold): void {
  const known = world.attempts.find(isOf(key));
  if (known === undefined) {
    world.attempts.push({ step: key.step, try: key.try, state: fold(null), evidence: [fold] });
    return;
  }
  const next = fold(known.state);
  const rank = ATTEMPT_STATUS_CODE[known.state.status];
  expect(ATTEMPT_STATUS_CODE[next.status], "3: the rank").toBeGreaterThanOrEqual(rank);
  known.state = next;
  known.evidence.push(fold);
}

/** One commit: permission is read and the intent written in it. */
export function intend(world: World): void {
  if (world.paused) return;
  const next = world.queue.findIndex((place) => place.readyAtMs <= world.nowMs);
  const [place] = next < 0 ? [] : world.queue.splice(next, 1);
  if (place === undefined) return;
  const isAllowed = place.step === 0 || (world.switchOn && !delivered(world));
  if (!world.stopped && !world.cancelled && isAllowed) {
    world.inFlight.push({ step: place.step, try: place.try, worker: world.worker, called: false });
  } else world.skipped.push({ step: place.step, reason: world.cancelled ? "cancelled" : "opted_out" });
}

export function call(world: World): void {
  const flight = world.inFlight.find((one) => !one.called && one.worker === world.worker);
  if (flight === undefined) return;
  flight.called = true;
  world.calls.push({ step: flight.step, try: flight.try, hadIntent: true, answer: null });
}

/** @param wish "not_sent" is proof that nothing left: no carrier that has sent a receipt says so */
export function finish(world: World, wish: Outcome): void {
  const index = world.inFlight.findIndex((one) => one.called && one.worker === world.worker);
  const [flight] = index < 0 ? [] : world.inFlight.splice(index, 1);
  if (flight === undefined) return;
  const outcome = wish === "not_sent" && world.receipts.some(isOf(flight)) ? "unknown" : wish;
  say(world, flight, outcome);
  if (outcome === "not_sent") {
    const { step, try: tryIndex } = flight;
    const hasNextStep = hasNext(world, flight);
    const retry = planRetry({ tryIndex, retryAfterMs: null, category: world.category, waitMs: WAIT_MS, hasNextStep });
    if (retry !== null) {
      world.queue.push({ step, try: tryIndex + 1, readyAtMs: world.nowMs + retry.delayMs });
      return;
    }
  }
  storeOutcome(world, flight, outcome, "id");
  if (!hasNext(world, flight)) return;
  const trigger = outcome === "accepted" ? "silence" : outcome === "unknown" ? "unknown" : "failure";
  const waitMs = trigger === "failure" ? 0 : WAIT_MS;
  world.timers.push({ step: flight.step, trigger, dueAtMs: world.nowMs + waitMs });
}

function say(world: World, key: Key, outcome: Outcome): void {
  const made = world.calls.find(isOf(key));
  if (made !== undefined) made.answer = outcome;
}

function storeOutcome(world: World, key: Key, status: Outcome, carrierId: string | null): void {
  const atMs = world.nowMs;
  store(world, key, (before) => foldOutcome(before, { status, parts: 1, atMs, code: null, carrierId }));
}

/** The process dies, or is taken for dead; another takes over its leases: in flight is unknown, by id. */
export function crashAndRecover(world: World): void {
  world.worker += 1;
  for (const flight of world.inFlight.splice(0)) {
    if (flight.called) world.stale.push({ step: flight.step, try: flight.try });
    storeOutcome(world, flight, "unknown", null);
    const { waitS } = afterUnknown(world.category, policyOf(world), WAIT_MS / 1_000);
    if (!hasNext(world, flight)) continue;
    world.timers.push({ step: flight.step, trigger: "unknown", dueAtMs: world.nowMs + waitS * 1_000 });
  }
}

/** It was not dead after all: what it heard is a fact and is added; nothing follows from it, recovery has said what follows. */
export function comeBack(world: World, outcome: Exclude<Outcome, "not_sent">): void {
  const key = world.stale.shift();
  if (key === undefined) return;
  say(world, key, outcome);
  storeOutcome(world, key, outcome, "id");
}

export function receive(world: World, kind: (typeof RECEIPTS)[number], nth: number): void {
  const left = world.calls.filter(({ answer }) => answer !== "not_sent");
  const sent = left[nth % Math.max(1, left.length)];
  if (sent === undefined) return;
  const atMs = world.nowMs;
  const fold: Fold = (state) => foldReceipt(state, { kind, part: 0, atMs, code: null, carrierId: "id" });
  take(world, { step: sent.step, try: sent.try, fold });
}

export function receiveAgain(world: World, nth: number): void {
  const receipt = world.receipts[nth % Math.max(1, world.receipts.length)];
  if (receipt !== undefined) take(world, receipt);
}

function take(world: World, receipt: World["receipts"][number]): void {
  const before = world.attempts.find(isOf(receipt))?.state ?? null;
  store(world, receipt, receipt.fold);
  world.receipts.push(receipt);
  const after = world.attempts.find(isOf(receipt))?.state;
  if (after?.status === "failed" && before?.negative !== true && hasNext(world, receipt)) {
    world.timers.push({ step: receipt.step, trigger: "failure", dueAtMs: world.nowMs });
  }
}

export function fire(world: World): void {
  const index = world.timers.findIndex((timer) => timer.dueAtMs <= world.nowMs);
  const [timer] = index < 0 ? [] : world.timers.splice(index, 1);
  if (timer === undefined) return;
  const answer = decideFallback({
    trigger: timer.trigger,
    category: world.category,
    step: timer.step,
    stepCount: world.stepCount,
    statuses: world.attempts.map(({ state }) => state.status),
    alreadyDecided: world.decisions.some(({ step }) => step === timer.step),
    mode: "inherit",
    policy: policyOf(world),
    campaignStatus: world.cancelled ? "cancelled" : world.paused ? "paused" : "running",
    suppression: world.stopped ? "opted_out" : null,
    failure: timer.trigger === "failure" ? "unreachable_here" : null,
  });
  if (answer.kind === "wait") world.timers.push(timer);
  if (answer.kind !== "allowed" && answer.kind !== "denied") return;
  const allowed = answer.kind === "allowed";
  const { step, trigger } = timer;
  world.decisions.push({ step, allowed, trigger, afterPositive: delivered(world) });
  if (!allowed) return;
  const isForbidden = world.stopped || world.cancelled || world.paused || !world.switchOn;
  expect(isForbidden, "9: a fallback after permission had gone").toBe(false);
  world.queue.push({ step: step + 1, try: 0, readyAtMs: world.nowMs });
}
