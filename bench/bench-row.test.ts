import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { benchReport, readReport, type BenchReport } from "./bench-row";

const ROW = { variant: "v", messages: 10, seconds: 2, perSecond: 5, cpuMicrosByProcess: { node: 3.5 } };
const REPORT: BenchReport = { part: "b", rows: [ROW] };

describe("readReport", () => {
  test("reads the last line, whatever was said before it", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (before) => {
        const said = [...before, JSON.stringify(REPORT), ""].join("\n");
        expect(readReport(said)).toEqual(REPORT);
      }),
    );
  });

  test("keeps further figures of a row", () => {
    const said = JSON.stringify({ part: "c", rows: [{ ...ROW, smsBeyondScenario: 0 }] });
    expect(readReport(said).rows[0]).toMatchObject({ smsBeyondScenario: 0 });
  });

  test.each([
    ["", "no JSON"],
    ["it broke", "it broke"],
    [JSON.stringify({ part: "z", rows: [] }), "malformed"],
    [JSON.stringify({ part: "a", rows: [{ ...ROW, perSecond: "many" }] }), "perSecond"],
    [JSON.stringify({ part: "a", rows: [{ ...ROW, perSecond: -1 }] }), "perSecond"],
    [JSON.stringify({ part: "a", rows: [{ ...ROW, walBytes: "a few" }] }), "walBytes"],
    [JSON.stringify({ part: "a", rows: [{ ...ROW, variant: "" }] }), "variant"],
  ])("refuses %j and says what is wrong", (said, why) => {
    expect(() => readReport(said)).toThrow(why);
  });

  test("a figure that is no number never becomes part of a report", () => {
    expect(benchReport.safeParse({ part: "a", rows: [{ ...ROW, seconds: NaN }] }).success).toBe(false);
  });
});
