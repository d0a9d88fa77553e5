import { normalisePhone, type CountryCode, type PhoneProblem } from "../phone/normalise-phone";
import type { ColumnMapping } from "./guess-mapping";
import type { FileRow } from "./read-rows";

/** A contact as the file gives it; same fields as the table. */
export type ImportedContact = {
  readonly e164: string;
  readonly country: string;
  readonly name: string | null;
  /** "hy", "ru", "en" or another BCP 47 primary tag. */
  readonly language: string | null;
  /** Template variables: `first_name`, `last_name` and the file's own. No blank values. */
  readonly attributes: Readonly<Record<string, string>>;
};

export type RefusalReason = PhoneProblem | "broken_row";

export type RowVerdict =
  | { readonly ok: true; readonly contact: ImportedContact }
  | {
      readonly ok: false;
      readonly reason: RefusalReason;
      /** What stood in the phone column (or the broken line), cut to 200 characters, for the report. */
      readonly value: string;
    };

const LANGUAGE_WORDS: ReadonlyMap<string, string> = new Map([
  ...["hy", "am", "arm", "hye", "armenian", "հայերեն", "հայ", "армянский"].map((word) => [word, "hy"] as const),
  ...["ru", "rus", "russian", "ռուսերեն", "русский", "рус"].map((word) => [word, "ru"] as const),
  ...["en", "eng", "english", "անգլերեն", "английский", "англ"].map((word) => [word, "en"] as const),
]);

/**
 * Whether a row is a contact that can be written to. Duplicates are not its business: they are found by
 * `e164` over the whole file and joined with {@link mergeContacts}.
 *
 * Of several phone columns the first usable number counts; if none is, the first filled one explains why.
 */
export function judgeRow(row: FileRow, mapping: ColumnMapping, defaultCountry: CountryCode): RowVerdict {
  if (row.problem === "broken_quotes") return refuse("broken_row", row.cells[0] ?? "");
  const phones = cellsOf(row, mapping, "phone");
  let refusal: RowVerdict = refuse("empty", phones[0] ?? "");
  for (const phone of phones) {
    const answer = normalisePhone(phone, defaultCountry);
    if (answer.ok) return { ok: true, contact: readContact(row, mapping, answer) };
    if (!refusal.ok && refusal.reason === "empty") refusal = refuse(answer.reason, phone);
  }
  return refusal;
}

/** The same person twice in one file: what the earlier row says stays, the later one fills the gaps. */
export function mergeContacts(earlier: ImportedContact, later: ImportedContact): ImportedContact {
  return {
    ...earlier,
    name: earlier.name ?? later.name,
    language: earlier.language ?? later.language,
    attributes: { ...later.attributes, ...earlier.attributes },
  };
}

function readContact(row: FileRow, mapping: ColumnMapping, phone: { e164: string; country: string }): ImportedContact {
  const first = (target: "first_name" | "last_name" | "name" | "language") =>
    cellsOf(row, mapping, target)
      .map(cleanCell)
      .find((cell) => cell !== "") ?? null;
  const firstName = first("first_name");
  const lastName = first("last_name");
  const joined = [firstName, lastName].filter((part) => part !== null).join(" ");
  return {
    e164: phone.e164,
    country: phone.country,
    name: first("name") ?? (joined === "" ? null : joined),
    language: readLanguage(first("language")),
    attributes: {
      ...readAttributes(row, mapping),
      ...(firstName === null ? {} : { first_name: firstName }),
      ...(lastName === null ? {} : { last_name: lastName }),
    },
  };
}

function readAttributes(row: FileRow, mapping: ColumnMapping): Record<string, string> {
  const entries: (readonly [string, string])[] = [];
  mapping.forEach((target, i) => {
    if (!target.startsWith("attribute:")) return;
    const value = cleanCell(row.cells[i] ?? "");
    if (value !== "") entries.push([target.slice("attribute:".length), value]);
  });
  return Object.fromEntries(entries);
}

function readLanguage(cell: string | null): string | null {
  if (cell === null) return null;
  const word = cell.toLowerCase();
  const primary = word.split(/[-_]/, 1)[0] ?? "";
  return LANGUAGE_WORDS.get(word) ?? LANGUAGE_WORDS.get(primary) ?? (/^[a-z]{2,3}$/.test(primary) ? primary : null);
}

function cellsOf(row: FileRow, mapping: ColumnMapping, target: ColumnMapping[number]): readonly string[] {
  return row.cells.filter((_, i) => mapping[i] === target);
}

/** No control characters but line breaks. */
function cleanCell(cell: string): string {
  return cell.replace(/[^\P{Cc}\n]/gu, "").trim();
}

function refuse(reason: RefusalReason, value: string): RowVerdict {
  const shown = cleanCell(value)
    .slice(0, 200)
    .replace(/[\ud800-\udbff]$/, "");
  return { ok: false, reason, value: shown };
}
