import { setImmediate as nextTick } from "node:timers/promises";
import { AppError } from "@/lib/domain/app-error";
import { readRows, type Dialect } from "@/lib/domain/contacts-file/read-rows";

const ROWS_AT_ONCE = 2000;

/**
 * Reads the whole file once, giving the event loop a turn now and then.
 *
 * @returns rows of contacts, header and blank lines not counted
 * @throws AppError invalid_input: more than 100,000 rows, no row at all, or no table
 */
export async function countRows(text: string, dialect: Dialect): Promise<number> {
  let rows = 0;
  for (const _row of readRows(text, dialect)) {
    rows += 1;
    if (rows % ROWS_AT_ONCE === 0) await nextTick();
  }
  if (rows === 0) {
    throw new AppError("invalid_input", "The file has no rows.", { messageKey: "contactsFile.empty" });
  }
  return rows;
}
