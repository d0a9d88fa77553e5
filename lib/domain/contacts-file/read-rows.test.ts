import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detectDialect } from "./detect-dialect";
import { MAX_CELL_LENGTH, readHeader, readRows, readSample, type Dialect } from "./read-rows";

const plain: Dialect = { delimiter: ",", hasHeader: false, skippedLines: 0 };

const cell = fc.string({ unit: fc.constantFrom(..."ab Ա😀,;|\t\"'\r\n1+"), maxLength: 12 });
const filledRow = fc.array(cell, { minLength: 2, maxLength: 2 }).map(([first, second]) => [`x${first}`, second ?? ""]);

function writeCsv(rows: readonly (readonly string[])[], delimiter: string, lineBreak: string): string {
  const write = (value: string) => (/["\r\n]|^\s/.test(value) || value.includes(delimiter) ? quote(value) : value);
  return rows.map((row) => row.map(write).join(delimiter) + lineBreak).join("");
}

function quote(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

function countLineBreaks(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

describe("rows of a contacts file", () => {
  it("come back as they were written, each with the line it starts on", () => {
    fc.assert(
      fc.property(
        fc.array(filledRow, { maxLength: 30 }),
        fc.constantFrom<Dialect["delimiter"]>(",", ";", "\t", "|"),
        fc.constantFrom("\n", "\r\n", "\r"),
        (rows, delimiter, lineBreak) => {
          const found = [...readRows(writeCsv(rows, delimiter, lineBreak), { ...plain, delimiter })];
          expect(found.map((row) => row.cells)).toEqual(rows);
          rows.forEach((_, i) => {
            const above = writeCsv(rows.slice(0, i), delimiter, lineBreak);
            expect(found[i]?.line).toBe(countLineBreaks(above) + 1);
          });
        },
      ),
    );
  });

  it("come back whole from a file of many chunks", () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => [
      `Անի ${"é😀".repeat(i % 23)}`,
      i % 7 === 0 ? `two\r\nlines "${i}"` : `note, ${"z".repeat(i % 41)}`,
    ]);
    const text = writeCsv(rows, ",", "\r\n");
    expect(Buffer.byteLength(text)).toBeGreaterThan(1024 * 1024);
    const found = [...readRows(text, plain)];
    expect(found.map((row) => row.cells)).toEqual(rows);
    const lastStart = text.lastIndexOf("Անի");
    expect(found.at(-1)?.line).toBe(countLineBreaks(text.slice(0, lastStart)) + 1);
  });

  it("are counted by line, over the header, quoted line breaks and blank lines", () => {
    const text = 'name,phone\n\n"A\nB",1\n,\n\r\n  \nC,2';
    const rows = [...readRows(text, { ...plain, hasHeader: true })];
    expect(rows.map(({ line, cells }) => [line, ...cells])).toEqual([
      [3, "A\nB", "1"],
      [8, "C", "2"],
    ]);
    expect(readHeader(text, { ...plain, hasHeader: true })).toEqual(["name", "phone"]);
    expect(readHeader(text, plain)).toBeNull();
    expect(readSample(text, { ...plain, hasHeader: true }, 1)).toEqual([["A\nB", "1"]]);
  });

  it("are tolerated when ragged, and say so", () => {
    const rows = [...readRows("a,b,c\n1,2\n1,2,3,\n1,2,3,4\n", plain)];
    expect(rows.map((row) => row.problem)).toEqual([null, "too_few_cells", null, "too_many_cells"]);
  });

  it("have cells of bounded length, never half a character", () => {
    const [row] = readRows(`${"a".repeat(MAX_CELL_LENGTH - 1)}😀😀,b\n`, plain);
    expect(row).toMatchObject({ cells: ["a".repeat(MAX_CELL_LENGTH - 1), "b"], problem: "long_cell" });
  });

  it("are read on behind a quote that never closes", () => {
    const rows = [...readRows('a,1\n"b,2\nc,3\nd,4\n', plain)];
    expect(rows).toEqual([
      { line: 1, cells: ["a", "1"], problem: null },
      { line: 2, cells: ['"b,2'], problem: "broken_quotes" },
      { line: 3, cells: ["c", "3"], problem: null },
      { line: 4, cells: ["d", "4"], problem: null },
    ]);
  });

  it("keep a quote in the middle of a cell", () => {
    expect([...readRows('Bob "the" Builder,1\n"x" y,2\n', plain)].map((row) => row.cells)).toEqual([
      ['Bob "the" Builder', "1"],
      ['"x" y', "2"],
    ]);
  });

  it("are refused as a whole beyond the limit", () => {
    expect([...readRows("a,1\n".repeat(3), plain, 3)]).toHaveLength(3);
    expect(() => [...readRows("a,1\n".repeat(4), plain, 3)]).toThrow(
      expect.objectContaining({ code: "invalid_input", messageKey: "contactsFile.tooManyRows", values: { max: 3 } }),
    );
  });

  it("end in a refusal, not in endless work, when hardly any quote is closed", () => {
    const hostile = `"${"x".repeat(300)}\n`.repeat(3001);
    const outcome = () => [...readRows(hostile + '"\n"'.repeat(2) + 'a"b\n'.repeat(300_000), plain)];
    expect(outcome).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });

  it("are read from any text without any other throw", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a",;\n\r\t '), maxLength: 200, size: "max" }), (text) => {
        for (const row of readRows(text, detectDialect(text))) expect(row.line).toBeGreaterThan(0);
      }),
    );
  });
});
