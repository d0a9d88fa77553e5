import { expect } from "vitest";
import type { TenantContext } from "../tenant-context";
import type { ImportView, StartImportInput } from "@/lib/schemas/audiences-imports";
import { getImport } from "./get-import";
import { previewImport } from "./preview-import";
import type { ImportDependencies, ImportOutcome } from "./run-import";
import { runImport } from "./run-import";
import { startImport } from "./start-import";
import { uploadImport } from "./upload-import";

export function dependenciesOf(ctx: TenantContext, atPause?: ImportDependencies["atPause"]): ImportDependencies {
  return { db: ctx.db, sql: ctx.sql, now: ctx.now, ...(atPause && { atPause }) };
}

export async function upload(ctx: TenantContext, content: string | Buffer, fileName = "people.csv"): Promise<string> {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return (await uploadImport(ctx, { fileName, bytes })).importId;
}

/** Starts with what the product guesses, as a person does who presses Start at once. */
export async function startAsGuessed(
  ctx: TenantContext,
  importId: string,
  changes: Partial<Omit<StartImportInput, "importId">> = {},
): Promise<void> {
  const preview = await previewImport(ctx, { importId });
  await startImport(ctx, {
    importId,
    dialect: preview.dialect,
    columns: preview.columns.map((column) => column.target),
    defaultCountry: preview.defaultCountry,
    audience: { kind: "new", name: `Audience ${importId}` },
    ...changes,
  });
}

export async function importFile(
  ctx: TenantContext,
  content: string | Buffer,
  changes: Partial<Omit<StartImportInput, "importId">> = {},
): Promise<ImportView & { readonly audienceId: string }> {
  const importId = await upload(ctx, content);
  await startAsGuessed(ctx, importId, changes);
  const outcome: ImportOutcome = await runImport(dependenciesOf(ctx), { accountId: ctx.accountId, importId });
  expect(outcome).toBe("completed");
  const view = await getImport(ctx, importId);
  if (view.audienceId === null) throw new Error("A completed import has an audience.");
  return { ...view, audienceId: view.audienceId };
}

/** Everything of an account that an import may write. */
export async function countWritten(ctx: TenantContext) {
  const where = { accountId: ctx.accountId };
  const [contacts, audiences, members, issues] = await Promise.all([
    ctx.db.contact.count({ where }),
    ctx.db.audience.count({ where }),
    ctx.db.audienceMember.count({ where }),
    ctx.db.importIssue.count({ where }),
  ]);
  return { contacts, audiences, members, issues };
}

/** `count` rows with distinct Armenian mobile numbers. */
export function generateRows(count: number): string {
  const rows = Array.from({ length: count }, (_, i) => `Name ${i},+37477${String(i).padStart(6, "0")},Town ${i % 7}`);
  return `name,phone,city\n${rows.join("\n")}\n`;
}
