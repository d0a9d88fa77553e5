import { judgeRow, mergeContacts, type ImportedContact } from "@/lib/domain/contacts-file/plan-import";
import { readRows, type Dialect } from "@/lib/domain/contacts-file/read-rows";
import type { ColumnMapping } from "@/lib/domain/contacts-file/guess-mapping";
import type { CountryCode } from "@/lib/domain/phone/normalise-phone";

export type ImportIssue = {
  readonly line: number;
  readonly kind: "refused" | "duplicate";
  /** Of a refusal: why; of a duplicate: "line:<the line that has the number first>". */
  readonly reason: string;
  readonly value: string;
};

export type JudgedFile = {
  readonly contacts: readonly ImportedContact[];
  /** In file order. */
  readonly issues: readonly ImportIssue[];
  readonly rows: number;
};

/** Numbers are read some 20,000 a second: 200 rows hold the event loop for about 10 ms. */
const ROWS_AT_ONCE = 200;

/**
 * Judges every row of a file and joins those with the same number: what the first says stays, later ones fill its gaps.
 *
 * @param pause called every 200 rows; gives others a turn, reports progress, and may throw to stop
 */
export async function judgeFile(
  text: string,
  settings: { readonly dialect: Dialect; readonly columns: ColumnMapping; readonly defaultCountry: CountryCode },
  pause: (rows: number) => Promise<void>,
): Promise<JudgedFile> {
  const found = new Map<string, { contact: ImportedContact; readonly line: number }>();
  const issues: ImportIssue[] = [];
  let rows = 0;
  for (const row of readRows(text, settings.dialect)) {
    const verdict = judgeRow(row, settings.columns, settings.defaultCountry);
    if (!verdict.ok) {
      issues.push({ line: row.line, kind: "refused", reason: verdict.reason, value: verdict.value });
    } else {
      const { contact } = verdict;
      const earlier = found.get(contact.e164);
      if (earlier === undefined) found.set(contact.e164, { contact, line: row.line });
      else {
        earlier.contact = mergeContacts(earlier.contact, contact);
        issues.push({ line: row.line, kind: "duplicate", reason: `line:${earlier.line}`, value: contact.e164 });
      }
    }
    rows += 1;
    if (rows % ROWS_AT_ONCE === 0) await pause(rows);
  }
  await pause(rows);
  return { contacts: [...found.values()].map(({ contact }) => contact), issues, rows };
}
