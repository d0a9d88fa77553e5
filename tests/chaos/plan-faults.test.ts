import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EFFECTS, LINKS, planFaults, WORKERS, type PlanOptions } from "./plan-faults";

const leaseMs = 8_000;
const options = fc.record({
  seed: fc.string(),
  kills: fc.integer({ min: 0, max: 60 }),
  stops: fc.integer({ min: 0, max: 10 }),
  networkFaults: fc.integer({ min: 0, max: 60 }),
  spreadMs: fc.integer({ min: 0, max: 600_000 }),
  leaseMs: fc.constant(leaseMs),
}) satisfies fc.Arbitrary<PlanOptions>;

describe("the plan of faults", () => {
  it("is the same for the same seed", () => {
    fc.assert(
      fc.property(options, (wish) => {
        expect(planFaults(wish)).toEqual(planFaults(wish));
      }),
    );
  });

  it("is another one for another seed", () => {
    const wish = { kills: 8, stops: 1, networkFaults: 8, spreadMs: 60_000, leaseMs };
    expect(planFaults({ ...wish, seed: "1" })).not.toEqual(planFaults({ ...wish, seed: "2" }));
  });

  it("has as many faults of each kind as asked for, in order, within the time, each bounded", () => {
    fc.assert(
      fc.property(options, (wish) => {
        const plan = planFaults(wish);
        const count = (start: string): number => plan.filter(({ kind }) => kind.startsWith(start)).length;
        expect([count("kill"), count("stop"), count("network")]).toEqual([wish.kills, wish.stops, wish.networkFaults]);
        plan.forEach((fault, i) => {
          expect(fault.place).toBe(i);
          expect(fault.atMs).toBeGreaterThanOrEqual(plan[i - 1]?.atMs ?? 0);
          expect(fault.atMs).toBeLessThanOrEqual(wish.spreadMs);
          expect(fault.lastMs).toBeLessThan(15_000);
          if ("worker" in fault) expect([...Array(WORKERS).keys()]).toContain(fault.worker);
        });
      }),
    );
  });

  it("stops workers for longer than a lease", () => {
    const plan = planFaults({ seed: "s", kills: 0, stops: 50, networkFaults: 0, spreadMs: 1_000, leaseMs });
    expect(plan.every(({ lastMs }) => lastMs > leaseMs + 1_000)).toBe(true);
  });

  it("does every harm to every link before any comes twice", () => {
    const all = LINKS.length * EFFECTS.length;
    const plan = planFaults({ seed: "n", kills: 0, stops: 0, networkFaults: all, spreadMs: 1_000, leaseMs });
    const seen = plan.map((fault) => (fault.kind === "network" ? `${fault.link} ${fault.effect}` : ""));
    expect(new Set(seen).size).toBe(all);
  });
});
