import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseConnection } from "./choose-connection";
import { mayFailOver } from "./may-fail-over";
import { orderConnections, type Routed } from "./order-connections";

const digits = (min: number, max: number) => fc.stringMatching(new RegExp(`^[1-9][0-9]{${min - 1},${max - 1}}$`));
const connection: fc.Arbitrary<Routed> = fc.record({
  id: fc.uuid(),
  prefixes: fc.array(digits(1, 4), { maxLength: 3 }),
  priority: fc.integer({ min: 1, max: 3 }),
  createdAtMs: fc.integer({ min: 0, max: 3 }),
});
const connections = fc.uniqueArray(connection, { selector: ({ id }) => id, maxLength: 6 });
const e164 = digits(7, 12).map((number) => `+${number}`);
const lengthFor = (one: Routed, number: string): number =>
  Math.max(0, ...one.prefixes.filter((prefix) => number.startsWith(`+${prefix}`)).map((prefix) => prefix.length));
const made = (id: string, prefixes: readonly string[] = [], priority = 10, createdAtMs = 0): Routed => ({
  ...{ id, prefixes, priority, createdAtMs },
});

describe("orderConnections", () => {
  it("puts the longest prefix first, then priority, then age", () => {
    const all = [made("any"), made("old", ["374"], 10, 1), made("new", ["374"], 10, 2), made("first", ["374"], 1, 9)];
    const order = (number: string) =>
      orderConnections([...all, made("mobile", ["37477"], 99)], number).map(({ id }) => id);
    expect(order("+37477000001")).toEqual(["mobile", "first", "old", "new", "any"]);
    expect(order("+37410000001")).toEqual(["first", "old", "new", "any"]);
    expect(order("+4930000001")).toEqual(["any"]);
  });

  it("never lets a shorter prefix before a longer one, nor a connection that does not serve the number", () => {
    fc.assert(
      fc.property(connections, e164, (all, number) => {
        const lengths = orderConnections(all, number).map((one) => lengthFor(one, number));
        expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
        const served = all.filter((one) => one.prefixes.length === 0 || lengthFor(one, number) > 0);
        expect(lengths).toHaveLength(served.length);
      }),
    );
  });

  it("comes to the same order however the connections are listed", () => {
    const shuffled = connections.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, e164, ([all, other], number) => {
        expect(orderConnections(other, number)).toEqual(orderConnections(all, number));
      }),
    );
  });
});

describe("chooseConnection", () => {
  const states = fc.constantFrom("closed" as const, "open" as const, "half_open" as const);

  it("never takes one that rests, nor one just tried, while another is free", () => {
    fc.assert(
      fc.property(connections, fc.array(states, { minLength: 6 }), fc.array(fc.nat(5)), (all, state, failed) => {
        const stateOf = (one: Routed) => state[all.indexOf(one)] ?? "closed";
        const tried = failed.flatMap((place) => all[place]?.id ?? []);
        const chosen = chooseConnection(all, stateOf, tried);
        expect(chosen === null).toBe(all.length === 0);
        if (chosen === null) return;
        const free = all.filter((one) => stateOf(one) === "closed");
        if (free.length > 0) expect(stateOf(chosen)).toBe("closed");
        if (free.some(({ id }) => !tried.includes(id))) expect(tried).not.toContain(chosen.id);
      }),
    );
  });
});

describe("mayFailOver", () => {
  const unreached = { kind: "not_sent", code: "session_down" } as const;
  const throttled = { kind: "not_sent", code: "0x00000058" } as const;

  it("never after an outcome that nobody knows, nor on WhatsApp or Viber", () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (code, isFinal) => {
        expect(mayFailOver("sms", { kind: "unknown", code, carrierIds: [] }, isFinal)).toBe(false);
        expect(mayFailOver("whatsapp", { kind: "not_sent", code }, isFinal)).toBe(false);
        expect(mayFailOver("viber", { kind: "refused", code, carrierIds: [] }, isFinal)).toBe(false);
      }),
    );
  });

  it.each([
    ["nobody answers there", unreached, false, true],
    ["it is busy for a moment", throttled, false, false],
    ["it stays busy", throttled, true, true],
    ["our own lease ran out", { kind: "not_sent", code: "aborted" }, true, false],
    ["the carrier blames the sender", { kind: "refused", code: "0x0000000F", carrierIds: [] }, true, true],
    ["the carrier blames the number", { kind: "refused", code: "0x0000000B", carrierIds: [] }, true, false],
    ["the carrier blames the text", { kind: "refused", code: "0x00000001", carrierIds: [] }, true, false],
    ["a part was taken before the no", { kind: "refused", code: "0x0000000F", carrierIds: ["1"] }, true, false],
  ] as const)("where %s", (_, outcome, isFinal, expected) => {
    expect(mayFailOver("sms", outcome, isFinal)).toBe(expected);
  });
});
