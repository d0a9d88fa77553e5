import type { TenantContext } from "../tenant-context";
import { authorise } from "../tenant-context";
import { getImport } from "./get-import";

export type ReportWords = {
  /** Names of the columns: row, kind, reason, value. */
  readonly columns: readonly [string, string, string, string];
  readonly refused: string;
  readonly duplicate: string;
  readonly reason: (reason: string) => string;
};

const ROWS_AT_ONCE = 5000;
const BYTE_ORDER_MARK = "\ufeff";

/**
 * The refused and duplicate rows of an import as CSV in UTF-8 with a byte order mark (Excel needs it), piece by piece.
 *
 * @throws AppError not_found, before the first piece
 */
export async function openImportReport(
  ctx: TenantContext,
  importId: string,
  words: ReportWords,
): Promise<{ readonly fileName: string; readonly pieces: AsyncGenerator<string, void, void> }> {
  authorise(ctx, "audiences:read");
  const { fileName } = await getImport(ctx, importId);
  return { fileName: `${fileName.replace(/\.[^.]{1,8}$/, "")}-report.csv`, pieces: writePieces(ctx, importId, words) };
}

type Issue = { row_number: number; kind: string; reason: string; value: string };

async function* writePieces(
  ctx: TenantContext,
  importId: string,
  words: ReportWords,
): AsyncGenerator<string, void, void> {
  yield BYTE_ORDER_MARK + csvLine(words.columns);
  for (let after = 0; ;) {
    const { rows } = await ctx.sql.query<Issue>(
      `SELECT row_number, kind, reason, value FROM import_issue
        WHERE account_id = $1 AND import_id = $2 AND row_number > $3
        ORDER BY row_number LIMIT ${ROWS_AT_ONCE}`,
      [ctx.accountId, importId, after],
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.row_number;
    yield rows
      .map(({ row_number, kind, reason, value }) =>
        csvLine([
          String(row_number),
          kind === "refused" ? words.refused : words.duplicate,
          words.reason(reason),
          value,
        ]),
      )
      .join("");
  }
}

export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

/**
 * One cell of a CSV that people open in a spreadsheet: what would be run as a formula there gets a leading apostrophe. A plain
 * phone number keeps its plus sign.
 */
export function csvCell(cell: string): string {
  const isFormula =
    /^[\s\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/.test(cell) && !/^\+\d[\d ()\u00a0.-]{0,30}$/.test(cell);
  const safe = isFormula ? `'${cell}` : cell;
  return /[",;\r\n\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
