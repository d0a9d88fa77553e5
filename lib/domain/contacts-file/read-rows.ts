import { CsvError, parse } from "csv-parse/sync";
import { AppError } from "../app-error";

/** How the file is written down; made by `detectDialect`, correctable by a person. */
export type Dialect = {
  readonly delimiter: "," | ";" | "\t" | "|";
  /** Whether the first row names the columns; it is then no row of contacts. */
  readonly hasHeader: boolean;
  /** Lines before the first row (Excel's `sep=;`). */
  readonly skippedLines: number;
};

export type RowProblem =
  /** Read all the same; cells may stand in the wrong column. */
  | "too_few_cells"
  | "too_many_cells"
  /** Read, with the cell cut to {@link MAX_CELL_LENGTH}. */
  | "long_cell"
  /** A quote opens and never closes: the line is given up and reading goes on with the next one. */
  | "broken_quotes";

export type FileRow = {
  /** Line of the file where the row starts, from 1: what an editor shows, quoted line breaks counted. */
  readonly line: number;
  readonly cells: readonly string[];
  readonly problem: RowProblem | null;
};

export const MAX_ROWS = 100_000;
/** In UTF-16 units. */
export const MAX_CELL_LENGTH = 1000;

/** More broken lines than this, and it is another kind of file; it also bounds the work. */
const MAX_BROKEN_ROWS = 100;
const CHUNK_BYTES = 256 * 1024;

const LF = 0x0a;
const CR = 0x0d;

/**
 * Rows of contacts in file order, header left out, blank lines left out.
 *
 * Reads in chunks of some thousand rows between two `yield`s, so that a caller which awaits in between
 * never holds the event loop for long.
 *
 * @throws AppError `invalid_input` when the file has more rows than `maxRows`, or is no table at all
 */
export function* readRows(text: string, dialect: Dialect, maxRows = MAX_ROWS): Generator<FileRow, void, void> {
  let width: number | null = null;
  let rows = 0;
  let broken = 0;
  for (const { line, cells, isBroken } of readRecords(text, dialect)) {
    if (isBroken && ++broken > MAX_BROKEN_ROWS) throw unreadable();
    if (cells.every((cell) => cell.trim() === "")) continue;
    const isHeader = width === null && dialect.hasHeader;
    width ??= cells.length;
    if (isHeader) continue;
    if (++rows > maxRows) throw tooManyRows(maxRows);
    yield { line, cells: cells.map(capCell), problem: isBroken ? "broken_quotes" : findProblem(cells, width) };
  }
}

/** Names of the columns, or null when the dialect says that the file has none. */
export function readHeader(text: string, dialect: Dialect): readonly string[] | null {
  return dialect.hasHeader ? (readSample(text, { ...dialect, hasHeader: false }, 1)[0] ?? []) : null;
}

/** Cells of the first rows of contacts: for guessing the mapping and for a preview. */
export function readSample(text: string, dialect: Dialect, count: number): readonly (readonly string[])[] {
  const sample: (readonly string[])[] = [];
  for (const { cells, problem } of readRows(text, dialect, Infinity)) {
    if (sample.length >= count) break;
    if (problem !== "broken_quotes") sample.push(cells);
  }
  return sample;
}

type FileRecord = { line: number; cells: readonly string[]; isBroken: boolean };

/**
 * Feeds csv-parse a chunk at a time and goes on behind the last record that was surely whole: the last
 * one of a chunk may be cut, so it is read again with the next chunk.
 */
function* readRecords(text: string, { delimiter, skippedLines }: Dialect): Generator<FileRecord, void, void> {
  const bytes = Buffer.from(text);
  let at = 0;
  let line = 1;
  for (let i = 0; i < skippedLines; i++) {
    at = nextLineStart(bytes, at);
    line++;
  }
  while (at < bytes.length) {
    const chunk = bytes.subarray(at, at + CHUNK_BYTES);
    const isLast = at + CHUNK_BYTES >= bytes.length;
    const { records, isUnclosed } = parseChunk(chunk, delimiter);
    if (!isLast && !isUnclosed) records.pop();
    let position = 0;
    for (const { cells, end } of records) {
      const start = skipBlankLines(chunk, position);
      line += countLines(chunk, position, start);
      yield { line, cells, isBroken: false };
      line += countLines(chunk, start, end);
      position = end;
    }
    at += position;
    if (records.length > 0) continue;
    const start = skipBlankLines(chunk, 0);
    if (start === chunk.length) {
      at += start;
      line += countLines(chunk, 0, start);
      continue;
    }
    // Not one whole record: a quote that opens here swallows the rest of the file.
    const next = nextLineStart(bytes, at + start);
    line += countLines(chunk, 0, start);
    yield { line, cells: [decodeLine(bytes.subarray(at + start, next))], isBroken: true };
    line++;
    at = next;
  }
}

function parseChunk(chunk: Buffer, delimiter: string) {
  const records: { cells: readonly string[]; end: number }[] = [];
  try {
    parse(chunk, {
      delimiter,
      record_delimiter: ["\r\n", "\n", "\r"],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      on_record: (cells: string[], context) => {
        records.push({ cells, end: context.bytes });
        return null;
      },
    });
    return { records, isUnclosed: false };
  } catch (error) {
    if (error instanceof CsvError && error.code === "CSV_QUOTE_NOT_CLOSED") return { records, isUnclosed: true };
    throw error;
  }
}

function findProblem(cells: readonly string[], width: number): RowProblem | null {
  if (cells.some((cell) => cell.length > MAX_CELL_LENGTH)) return "long_cell";
  if (cells.length < width) return "too_few_cells";
  return cells.slice(width).some((cell) => cell.trim() !== "") ? "too_many_cells" : null;
}

/** Never leaves half of a surrogate pair: PostgreSQL refuses it in JSON. */
function capCell(cell: string): string {
  return cell.length <= MAX_CELL_LENGTH ? cell : cell.slice(0, MAX_CELL_LENGTH).replace(/[\ud800-\udbff]$/, "");
}

function decodeLine(line: Buffer): string {
  return line
    .subarray(0, 4 * MAX_CELL_LENGTH)
    .toString()
    .trimEnd();
}

function skipBlankLines(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === LF || bytes[at] === CR) at++;
  return at;
}

function nextLineStart(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    if (bytes[at] === LF) return at + 1;
    if (bytes[at] === CR) return bytes[at + 1] === LF ? at + 2 : at + 1;
  }
  return bytes.length;
}

/** Line breaks (CR LF, LF or CR) that end within `[from, to)`. */
function countLines(bytes: Buffer, from: number, to: number): number {
  let lines = 0;
  for (let at = from; at < to; at++) {
    if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] !== LF)) lines++;
  }
  return lines;
}

function tooManyRows(max: number): AppError {
  return new AppError("invalid_input", `The file has more than ${max} rows.`, {
    messageKey: "contactsFile.tooManyRows",
    values: { max },
  });
}

function unreadable(): AppError {
  return new AppError("invalid_input", "The file cannot be read as a table: too many quotes are never closed.", {
    messageKey: "contactsFile.unreadable",
  });
}
