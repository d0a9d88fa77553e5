import { COLUMN_WORDS, looksLikePhone, normaliseHeader } from "./column-words";
import { readSample, type Dialect } from "./read-rows";

const DELIMITERS = [",", ";", "\t", "|"] as const;
const SAMPLE_ROWS = 50;
const SAMPLE_UNITS = 64 * 1024;

const KNOWN_WORDS: ReadonlySet<string> = new Set<string>(Object.values(COLUMN_WORDS).flat());

/**
 * Delimiter and header, from the first rows. The delimiter is the one that cuts the most rows into the
 * same number of cells, more than one; a file of a single column counts as comma-separated.
 */
export function detectDialect(text: string): Dialect {
  const declared = /^sep=([,;\t|])[ \t]*(?:\r\n|\r|\n)/i.exec(text.slice(0, 20));
  const skippedLines = declared === null ? 0 : 1;
  const sampleText = text.slice(0, SAMPLE_UNITS);
  const declaredDelimiter = DELIMITERS.find((delimiter) => delimiter === declared?.[1]);
  const candidates = (declaredDelimiter === undefined ? DELIMITERS : [declaredDelimiter]).map((delimiter) => {
    const rows = readSample(sampleText, { delimiter, hasHeader: false, skippedLines }, SAMPLE_ROWS);
    return { delimiter, rows, ...measureRegularity(rows) };
  });
  // Stable: of two equals the one named first.
  const [best] = candidates.toSorted((a, b) => b.share - a.share || b.width - a.width);
  return { delimiter: best?.delimiter ?? ",", hasHeader: hasHeader(best?.rows ?? []), skippedLines };
}

/** Most frequent width above 1, and the share of rows that have it. */
function measureRegularity(rows: readonly (readonly string[])[]): { share: number; width: number } {
  const counts = new Map<number, number>();
  for (const { length } of rows) if (length > 1) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [common] = [...counts].toSorted((a, b) => b[1] - a[1]);
  return common === undefined ? { share: 0, width: 1 } : { share: common[1] / rows.length, width: common[0] };
}

/**
 * A first row with a number in it is a contact. Else it is a header if a cell is a known word, or if it
 * reads like labels (filled, distinct, no digits) above rows that do have numbers.
 */
function hasHeader([first, ...rest]: readonly (readonly string[])[]): boolean {
  if (first === undefined || first.some(looksLikePhone)) return false;
  if (first.some((cell) => KNOWN_WORDS.has(normaliseHeader(cell)))) return true;
  const isLabels =
    first.every((cell) => /\p{L}/u.test(cell) && !/\d/.test(cell)) && new Set(first).size === first.length;
  return isLabels && rest.filter((row) => row.some(looksLikePhone)).length * 2 > rest.length;
}
