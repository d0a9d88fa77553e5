import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detectDialect } from "./detect-dialect";
import { readRows } from "./read-rows";

describe("detectDialect", () => {
  it("finds the delimiter and the header of a regular file", () => {
    const name = fc.constantFrom("Անի", "Иван", "O’Neil", "van der Berg", "Ann");
    const row = fc.tuple(
      name,
      fc.integer({ min: 77_000_000, max: 77_999_999 }),
      fc.constantFrom("Yerevan", "Gyumri", ""),
    );
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 2, maxLength: 40 }),
        fc.constantFrom(",", ";", "\t", "|"),
        fc.boolean(),
        (rows, delimiter, hasHeader) => {
          const lines = rows.map((cells) => cells.join(delimiter));
          const header = hasHeader ? [["Name", "Phone", "City"].join(delimiter)] : [];
          expect(detectDialect([...header, ...lines].join("\r\n"))).toEqual({ delimiter, hasHeader, skippedLines: 0 });
        },
      ),
    );
  });

  it.each([
    ["names with commas", "name;phone\nBerg, Ann;077149155\nLee;077149156\n", ";", true],
    ["decimal commas", "phone;sum\n077149155;1,5\n077149156;2,5\n077149157;3\n", ";", true],
    ["one column", "077149155\n077149156\n", ",", false],
    ["one column with a header", "Телефон\n077149155\n", ",", true],
    ["unknown labels", "Wer,Wohin\nAnn,+37477149155\nBob,+37477149156\n", ",", true],
    ["a first contact without a number", "Ann,n/a,7\nBob,+37477149156,8\n", ",", false],
    ["Armenian labels", "Անուն\tՀեռախոս\nԱնի\t077149155\n", "\t", true],
    ["nothing", "", ",", false],
  ])("copes with %s", (_name, text, delimiter, hasHeader) => {
    expect(detectDialect(text)).toEqual({ delimiter, hasHeader, skippedLines: 0 });
  });

  it("believes Excel's own declaration and skips its line", () => {
    const text = "sep=;\r\nname;phone\r\nA,B,C;077149155\r\n";
    const dialect = detectDialect(text);
    expect(dialect).toEqual({ delimiter: ";", hasHeader: true, skippedLines: 1 });
    expect([...readRows(text, dialect)]).toEqual([{ line: 3, cells: ["A,B,C", "077149155"], problem: null }]);
  });
});
