import fc from "fast-check";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { csvCell, csvLine } from "./write-import-report";

describe("csvCell", () => {
  it.each([
    ["=1+1", "'=1+1"],
    ["+1+1|cmd", "'+1+1|cmd"],
    ["-2", "'-2"],
    ["@SUM(A1)", "'@SUM(A1)"],
    [" =1", "' =1"],
    ["＝1", "'＝1"],
    ["\t=1", `"'\t=1"`],
    ["+374 77 123456", "+374 77 123456"],
    ["+37477123456", "+37477123456"],
    ["+1(1)=2", "'+1(1)=2"],
    [`say "hi", you`, `"say ""hi"", you"`],
    ["plain", "plain"],
    ["", ""],
  ])("writes %j as %j", (cell, written) => {
    expect(csvCell(cell)).toBe(written);
  });

  it("can be read back, and no cell starts a formula, whatever stands in it", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 2, maxLength: 5 }), (cells) => {
        const [row = []] = parse(csvLine(cells), { relax_column_count: true }) as string[][];
        expect(row).toHaveLength(cells.length);
        row.forEach((cell, i) => {
          expect([cells[i], `'${cells[i]}`]).toContain(cell);
          expect(cell).not.toMatch(/^[=@-]|^\+(?!\d[\d ()\u00a0.-]*$)/);
        });
      }),
    );
  });
});
