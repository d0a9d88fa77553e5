import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { CHANNELS } from "@/lib/domain/vocabulary";
import { temporaryDirectory } from "../testing/temporary-directory";
import { defaultMix } from "./default-mix";
import { magicNumbers } from "./magic-numbers";
import { planBehaviour } from "./plan-behaviour";
import { fromMix, openScenarioStore } from "./scenario-store";
import { SCENARIOS } from "./vocabulary";

const directory = temporaryDirectory();
afterAll(() => directory.remove());
let files = 0;
const open = (seed = "seed") => openScenarioStore(`${directory.path}/${(files += 1)}.json`, seed);
const ordinary = (index: number): string => `+3749${1_000_000 + index * 7_919}5`;

test("the same seed gives every number the same fate, whatever came before it", () => {
  const [a, b] = [open(), open()];
  const numbers = Array.from({ length: 500 }, (_, index) => ordinary(index));
  const inOrder = numbers.map((to) => a.choose("whatsapp", to).scenario);
  const backwards = [...numbers].reverse().map((to) => b.choose("whatsapp", to).scenario);
  expect(backwards.reverse()).toEqual(inOrder);
  expect(numbers.map((to) => open("other").choose("whatsapp", to).scenario)).not.toEqual(inOrder);
});

describe.each(CHANNELS)("the default mix of %s", (channel) => {
  test("adds up to 100 percent", () => {
    const total = Object.values(defaultMix[channel]).reduce((sum, share) => sum + share, 0);
    expect(total).toBeCloseTo(100, 6);
  });

  test("is what 20,000 numbers get, within a percent", () => {
    const store = open();
    const counts = new Map<string, number>();
    for (let index = 0; index < 20_000; index += 1) {
      const { scenario } = store.choose(channel, ordinary(index));
      counts.set(scenario, (counts.get(scenario) ?? 0) + 1);
    }
    for (const [scenario, share] of Object.entries(defaultMix[channel])) {
      expect(Math.abs((counts.get(scenario) ?? 0) / 200 - share)).toBeLessThan(1);
    }
  });
});

test("a rule comes before a magic number, the channel's own before the general one", () => {
  const store = open();
  const to = "+37499000003";
  expect(store.choose("whatsapp", to).scenario).toBe("never");
  expect(store.choose("sms", to).scenario).toBe("delivered");
  store.addRules([
    { to, scenario: "blocked" },
    { to, channel: "sms", scenario: "throttled", tries: 5 },
  ]);
  expect(store.choose("whatsapp", to).scenario).toBe("blocked");
  expect(store.choose("sms", to)).toEqual({ scenario: "throttled", tries: 5, delayMs: null });
});

test("no two magic numbers have the same ending", () => {
  expect(new Set(magicNumbers.map((magic) => magic.ending)).size).toBe(magicNumbers.length);
});

test("rules, mix and seed outlive a restart, and a reset forgets them", () => {
  const path = `${directory.path}/kept.json`;
  const store = openScenarioStore(path, "seed");
  store.replace({
    rules: [{ to: "+37499123456", scenario: "expired" }],
    mix: { sms: { never: 1 } },
    seed: "another",
  });
  expect(openScenarioStore(path, "seed").get()).toEqual(store.get());
  store.reset();
  expect(openScenarioStore(path, "seed").get()).toEqual({ rules: [], mix: defaultMix, seed: "seed" });
});

test("a share of nothing is never chosen", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (at) => {
      expect(fromMix({ never: 0, delivered_read: 1, blocked: 0 }, at)).toBe("delivered_read");
    }),
  );
});

test("every scenario has a behaviour on every channel, with at most 8 receipts and none in the past", () => {
  for (const scenario of SCENARIOS) {
    for (const channel of CHANNELS) {
      const { receipts } = planBehaviour({ scenario, delayMs: null, tries: null }, channel, () => 0.3);
      expect(receipts.length).toBeLessThanOrEqual(8);
      expect(receipts.every((receipt) => receipt.afterMs >= 0 && Number.isInteger(receipt.afterMs))).toBe(true);
    }
  }
});
