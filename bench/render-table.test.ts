import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BenchRow } from "./bench-row";
import { ratio, renderTable, totalCpuMicros } from "./render-table";

function row(variant: string, perSecond: number, more: Partial<BenchRow> = {}): BenchRow {
  return { variant, messages: 1_000, seconds: 1, perSecond, cpuMicrosByProcess: { node: 20, postgres: 60 }, ...more };
}

const RIVALS = [row("graphile-worker, batch mode", 5_000), row("pg-boss, batches of 1,000", 2_500)];

describe("renderTable", () => {
  test("every line of the table is as long as its heading", () => {
    const text = fc.stringMatching(/^[a-z ]{1,30}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(text, fc.nat(1e7)), { minLength: 1 }), (made) => {
        const rows = made.map(([variant, rate]) => row(variant, rate));
        const lines = renderTable(rows, RIVALS).split("\n");
        expect(new Set(lines.map((line) => line.length)).size).toBe(1);
        expect(lines).toHaveLength(rows.length + 1);
      }),
    );
  });

  test("ratios are to the rivals of the same run", () => {
    const [heading = "", line = ""] = renderTable([row("kamurj", 15_000)], RIVALS).split("\n");
    expect(heading).toContain("× graphile-worker  × pg-boss");
    expect(line.trimEnd().split(/\s+/).slice(-2)).toEqual(["3.00", "6.00"]);
  });

  test("without a rival in the run there is no ratio", () => {
    expect(renderTable([row("kamurj", 15_000)])).not.toContain("×");
  });

  test("a process that a row does not know is left blank, not taken for zero", () => {
    const rows = [row("one", 1), row("two", 1, { cpuMicrosByProcess: { worker: 7 } })];
    const cells = renderTable(rows)
      .split("\n")[2]
      ?.split(/\s{2,}/);
    expect(cells?.slice(4)).toEqual(["-", "-", "7", "7", "-"]);
  });

  test("memory, latencies, further figures and the note stand below", () => {
    const details = { peakRssMb: { worker: 210.4 }, latencyMs: { "acceptToWire.p99": 41 }, smsBeyondScenario: 0 };
    const text = renderTable([row("kamurj", 1, { ...details, note: "said" })]);
    expect(text).toContain(
      "  kamurj: peak RSS MB worker 210.4; latency ms acceptToWire.p99 41; smsBeyondScenario 0; said",
    );
  });
});

test("a ratio to nothing is no number", () => {
  expect(ratio({ perSecond: 5 }, { perSecond: 0 })).toBe("-");
  expect(ratio({ perSecond: 5 }, { perSecond: 4 })).toBe("1.25");
});

test("CPU of all processes is added up", () => {
  expect(totalCpuMicros(row("x", 1))).toBe(80);
});
