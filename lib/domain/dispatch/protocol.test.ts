import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ATTEMPT_STATUS_CODE, type Category } from "../vocabulary";
import { foldOutcome, foldReceipt, isDelivered, type AttemptState } from "./attempt-state";
import { decideFallback } from "./decide-fallback";
import { afterUnknown } from "./dispatch-policy";
import { deriveMessageStatus } from "./message-status";
import { planRetry } from "./plan-retry";

/**
 * The send protocol as a model: one message, two steps, everything that may happen to it in any order, with crashes between intent and
 * outcome. The rules are the product's own; the model only keeps what the database keeps, in the order in which it commits.
 */
const WAIT_MS = 60_000;
const CHANNELS = ["whatsapp", "sms"] as const;

type Stored = { state: AttemptState; readonly step: number; readonly try: number };
type World = {
  nowMs: number;
  readonly category: Category;
  switchOn: boolean;
  stopped: boolean;
  cancelled: boolean;
  /** What may be sent: the message's place in a block beyond its cursor. */
  queue: { readonly step: number; readonly try: number; readonly readyAtMs: number }[];
  /** Intent committed, no outcome stored. `worker`: the process that would make the call. */
  inFlight: { readonly step: number; readonly try: number; readonly worker: number; called: boolean }[];
  worker: number;
  attempts: Stored[];
  timers: { readonly step: number; readonly trigger: "silence" | "failure" | "unknown"; readonly dueAtMs: number }[];
  decisions: { readonly step: number; readonly allowed: boolean; readonly afterPositive: boolean }[];
  skipped: { readonly step: number; readonly reason: string }[];
  /** The carrier's ledger: every wire call, and whether permission stood when its intent committed. */
  calls: { readonly step: number; readonly try: number; readonly hadIntent: boolean; readonly permitted: boolean }[];
};

const policyOf = (world: World) => ({ smsFallbackEnabled: world.switchOn, version: 1, unknownIsUndelivered: false });
const find = (world: World, step: number, tryIndex: number) =>
  world.attempts.find((one) => one.step === step && one.try === tryIndex);
const delivered = (world: World) => world.attempts.some(({ state }) => isDelivered(state.status));

function store(
  world: World,
  step: number,
  tryIndex: number,
  fold: (before: AttemptState | null) => AttemptState,
): void {
  const known = find(world, step, tryIndex);
  if (known === undefined) world.attempts.push({ step, try: tryIndex, state: fold(null) });
  else {
    const next = fold(known.state);
    expect(ATTEMPT_STATUS_CODE[next.status]).toBeGreaterThanOrEqual(ATTEMPT_STATUS_CODE[known.state.status]); // invariant 3
    known.state = next;
  }
}

/** One commit: permission is read and the intent written in it. */
function intend(world: World): void {
  const next = world.queue.findIndex((place) => place.readyAtMs <= world.nowMs);
  const [place] = next < 0 ? [] : world.queue.splice(next, 1);
  if (place === undefined) return;
  const permitted = !world.stopped && !world.cancelled && (place.step === 0 || (world.switchOn && !delivered(world)));
  if (permitted) world.inFlight.push({ step: place.step, try: place.try, worker: world.worker, called: false });
  else world.skipped.push({ step: place.step, reason: world.cancelled ? "cancelled" : "opted_out" });
}

function call(world: World): void {
  const flight = world.inFlight.find((one) => !one.called && one.worker === world.worker);
  if (flight === undefined) return;
  flight.called = true;
  world.calls.push({ step: flight.step, try: flight.try, hadIntent: true, permitted: true });
}

type Outcome = "accepted" | "unknown" | "refused" | "not_sent";

function finish(world: World, outcome: Outcome): void {
  const index = world.inFlight.findIndex((one) => one.called && one.worker === world.worker);
  const [flight] = index < 0 ? [] : world.inFlight.splice(index, 1);
  if (flight === undefined) return;
  const { step, try: tryIndex } = flight;
  const hasNextStep = step + 1 < CHANNELS.length;
  if (outcome === "not_sent") {
    const wish = { tryIndex, retryAfterMs: null, category: world.category, waitMs: WAIT_MS, hasNextStep };
    const retry = planRetry(wish);
    if (retry !== null) {
      world.queue.push({ step, try: tryIndex + 1, readyAtMs: world.nowMs + retry.delayMs });
      return;
    }
  }
  store(world, step, tryIndex, (before) =>
    foldOutcome(before, { status: outcome, parts: 1, atMs: world.nowMs, code: null, carrierId: "id" }),
  );
  if (!hasNextStep) return;
  const trigger = outcome === "accepted" ? "silence" : outcome === "unknown" ? "unknown" : "failure";
  const waitMs = trigger === "failure" ? 0 : WAIT_MS;
  world.timers.push({ step, trigger, dueAtMs: world.nowMs + waitMs });
}

/** The process dies; another takes over its leases: in flight is unknown, by id. */
function crashAndRecover(world: World): void {
  world.worker += 1;
  for (const { step, try: tryIndex } of world.inFlight.splice(0)) {
    store(world, step, tryIndex, (before) =>
      foldOutcome(before, { status: "unknown", parts: 1, atMs: world.nowMs, code: "worker_died", carrierId: null }),
    );
    const { waitS } = afterUnknown(world.category, policyOf(world), WAIT_MS / 1_000);
    if (step + 1 < CHANNELS.length)
      world.timers.push({ step, trigger: "unknown", dueAtMs: world.nowMs + waitS * 1_000 });
  }
}

