import { AppError } from "@/lib/domain/app-error";
import {
  storedDialect,
  type StartImportInput,
  type StoredDialect,
  type StoredMapping,
} from "@/lib/schemas/audiences-imports";
import { recordAudit } from "../audit/record-audit";
import type { Tx } from "../db/prisma";
import { authorise, type TenantContext } from "../tenant-context";
import { countRows } from "./count-rows";
import { decodeAs } from "./decode-import";
import { enqueueImport } from "./enqueue-import";
import { audienceArchived, audienceNameTaken, audienceNotFound } from "./get-audience-row";
import { importNotFound } from "./get-import";
import { fileGone, toCountry } from "./preview-import";

/**
 * Hands an uploaded file to the worker. Also the way to try a failed or cancelled import again.
 *
 * The old status is part of the `WHERE`: of two people pressing Start, one wins and the other gets a conflict.
 */
export async function startImport(ctx: TenantContext, input: StartImportInput): Promise<void> {
  authorise(ctx, "audiences:write");
  toCountry(input.defaultCountry);
  const stored = await loadFile(ctx, input.importId);
  const dialect: StoredDialect = { ...stored.dialect, ...input.dialect };
  const totalRows = await countRows(decodeAs(stored.bytes, dialect.encoding), dialect);
  const mapping: StoredMapping = {
    columns: input.columns,
    defaultCountry: input.defaultCountry,
    audience: input.audience,
  };
  await ctx.transaction(async (tx) => {
    await checkTarget(tx, ctx, input);
    const { count } = await tx.contactImport.updateMany({
      where: {
        accountId: ctx.accountId,
        id: input.importId,
        status: { in: ["uploaded", "failed", "cancelled"] },
        NOT: { file: null },
      },
      data: {
        status: "queued",
        dialect,
        mapping: { ...mapping, columns: [...mapping.columns] },
        audienceId: input.audience.kind === "existing" ? input.audience.audienceId : null,
        totalRows,
        processedRows: 0,
        errorKey: null,
        heartbeatAt: ctx.now(),
        finishedAt: null,
      },
    });
    if (count === 0) throw alreadyStarted();
    await enqueueImport(tx, ctx.accountId, input.importId);
    await recordAudit(tx, ctx, {
      action: "import.started",
      target: input.importId,
      detail: { file: stored.fileName, rows: totalRows },
    });
  });
}

async function loadFile(ctx: TenantContext, importId: string) {
  const row = await ctx.db.contactImport.findUnique({
    where: { accountId_id: { accountId: ctx.accountId, id: importId } },
    select: { file: true, fileName: true, dialect: true, status: true },
  });
  if (row === null) throw importNotFound();
  if (row.status === "queued" || row.status === "running" || row.status === "completed") throw alreadyStarted();
  if (row.file === null) throw fileGone();
  return { bytes: row.file, fileName: row.fileName, dialect: storedDialect.parse(row.dialect) };
}

/** Says early what the worker would find at the end; the worker checks again. */
async function checkTarget(tx: Tx, ctx: TenantContext, input: StartImportInput): Promise<void> {
  if (input.audience.kind === "existing") {
    const audience = await tx.audience.findUnique({
      where: { accountId_id: { accountId: ctx.accountId, id: input.audience.audienceId } },
      select: { archivedAt: true },
    });
    if (audience === null) throw audienceNotFound();
    if (audience.archivedAt !== null) throw audienceArchived();
    return;
  }
  const [taken] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM audience
     WHERE account_id = ${ctx.accountId}::uuid AND lower(name) = lower(${input.audience.name}) AND archived_at IS NULL`;
  if (taken !== undefined) throw audienceNameTaken();
}

function alreadyStarted(): AppError {
  return new AppError("conflict", "This import has been started already.", { messageKey: "import.alreadyStarted" });
}
