import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FRESH_ROW, grantSlots, HORIZON_MS, paceAt, shareAt, slowDownRow, type RateRow } from "./rate-slots";
import { createSlotPacer, type SlotPacer } from "./slot-pacer";

/** A machine of its own: its clock is ahead or behind, its way to the database takes its time, and now and then it stands still. */
type Machine = {
  readonly aheadMs: number;
  /** Milliseconds of the way there and back, taken in turn. */
  readonly waysMs: readonly (readonly [number, number])[];
  /** Stands still from, to (true time). */
  readonly stalls: readonly (readonly [number, number])[];
  /** Wants so many slots at once. */
  readonly wanted: number;
  readonly aheadAskMs: number;
};

type Worker = Machine & { readonly pacer: SlotPacer; asked: number; busyUntil: number; answer: (() => void) | null };

const RUN_MS = 4_000;
const STEP_MS = 0.5;

/** Several workers on one row, each sending as fast as its slots allow. @returns the true times of all sends */
function simulate(machines: readonly Machine[], ratePerSecond: number, slowDownsMs: readonly number[]): number[] {
  let row: RateRow = FRESH_ROW;
  const sentAt: number[] = [];
  const slowDowns = [...slowDownsMs];
  const workers = machines.map((machine): Worker => ({
    ...machine,
    pacer: createSlotPacer(),
    asked: 0,
    busyUntil: 0,
    answer: null,
  }));
  const databaseNow = (trueMs: number): number => 1_700_000_000_000 + trueMs;
  for (let at = 0; at < RUN_MS; at += STEP_MS) {
    while ((slowDowns[0] ?? Infinity) <= at) row = slowDownRow(row, 100, databaseNow(slowDowns.shift() ?? 0));
    for (const worker of workers) {
      if (worker.stalls.some(([from, to]) => at >= from && at < to)) continue;
      const local = at + worker.aheadMs;
      if (worker.answer !== null && at >= worker.busyUntil) {
        worker.answer();
        worker.answer = null;
      }
      while (worker.pacer.use(local)) sentAt.push(at);
      if (worker.answer !== null || worker.pacer.leadMs(local) > 40) continue;
      const [thereMs, backMs] = worker.waysMs[worker.asked % worker.waysMs.length] ?? [0, 0];
      worker.asked += 1;
      const databaseMs = databaseNow(at + thereMs);
      const ask = { ratePerSecond, wanted: worker.wanted, pressure: 1, urgent: false, aheadMs: worker.aheadAskMs };
      const granted = grantSlots(row, ask, databaseMs);
      row = granted.row;
      worker.busyUntil = at + thereMs + backMs;
      worker.answer = () => {
        const answeredAt = worker.busyUntil + worker.aheadMs;
        worker.pacer.noteClock(local, answeredAt, databaseMs);
        worker.pacer.add(granted.grant);
      };
    }
  }
  return sentAt.sort((a, b) => a - b);
}

/** The most that any second holds. */
function busiestSecond(sentAt: readonly number[]): number {
  let most = 0;
  let from = 0;
  for (let to = 0; to < sentAt.length; to += 1) {
    while ((sentAt[to] ?? 0) - (sentAt[from] ?? 0) >= 1_000) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

const way = fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 }));
const machine: fc.Arbitrary<Machine> = fc.record({
  aheadMs: fc.integer({ min: -1e9, max: 1e9 }),
  waysMs: fc.array(way, { minLength: 1, maxLength: 6 }),
  stalls: fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: RUN_MS }), fc.integer({ min: 1, max: 1_500 }))
      .map(([from, forMs]) => [from, from + forMs] as const),
    { maxLength: 4 },
  ),
  wanted: fc.integer({ min: 1, max: 2_000 }),
  aheadAskMs: fc.integer({ min: 0, max: 30 }),
});

