import { randomUUID } from "node:crypto";
import { AppError } from "@/lib/domain/app-error";
import { detectDialect } from "@/lib/domain/contacts-file/detect-dialect";
import { MAX_UNFINISHED_IMPORTS, MAX_UPLOAD_BYTES, type StoredDialect } from "@/lib/schemas/audiences-imports";
import { authorise, type TenantContext } from "../tenant-context";
import { countRows } from "./count-rows";
import { decodeUpload } from "./decode-import";

/** Uploads that nobody started are personal data lying about: their content goes after this. */
const KEEP_UNFINISHED_DAYS = 7;

/**
 * Stores a file of contacts and how it seems to be written down. Nothing is imported yet: a person looks at it first.
 *
 * @throws AppError invalid_input (no text, too many rows …), rate_limited when too many files wait already
 */
export async function uploadImport(
  ctx: TenantContext,
  upload: { readonly fileName: string; readonly bytes: Buffer },
): Promise<{ readonly importId: string }> {
  authorise(ctx, "audiences:write");
  if (upload.bytes.length > MAX_UPLOAD_BYTES) {
    const megabytes = MAX_UPLOAD_BYTES / 1024 / 1024;
    throw new AppError("invalid_input", "The file is too large.", {
      messageKey: "contactsFile.tooBig",
      values: { megabytes },
    });
  }
  await makeRoom(ctx);
  const { text, encoding } = decodeUpload(upload.bytes);
  const found = detectDialect(text);
  const totalRows = await countRows(text, found);
  const dialect: StoredDialect = { encoding, ...found };
  const importId = randomUUID();
  await ctx.sql.query(
    `INSERT INTO contact_import (account_id, id, file_name, file, file_bytes, dialect, total_rows, created_by, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ...[ctx.accountId, importId, cleanFileName(upload.fileName), upload.bytes, upload.bytes.length],
      ...[JSON.stringify(dialect), totalRows, ctx.actor.id, ctx.now()],
    ],
  );
  return { importId };
}

async function makeRoom(ctx: TenantContext): Promise<void> {
  await ctx.sql.query(
    `UPDATE contact_import SET file = NULL
      WHERE account_id = $1 AND file IS NOT NULL AND status IN ('uploaded', 'failed', 'cancelled')
        AND created_at < $2::timestamptz - make_interval(days => $3)`,
    [ctx.accountId, ctx.now(), KEEP_UNFINISHED_DAYS],
  );
  const { rows } = await ctx.sql.query<{ waiting: number }>(
    "SELECT count(*)::int AS waiting FROM contact_import WHERE account_id = $1 AND file IS NOT NULL",
    [ctx.accountId],
  );
  if ((rows[0]?.waiting ?? 0) < MAX_UNFINISHED_IMPORTS) return;
  throw new AppError("rate_limited", "Too many uploaded files wait to be imported. Import or discard some first.", {
    messageKey: "import.tooManyWaiting",
    values: { max: MAX_UNFINISHED_IMPORTS },
  });
}

/** A name to show: no path, no control or direction characters, never empty. */
export function cleanFileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  const shown = [...last.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "").trim()].slice(0, 200).join("");
  return shown === "" ? "contacts.csv" : shown;
}
