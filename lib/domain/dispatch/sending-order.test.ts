import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measureSms } from "../sms/segments";
import { atMostParts } from "./at-most-parts";
import { orderFairly } from "./order-fairly";
import { createPairWindow } from "./pair-rate";

const group = (lane: number, accountId: string, name: string) => ({
  lane,
  accountId,
  key: `${lane}:${accountId}:${name}`,
});

describe("orderFairly", () => {
  it("puts earlier lanes first and one group of each account before any account's second", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.tuple(fc.integer({ min: 0, max: 2 }), fc.constantFrom("a", "b", "c"), fc.integer({ min: 0, max: 30 })),
          { selector: (one) => one.join(), maxLength: 40 },
        ),
        fc.dictionary(fc.constantFrom("a", "b", "c"), fc.nat()),
        (wishes, served) => {
          const groups = wishes.map(([lane, account, n]) => group(lane, account, String(n)));
          const ordered = orderFairly(groups, new Map(Object.entries(served)));
          expect(ordered.map(({ lane }) => lane)).toEqual(groups.map(({ lane }) => lane).sort());
          expect(new Set(ordered)).toEqual(new Set(groups));
          for (const lane of [0, 1, 2]) {
            const accounts = ordered.filter((one) => one.lane === lane).map(({ accountId }) => accountId);
            const firstRound = accounts.slice(0, new Set(accounts).size);
            expect(new Set(firstRound).size).toBe(firstRound.length);
          }
        },
      ),
    );
  });

  it("begins with the account longest not served, and within it with the campaign longest not served", () => {
    const groups = [group(2, "busy", "x"), group(2, "busy", "y"), group(2, "small", "z")];
    const served = new Map([
      ["busy", 9],
      ["2:busy:x", 9],
      ["2:busy:y", 8],
      ["small", 3],
    ]);
    expect(orderFairly(groups, served).map(({ key }) => key)).toEqual(["2:small:z", "2:busy:y", "2:busy:x"]);
  });
});

describe("a pair window", () => {
  it("remembers whom it wrote to for the gap and nobody for longer than that", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: 0, max: 900 })), { maxLength: 60 }),
        (steps) => {
          const pairs = createPairWindow(1_000);
          const last = new Map<string, number>();
          let now = 0;
          for (const [to, restMs] of steps) {
            now += restMs;
            const expected = Math.max(0, (last.get(to) ?? -1_000) + 1_000 - now);
            expect(pairs.waitMs(to, now)).toBe(expected);
            if (expected > 0) continue;
            pairs.note(to, now);
            last.set(to, now);
          }
        },
      ),
    );
  });
  it("forgets whom the carrier did not take", () => {
    const pairs = createPairWindow(1_000);
    pairs.note("a", 0);
    pairs.forget("a");
    expect(pairs.waitMs("a", 1)).toBe(0);
  });
});

describe("atMostParts", () => {
  it("never says fewer than a text comes to", () => {
    const char = fc.constantFrom("a", "Z", " ", "0", "{", "]", "€", "é", "Հ", "ж", "😀", "\n");
    fc.assert(
      fc.property(fc.string({ unit: char, minLength: 1, maxLength: 900 }), (text) => {
        expect(atMostParts(text)).toBeGreaterThanOrEqual(measureSms(text).parts.length);
      }),
    );
  });
});
