import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { propertyOptions, replayPath } from "../../../tests/property-options";
import { CATEGORIES, type AttemptStatus } from "../vocabulary";
import type { AttemptState } from "./attempt-state";
import { deriveMessageStatus } from "./message-status";
import {
  call,
  comeBack,
  crashAndRecover,
  delivered,
  finish,
  fire,
  intend,
  newWorld,
  OUTCOMES,
  receive,
  receiveAgain,
  RECEIPTS,
  type World,
} from "./protocol-world.fixture";

/**
 * The invariants of the send protocol that are the pure rules' to keep, under any history. Those that take two transactions to break
 * (11 and 12, and the orders of commits) are tested on PostgreSQL, in lib/server/dispatch/protocol-model.int.test.ts. Budgets (8) and
 * quiet hours (10) are not built yet.
 */
class Move implements fc.Command<object, World> {
  readonly check = (): boolean => true;
  constructor(
    private readonly name: string,
    private readonly work: (world: World) => void,
  ) {}
  run(_: object, world: World): void {
    this.work(world);
    checkWire(world);
    checkDecisions(world);
    checkEvidence(world);
    checkConservation(world);
  }
  readonly toString = (): string => this.name;
}

const move = (name: string, work: (world: World) => void): Move => new Move(name, work);
const always = (name: string, work: (world: World) => void) => fc.constant(move(name, work));

const intending = always("intend", intend);
const calling = always("call", call);
const finishing = fc.constantFrom(...OUTCOMES).map((outcome) => move(`finish ${outcome}`, (w) => finish(w, outcome)));
const crashing = always("crash", crashAndRecover);
const returning = fc
  .constantFrom("accepted", "unknown", "refused" as const)
  .map((outcome) => move(`come back ${outcome}`, (w) => comeBack(w, outcome as "accepted")));
const receiving = fc
  .tuple(fc.constantFrom(...RECEIPTS), fc.nat(5))
  .map(([kind, nth]) => move(`receipt ${kind} ${nth}`, (w) => receive(w, kind, nth)));
const repeating = fc.nat(5).map((nth) => move(`receipt again ${nth}`, (w) => receiveAgain(w, nth)));
const firing = always("fire", fire);
const waiting = fc
  .constantFrom(1_000, 30_000, 61_000)
  .map((ms) => move(`clock +${ms}`, (world) => void (world.nowMs += ms)));
const permitting = fc.constantFrom(
  ...[move("stop", (w) => void (w.stopped = true)), move("cancel", (w) => void (w.cancelled = true))],
  ...[move("switch", (w) => void (w.switchOn = !w.switchOn)), move("pause", (w) => void (w.paused = !w.paused))],
);

/** 6: one call an attempt, an intent before it. 7: no channel again unless it is proven that nothing had left. */
function checkWire(world: World): void {
  const keys = world.calls.map((one) => `${one.step}.${one.try}`);
  expect(new Set(keys).size, "6: an attempt with two wire calls").toBe(keys.length);
  expect(world.calls.every(({ hadIntent }) => hadIntent)).toBe(true);
  for (const { step, try: tryIndex, answer } of world.calls) {
    if (answer === "not_sent") continue;
    const places = [...world.queue, ...world.inFlight, ...world.calls];
    const again = places.filter((one) => one.step === step && one.try > tryIndex);
    expect(again, "7: the same channel again").toEqual([]);
  }
}

/** 4, 5, 7 */
function checkDecisions({ decisions, category, unknownIsUndelivered }: World): void {
  expect(new Set(decisions.map(({ step }) => step)).size, "4: one decision a step").toBe(decisions.length);
  expect(
    decisions.every(({ afterPositive }) => !afterPositive),
    "5: a decision after positive evidence",
  ).toBe(true);
  if (category !== "marketing" || unknownIsUndelivered) return;
  const onward = decisions.filter(({ allowed, trigger }) => allowed && trigger === "unknown");
  expect(onward, "7: marketing goes on after unknown").toEqual([]);
}

/** 1, 2: the same evidence backwards, and each piece of it twice, comes to the same. */
function checkEvidence({ attempts }: World): void {
  const essence = (state: AttemptState | null | undefined) =>
    state && [
      state.status,
      state.negative,
      state.partsDelivered,
      state.deliveredAtMs,
      state.readAtMs,
      state.failedAtMs,
    ];
  for (const { state, evidence } of attempts) {
    let again: AttemptState | null = null;
    for (const fold of [...evidence].reverse().flatMap((one) => [one, one])) again = fold(again);
    expect(essence(again), "1, 2: order and repetition").toEqual(essence(state));
  }
}

/** 13: there is always exactly one answer to "what became of it?", and it says that something follows if and only if it does. */
function checkConservation(world: World): void {
  const status = deriveMessageStatus({
    stepCount: world.stepCount,
    attempts: world.attempts.map(({ step, try: tryIndex, state }) => ({
      ...{ step, try: tryIndex, status: state.status as AttemptStatus, sentAtMs: world.nowMs },
    })),
    decisions: world.decisions,
    skipped: world.skipped,
    campaignStatus: world.cancelled ? "cancelled" : world.paused ? "paused" : "running",
    inFlight: world.inFlight.length > 0,
    nowMs: world.nowMs,
  });
  const isQueued = world.queue.length > 0;
  if (delivered(world)) expect(["delivered", "read"]).toContain(status);
  else if (world.inFlight.length > 0) expect(status).toBe("in_flight");
  else if (status === "queued") expect(isQueued, "13: it says queued and is not").toBe(true);
  else if (isQueued && !world.cancelled) expect(status, "13: it is queued and says otherwise").toBe("queued");
  else if (world.timers.length > 0 && !world.cancelled && world.decisions.length === 0) expect(status).toBe("waiting");
}

const histories = fc.commands<object, World>(
  [
    ...[intending, intending, calling, calling, finishing, finishing, crashing, returning],
    ...[receiving, receiving, repeating, firing, firing, waiting, waiting, permitting],
  ],
  { maxCommands: 50, size: "max", ...replayPath() },
);

describe("the send protocol, whatever happens in whatever order", () => {
  it.each(CATEGORIES)(
    "keeps its invariants for %s",
    (category) => {
      const wishes = fc.record({ stepCount: fc.integer({ min: 1, max: 3 }), unknownIsUndelivered: fc.boolean() });
      fc.assert(
        fc.property(wishes, histories, (wish, history) => {
          fc.modelRun(() => ({ model: {}, real: newWorld({ category, ...wish }) }), history);
        }),
        propertyOptions(),
      );
    },
    600_000,
  );
});
