import { describe, expect, test } from "vitest";
import type { BenchRow } from "./bench-row";
import { checkTargets, NAMES, type Measurements, type TargetResult } from "./targets";

function row(variant: string, perSecond: number, more: Partial<BenchRow> = {}): BenchRow {
  return { variant, messages: 100_000, seconds: 1, perSecond, cpuMicrosByProcess: { node: 5, postgres: 60 }, ...more };
}

function verdict(found: Measurements, start: string): TargetResult["verdict"] | undefined {
  return checkTargets(found).find(({ target }) => target.startsWith(start))?.verdict;
}

const RIVALS = [row("graphile-worker, batch mode", 5_000), row("pg-boss, batches of 1,000", 2_500)];

describe("checkTargets", () => {
  test("what did not run is never reached", () => {
    expect(new Set(checkTargets({}).map((result) => result.verdict))).toEqual(new Set(["not measured"]));
  });

  test.each([
    [15_000, "reached"],
    [14_999, "not reached"],
  ] as const)("three times the rival: %d a second is %s", (rate, expected) => {
    expect(verdict({ a: [row("kamurj", rate)], b: RIVALS }, "a: at least 3 times")).toBe(expected);
  });

  test("a rival is compared at the count nearest to its own", () => {
    const a = [row("kamurj", 15_000), row("kamurj", 9_000, { messages: 1_000_000 })];
    expect(verdict({ a, b: RIVALS }, "a: at least 3 times")).toBe("reached");
  });

  test("the worst of the counts decides on WAL and CPU", () => {
    const a = [row("small", 1, { walBytesPerMessage: 800 }), row("large", 1, { walBytesPerMessage: 901 })];
    expect(verdict({ a }, "a: at most 900 bytes")).toBe("not reached");
    expect(verdict({ a }, "a: at most 90 µs of CPU a message in PostgreSQL")).toBe("reached");
  });

  test("growth needs two counts", () => {
    const small = row("small", 10_000);
    const large = row("large", 8_000, { messages: 1_000_000 });
    expect(verdict({ a: [small] }, "a: the largest count")).toBe("not measured");
    expect(verdict({ a: [large, small] }, "a: the largest count")).toBe("reached");
    expect(verdict({ a: [{ ...large, perSecond: 7_999 }, small] }, "a: the largest count")).toBe("not reached");
  });

  test("one SMS too many in any variant is one too many", () => {
    const c = [row("one", 1, { smsBeyondScenario: 0 }), row("ten", 1, { smsBeyondScenario: 1 })];
    expect(verdict({ c }, "c: not one SMS")).toBe("not reached");
  });

  test("the service's CPU leaves out sandbox and bench", () => {
    const cpuMicrosByProcess = { worker: 300, receiver: 100, postgres: 90, sandbox: 400 };
    expect(verdict({ c: [row(NAMES.oneAWebhook, 3_000, { cpuMicrosByProcess })] }, "c: at most 500")).toBe("reached");
  });

  test("Kannel is compared over the same mock", () => {
    const f = [row(NAMES.kannel, 1_000), row(NAMES.kamurjOverMock, 1_300)];
    expect(verdict({ f }, "f:")).toBe("reached");
    expect(verdict({ f: f.slice(0, 1) }, "f:")).toBe("not measured");
  });
});
