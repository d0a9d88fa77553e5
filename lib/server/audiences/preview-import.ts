import { AppError } from "@/lib/domain/app-error";
import { guessMapping, type ColumnMapping } from "@/lib/domain/contacts-file/guess-mapping";
import { judgeRow, type RowVerdict } from "@/lib/domain/contacts-file/plan-import";
import { readHeader, readRows, type Dialect, type FileRow } from "@/lib/domain/contacts-file/read-rows";
import { formatPhone, isPhoneCountry, type CountryCode } from "@/lib/domain/phone/normalise-phone";
import {
  MAX_COLUMNS,
  storedDialect,
  storedMapping,
  type ImportPreview,
  type PreviewImportInput,
  type PreviewPhone,
} from "@/lib/schemas/audiences-imports";
import { authorise, type TenantContext } from "../tenant-context";
import { decodeAs } from "./decode-import";
import { importNotFound } from "./get-import";

/** Even, so that UTF-16 is not cut within a unit. */
const PREVIEW_BYTES = 512 * 1024;
const CHECKED_ROWS = 500;
const SHOWN_ROWS = 10;
const SHOWN_CELL_LENGTH = 120;

/**
 * The beginning of an uploaded file, read as the settings say; what they leave out is as stored or guessed.
 *
 * @throws AppError not_found, conflict when the file is no longer there
 */
export async function previewImport(ctx: TenantContext, input: PreviewImportInput): Promise<ImportPreview> {
  authorise(ctx, "audiences:write");
  const head = await loadHead(ctx, input.importId);
  const dialect = { ...head.dialect, ...input.dialect };
  const text = decodeAs(head.bytes, dialect.encoding);
  const rows = readFirstRows(text, dialect, head.isWhole);
  const header = readHeader(text, dialect)?.slice(0, MAX_COLUMNS) ?? null;
  const cells = rows.map((row) => row.cells.slice(0, MAX_COLUMNS));
  const defaultCountry = toCountry(input.defaultCountry ?? head.settings?.defaultCountry ?? head.accountCountry);
  // Settings of an earlier try fit only the dialect they were chosen for.
  const kept = input.dialect === undefined ? head.settings?.columns : undefined;
  const mapping = input.columns ?? kept ?? guessMapping(header, cells);
  const verdicts = rows.map((row) => judgeRow(row, mapping, defaultCountry));
  return {
    dialect: { encoding: dialect.encoding, delimiter: dialect.delimiter, hasHeader: dialect.hasHeader },
    columns: describeColumns(header, cells, mapping),
    rows: rows.slice(0, SHOWN_ROWS).map((row, index) => ({
      line: row.line,
      cells: row.cells.slice(0, MAX_COLUMNS).map(shorten),
      phone: describePhone(verdicts[index]),
    })),
    checked: { rows: verdicts.length, usable: verdicts.filter((verdict) => verdict.ok).length },
    defaultCountry,
  };
}

async function loadHead(ctx: TenantContext, importId: string) {
  const { rows } = await ctx.sql.query<{
    head: Buffer | null;
    file_bytes: number;
    dialect: unknown;
    mapping: unknown;
    default_country: string;
  }>(
    `SELECT substring(i.file FROM 1 FOR ${PREVIEW_BYTES}) AS head, i.file_bytes, i.dialect, i.mapping, a.default_country
       FROM contact_import i JOIN account a ON a.id = i.account_id
      WHERE i.account_id = $1 AND i.id = $2`,
    [ctx.accountId, importId],
  );
  const row = rows[0];
  if (row === undefined) throw importNotFound();
  if (row.head === null) throw fileGone();
  const settings = storedMapping.safeParse(row.mapping);
  return {
    bytes: row.head,
    isWhole: row.head.length >= row.file_bytes,
    dialect: storedDialect.parse(row.dialect),
    settings: settings.success ? settings.data : null,
    accountCountry: row.default_country,
  };
}

/** The last row of a cut-off beginning may be cut too: it is left out. */
function readFirstRows(text: string, dialect: Dialect, isWhole: boolean): readonly FileRow[] {
  const rows: FileRow[] = [];
  try {
    for (const row of readRows(text, dialect, Infinity)) {
      rows.push(row);
      if (rows.length >= CHECKED_ROWS) return rows;
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
  return isWhole || rows.length <= 1 ? rows : rows.slice(0, -1);
}

function describeColumns(
  header: readonly string[] | null,
  cells: readonly (readonly string[])[],
  mapping: ColumnMapping,
): ImportPreview["columns"] {
  const width = Math.min(MAX_COLUMNS, Math.max(header?.length ?? 0, ...cells.map((row) => row.length)));
  return Array.from({ length: width }, (_, index) => ({
    header: shorten(header?.[index] ?? ""),
    target: mapping[index] ?? "ignore",
  }));
}

function describePhone(verdict: RowVerdict | undefined): PreviewPhone {
  if (verdict === undefined) return { ok: false, reason: "empty" };
  return verdict.ok ? { ok: true, phone: formatPhone(verdict.contact.e164) } : { ok: false, reason: verdict.reason };
}

function shorten(cell: string): string {
  return cell.length <= SHOWN_CELL_LENGTH
    ? cell
    : `${cell.slice(0, SHOWN_CELL_LENGTH).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** @throws AppError invalid_input */
export function toCountry(code: string): CountryCode {
  if (isPhoneCountry(code)) return code;
  throw new AppError("invalid_input", "This country is not known.", {
    messageKey: "invalidInput",
    fields: { defaultCountry: "field.country" },
  });
}

export function fileGone(): AppError {
  return new AppError("conflict", "The uploaded file is no longer kept. Upload it again.", {
    messageKey: "import.fileGone",
  });
}
