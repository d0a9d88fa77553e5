import { MAX_VARIABLE_NAME_LENGTH } from "../template/variables";
import { COLUMN_WORDS, looksLikePhone, normaliseHeader } from "./column-words";

export const FIXED_TARGETS = ["phone", "first_name", "last_name", "name", "language"] as const;
export type FixedTarget = (typeof FIXED_TARGETS)[number];

/** What a column becomes. The slug of an attribute is a template variable's name. */
export type ColumnTarget = FixedTarget | `attribute:${string}` | "ignore";

/** By position of the column. */
export type ColumnMapping = readonly ColumnTarget[];

/**
 * What the columns probably are, from their names and, where names do not tell, from what stands in
 * them. Each fixed target is given to one column at most; if several columns are called a phone, to the
 * one with the most numbers. Other columns become attributes, except nameless empty ones.
 *
 * @param header names of the columns, or null for a file without
 */
export function guessMapping(header: readonly string[] | null, samples: readonly (readonly string[])[]): ColumnMapping {
  const width = Math.max(header?.length ?? 0, ...samples.map((row) => row.length));
  const columns = Array.from({ length: width }, (_, i) => describeColumn(header?.[i] ?? "", samples, i));
  const taken = new Map<number, FixedTarget>();
  for (const target of FIXED_TARGETS) {
    const named = columns.filter((column) => column.named === target && !taken.has(column.index));
    const best = named.toSorted((a, b) => (target === "phone" ? b.phones - a.phones : a.index - b.index))[0];
    if (best !== undefined) taken.set(best.index, target);
  }
  guessByContent(columns, taken, header === null);
  const targets = new Set(taken.values());
  const nameColumn = [...taken].find(([, target]) => target === "name");
  if (nameColumn !== undefined && targets.has("last_name") && !targets.has("first_name")) {
    taken.set(nameColumn[0], "first_name");
  }
  return nameTheRest(columns, taken);
}

/** A valid, short name for an attribute, of any text; "" when no letter or digit is in it. */
export function attributeSlug(text: string): string {
  const slug = normaliseHeader(text).replaceAll(" ", "_").normalize("NFC");
  return [...slug].slice(0, MAX_VARIABLE_NAME_LENGTH - 4).join("");
}

type Column = {
  index: number;
  header: string;
  named: FixedTarget | null;
  filled: number;
  /** Shares of the filled cells. */
  phones: number;
  languages: number;
  names: number;
  fullNames: number;
};

function describeColumn(header: string, samples: readonly (readonly string[])[], index: number): Column {
  const cells = samples.map((row) => (row[index] ?? "").trim()).filter((cell) => cell !== "");
  const share = (test: (cell: string) => boolean) =>
    cells.length === 0 ? 0 : cells.filter(test).length / cells.length;
  return {
    index,
    header,
    named: nameOf(header),
    filled: cells.length,
    phones: share(looksLikePhone),
    languages: share((cell) => /^(?:hy|am|arm|ru|rus|en|eng)$/i.test(cell)),
    names: share((cell) => /^\p{Lu}[\p{L}\p{M}'’.\s-]{1,40}$/u.test(cell)),
    fullNames: share((cell) => /^\p{Lu}[\p{L}\p{M}'’.-]*\s+\p{Lu}/u.test(cell)),
  };
}

function nameOf(header: string): FixedTarget | null {
  const word = normaliseHeader(header);
  return FIXED_TARGETS.find((target) => (COLUMN_WORDS[target] as readonly string[]).includes(word)) ?? null;
}

/** Without a header names are guessed too; with one, a column called otherwise is what it is called. */
function guessByContent(columns: readonly Column[], taken: Map<number, FixedTarget>, isNameless: boolean): void {
  const free = () => columns.filter((column) => !taken.has(column.index) && column.filled > 0);
  const isTaken = (target: FixedTarget) => [...taken.values()].includes(target);
  if (!isTaken("phone")) {
    const best = free().toSorted((a, b) => b.phones - a.phones)[0];
    if (best !== undefined && best.phones >= 0.5) taken.set(best.index, "phone");
  }
  if (!isNameless) return;
  const language = free().find((column) => column.languages >= 0.8);
  if (language !== undefined) taken.set(language.index, "language");
  const [first, second] = free().filter((column) => column.names >= 0.7);
  if (first === undefined) return;
  if (first.fullNames >= 0.5) taken.set(first.index, "name");
  else {
    taken.set(first.index, "first_name");
    if (second?.index === first.index + 1 && second.fullNames < 0.5) taken.set(second.index, "last_name");
  }
}

function nameTheRest(columns: readonly Column[], taken: ReadonlyMap<number, FixedTarget>): ColumnMapping {
  const used = new Set<string>(FIXED_TARGETS);
  return columns.map((column): ColumnTarget => {
    const target = taken.get(column.index);
    if (target !== undefined) return target;
    const slug = attributeSlug(column.header);
    if (slug === "" && column.filled === 0) return "ignore";
    const base = slug === "" ? `column_${column.index + 1}` : slug;
    let unique = base;
    for (let n = 2; used.has(unique); n++) unique = `${base}_${n}`;
    used.add(unique);
    return `attribute:${unique}`;
  });
}