function receive(world: World, kind: "sent" | "delivered" | "read" | "failed", nth: number): void {
  const sent = world.calls[nth % Math.max(1, world.calls.length)];
  if (sent === undefined) return;
  const before = find(world, sent.step, sent.try)?.state ?? null;
  store(world, sent.step, sent.try, (state) =>
    foldReceipt(state, { kind, part: 0, atMs: world.nowMs, code: null, carrierId: "id" }),
  );
  const after = find(world, sent.step, sent.try)?.state;
  if (after?.status === "failed" && before?.negative !== true && sent.step + 1 < CHANNELS.length) {
    world.timers.push({ step: sent.step, trigger: "failure", dueAtMs: world.nowMs });
  }
}

function fire(world: World): void {
  const index = world.timers.findIndex((timer) => timer.dueAtMs <= world.nowMs);
  const [timer] = index < 0 ? [] : world.timers.splice(index, 1);
  if (timer === undefined) return;
  const answer = decideFallback({
    trigger: timer.trigger,
    category: world.category,
    step: timer.step,
    stepCount: CHANNELS.length,
    statuses: world.attempts.map(({ state }) => state.status),
    alreadyDecided: world.decisions.some(({ step }) => step === timer.step),
    mode: "inherit",
    policy: policyOf(world),
    campaignStatus: world.cancelled ? "cancelled" : "running",
    suppression: world.stopped ? "opted_out" : null,
    failure: timer.trigger === "failure" ? "unreachable_here" : null,
  });
  if (answer.kind !== "allowed" && answer.kind !== "denied") return;
  const allowed = answer.kind === "allowed";
  world.decisions.push({ step: timer.step, allowed, afterPositive: delivered(world) });
  if (allowed) expect(world.stopped || world.cancelled || !world.switchOn).toBe(false); // invariant 9
  if (allowed) world.queue.push({ step: timer.step + 1, try: 0, readyAtMs: world.nowMs });
}

type Move = { readonly name: string; readonly run: (world: World) => void };
const move = (name: string, run: (world: World) => void): Move => ({ name, run });
const moves: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(move("intend", intend)) },
  { weight: 4, arbitrary: fc.constant(move("call", call)) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom<Outcome>("accepted", "unknown", "refused", "not_sent")
      .map((outcome) => move(`finish ${outcome}`, (world) => finish(world, outcome))),
  },
  { weight: 2, arbitrary: fc.constant(move("crash", crashAndRecover)) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom("sent", "delivered", "read", "failed" as const), fc.nat(5))
      .map(([kind, nth]) => move(`receipt ${kind}`, (world) => receive(world, kind as "sent", nth))),
  },
  { weight: 4, arbitrary: fc.constant(move("fire", fire)) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(1_000, 30_000, 61_000)
      .map((ms) => move(`clock +${ms}`, (world) => void (world.nowMs += ms))),
  },
  { weight: 1, arbitrary: fc.constant(move("stop", (world) => void (world.stopped = true))) },
  { weight: 1, arbitrary: fc.constant(move("cancel", (world) => void (world.cancelled = true))) },
  { weight: 2, arbitrary: fc.constant(move("switch", (world) => void (world.switchOn = !world.switchOn))) },
);

function check(world: World): void {
  const references = world.calls.map((one) => `${one.step}.${one.try}`);
  expect(new Set(references).size).toBe(references.length); // invariant 6: one call an attempt
  expect(world.calls.every((one) => one.hadIntent && one.permitted)).toBe(true);
  expect(new Set(world.decisions.map(({ step }) => step)).size).toBe(world.decisions.length); // invariant 4
  expect(world.decisions.every(({ afterPositive }) => !afterPositive)).toBe(true); // invariant 5
  for (const { step, try: tryIndex, state } of world.attempts) {
    if (state.status !== "unknown") continue;
    const again = [...world.queue, ...world.inFlight, ...world.calls].some(
      (one) => one.step === step && one.try > tryIndex,
    );
    expect(again).toBe(false); // invariant 7, for every category
  }
  // Conservation (invariant 13): there is always exactly one answer to "what became of it?".
  const status = deriveMessageStatus({
    stepCount: CHANNELS.length,
    attempts: world.attempts.map(({ step, try: tryIndex, state }) => ({
      ...{ step, try: tryIndex, status: state.status, sentAtMs: world.nowMs },
    })),
    decisions: world.decisions,
    skipped: world.skipped,
    campaignStatus: world.cancelled ? "cancelled" : "running",
    inFlight: world.inFlight.length > 0,
    nowMs: world.nowMs,
  });
  if (delivered(world)) expect(["delivered", "read"]).toContain(status);
  else if (world.inFlight.length > 0) expect(status).toBe("in_flight");
  else if (world.timers.length > 0 && !world.cancelled && world.decisions.length === 0) expect(status).toBe("waiting");
}

describe("the send protocol, whatever happens in whatever order", () => {
  it.each(["authentication", "utility", "marketing"] as const)(
    "keeps its invariants for %s",
    (category) => {
      fc.assert(
        fc.property(fc.array(moves, { minLength: 1, maxLength: 40 }), (history) => {
          const world: World = {
            ...{ nowMs: 0, category, switchOn: true, stopped: false, cancelled: false, worker: 1 },
            ...{ queue: [{ step: 0, try: 0, readyAtMs: 0 }], inFlight: [], attempts: [], timers: [] },
            ...{ decisions: [], skipped: [], calls: [] },
          };
          for (const { run } of history) {
            run(world);
            check(world);
          }
        }),
        { numRuns: 400 },
      );
    },
    60_000,
  );
});