describe("workers that share a connection's rate", () => {
  it("never send more in any second than 1.01 of it and one, whatever their clocks, ways and pauses", () => {
    fc.assert(
      fc.property(
        fc.array(machine, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 2_000 }),
        fc.array(fc.integer({ min: 0, max: RUN_MS }), { maxLength: 3 }).map((at) => at.sort((a, b) => a - b)),
        (machines, rate, slowDowns) => {
          expect(busiestSecond(simulate(machines, rate, slowDowns))).toBeLessThanOrEqual(rate * 1.01 + 1);
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([1, 10, 80, 200, 1_000])("and with %i a second never more than that, where all goes well", (rate) => {
    const calm: Machine = { aheadMs: 77, waysMs: [[1, 1]], stalls: [], wanted: 1_000, aheadAskMs: 2 };
    const sentAt = simulate([calm, { ...calm, aheadMs: -5 }, { ...calm, aheadMs: 1e6 }], rate, []);
    expect(busiestSecond(sentAt)).toBeLessThanOrEqual(rate);
    expect(sentAt.length).toBeGreaterThanOrEqual(Math.floor(rate * 0.95 * (RUN_MS / 1_000)) - 1);
  });

  it("share it: the greedy one leaves the other what it asks for", () => {
    let row = FRESH_ROW;
    const got = [0, 0];
    for (let nowMs = 0; nowMs < 10_000; nowMs += 20) {
      for (const who of [0, 1]) {
        const ask = { ratePerSecond: 500, wanted: who === 0 ? 10_000 : 5, pressure: 1, urgent: false, aheadMs: 0 };
        const granted = grantSlots(row, ask, nowMs);
        row = granted.row;
        got[who] = (got[who] ?? 0) + granted.grant.slots;
      }
    }
    expect(got[1]).toBeGreaterThan(1_000);
    // Ten seconds, and what is leased ahead.
    expect((got[0] ?? 0) + (got[1] ?? 0)).toBeLessThanOrEqual(5_000 + 500 * 0.4);
  });
});

const row: fc.Arbitrary<RateRow> = fc.record({
  nextAtMs: fc.integer({ min: 0, max: 20_000 }),
  share: fc.double({ min: 1 / 64, max: 1, noNaN: true }),
  slowedAtMs: fc.integer({ min: 0, max: 30_000 }),
  pausedUntilMs: fc.integer({ min: 0, max: 15_000 }),
});

describe("grantSlots", () => {
  it("gives each slot to one only, none in a pause, and none beyond the horizon", () => {
    fc.assert(
      fc.property(
        row,
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 1, max: 5_000 }),
        fc.integer({ min: 0, max: 40_000 }),
        (before, ratePerSecond, wanted, nowMs) => {
          const ask = { ratePerSecond, wanted, pressure: 1, urgent: false, aheadMs: 0 };
          const { grant, row: after } = grantSlots(before, ask, nowMs);
          expect(grant.slots).toBeLessThanOrEqual(wanted);
          if (nowMs < before.pausedUntilMs) expect(grant.slots).toBe(0);
          if (grant.slots === 0) return;
          expect(grant.firstMs).toBeGreaterThanOrEqual(Math.max(nowMs, before.nextAtMs));
          expect(after.nextAtMs).toBeCloseTo(grant.firstMs + grant.slots * grant.intervalMs, 6);
          expect(after.nextAtMs - nowMs).toBeLessThanOrEqual(Math.max(HORIZON_MS, grant.intervalMs) + grant.intervalMs);
        },
      ),
    );
  });

  it("starts anew when the database's clock has been set back", () => {
    const ask = { ratePerSecond: 10, wanted: 1, pressure: 1, urgent: false, aheadMs: 0 };
    expect(grantSlots({ ...FRESH_ROW, nextAtMs: 3_600_000 }, ask, 1_000).grant).toMatchObject({
      slots: 1,
      firstMs: 1_000,
    });
  });

  it("lets a code reach further ahead than campaigns", () => {
    const full = { ...FRESH_ROW, nextAtMs: HORIZON_MS };
    const ask = { ratePerSecond: 100, wanted: 1, pressure: 1, aheadMs: 0 };
    expect(grantSlots(full, { ...ask, urgent: false }, 0).grant.slots).toBe(0);
    expect(grantSlots(full, { ...ask, urgent: true }, 0).grant.slots).toBe(1);
  });
});

describe("slowing down", () => {
  it("halves, counts the reports of a second as one, and grows back to the whole", () => {
    const once = slowDownRow(FRESH_ROW, 2_000, 10_000);
    expect(once).toMatchObject({ share: 0.5, pausedUntilMs: 12_000 });
    expect(slowDownRow(once, 1_000, 10_500).share).toBe(0.5);
    expect(shareAt(once, 12_000)).toBe(0.5);
    expect(shareAt(once, 17_000)).toBe(0.75);
    expect(shareAt(once, 22_000)).toBe(1);
    expect(slowDownRow(once, 1_000, 17_000).share).toBeCloseTo(0.375);
  });

  it("never comes to a standstill by itself", () => {
    let slowed = FRESH_ROW;
    for (let i = 0; i < 100; i += 1) slowed = slowDownRow(slowed, 0, i * 1_001);
    expect(paceAt(slowed, 1, 0, 100 * 1_001)).toBeGreaterThanOrEqual(0.1);
  });
});
