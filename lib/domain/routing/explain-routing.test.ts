import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explainRouting, firstChoices, type RoutingPlan } from "./explain-routing";
import { orderConnections, type Routed } from "./order-connections";

const digits = (max: number) => fc.stringMatching(new RegExp(`^[1-3][1-3]{0,${max - 1}}$`));
const connections = fc.uniqueArray(
  fc.record({
    id: fc.uuid(),
    prefixes: fc.uniqueArray(digits(4), { maxLength: 3 }),
    priority: fc.integer({ min: 1, max: 3 }),
    createdAtMs: fc.integer({ min: 0, max: 3 }),
  }),
  { selector: ({ id }) => id, maxLength: 5 },
);
const made = (id: string, prefixes: readonly string[], priority = 10): Routed => ({
  ...{ id, prefixes, priority, createdAtMs: 0 },
});
const ids = (order: readonly Routed[]) => order.map(({ id }) => id);

/** How somebody reads the page: the sentence with the longest beginning of the number, else the one about all others. */
function readPlan({ groups, others }: RoutingPlan<Routed>, e164: string): readonly Routed[] {
  const fitting = groups.flatMap(({ prefixes, order }) =>
    prefixes.filter((prefix) => e164.startsWith(`+${prefix}`)).map((prefix) => ({ prefix, order })),
  );
  fitting.sort((a, b) => b.prefix.length - a.prefix.length);
  return fitting[0]?.order ?? others;
}

describe("explainRouting", () => {
  it("says of every number what dispatch does with it", () => {
    fc.assert(
      fc.property(connections, digits(8), (all, number) => {
        const e164 = `+${number}`;
        expect(ids(readPlan(explainRouting(all), e164))).toEqual(ids(orderConnections(all, e164)));
      }),
      { numRuns: 500 },
    );
  });

  it("says it once where prefixes go the same way, and leaves out what changes nothing", () => {
    const plan = explainRouting([made("any", []), made("line", ["374", "37477", "995"])]);
    expect(plan.groups.map(({ prefixes, order }) => [prefixes, ids(order)])).toEqual([
      [
        ["374", "995"],
        ["line", "any"],
      ],
    ]);
    expect(ids(plan.others)).toEqual(["any"]);
  });

  it("says that nobody serves the others, and who only stands by", () => {
    const plan = explainRouting([made("second", ["374"], 2), made("first", ["374"], 1), made("mobile", ["37477"], 3)]);
    expect(plan.others).toEqual([]);
    expect(firstChoices(plan)).toEqual(new Set(["first", "mobile"]));
  });
});
