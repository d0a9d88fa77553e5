import { z } from "zod";
import type { ColumnTarget } from "@/lib/domain/contacts-file/guess-mapping";
import { FIXED_TARGETS } from "@/lib/domain/contacts-file/guess-mapping";
import { MAX_VARIABLE_NAME_LENGTH } from "@/lib/domain/template/variables";

export const MAX_UPLOAD_BYTES = 25 * 1024 * 1024;
/** Columns beyond are left out: nobody maps more by hand, and a hostile file has millions. */
export const MAX_COLUMNS = 200;
/** Files of an account that wait for someone to start or discard them. */
export const MAX_UNFINISHED_IMPORTS = 20;

export const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "windows-1251", "windows-1252"] as const;
export type ContactsEncoding = (typeof ENCODINGS)[number];

export const DELIMITERS = [",", ";", "\t", "|"] as const;

export const IMPORT_STATUSES = ["uploaded", "queued", "running", "completed", "failed", "cancelled"] as const;
export type ImportStatus = (typeof IMPORT_STATUSES)[number];

const attributeName = new RegExp(String.raw`^[\p{L}\p{M}\p{Nd}_.]{1,${MAX_VARIABLE_NAME_LENGTH}}$`, "u");

/** A name that templates can use as a variable and that no fixed column has. */
export function isAttributeName(name: string): boolean {
  return attributeName.test(name) && name !== "__proto__" && !(FIXED_TARGETS as readonly string[]).includes(name);
}

export function isColumnTarget(value: string): value is ColumnTarget {
  if (value === "ignore" || (FIXED_TARGETS as readonly string[]).includes(value)) return true;
  return value.startsWith("attribute:") && isAttributeName(value.slice("attribute:".length));
}

const columnTarget = z.custom<ColumnTarget>((value) => typeof value === "string" && isColumnTarget(value), {
  error: "field.columnTarget",
});

/** Several columns may be the phone (the first usable number counts); every other target is given once. */
export const columnMapping = z
  .array(columnTarget)
  .max(MAX_COLUMNS)
  .refine((columns) => findRepeatedTarget(columns) === null, { error: "field.columnTwice" });

export function findRepeatedTarget(columns: readonly ColumnTarget[]): ColumnTarget | null {
  const seen = new Set<ColumnTarget>();
  for (const target of columns) {
    if (target === "ignore" || target === "phone") continue;
    if (seen.has(target)) return target;
    seen.add(target);
  }
  return null;
}

export const importId = z.object({ importId: z.uuid() });

const importDialect = z.object({
  encoding: z.enum(ENCODINGS),
  delimiter: z.enum(DELIMITERS),
  hasHeader: z.boolean(),
});
export type ImportDialect = z.infer<typeof importDialect>;

const country = z.string().regex(/^[A-Z]{2}$/, { error: "field.country" });

/** What is left out is guessed. */
export const previewImportInput = z.object({
  importId: z.uuid(),
  dialect: importDialect.optional(),
  columns: columnMapping.optional(),
  defaultCountry: country.optional(),
});
export type PreviewImportInput = z.infer<typeof previewImportInput>;

export const audienceName = z
  .string()
  .trim()
  .min(1, { error: "field.required" })
  .max(120, { error: "field.tooLong" })
  .refine((name) => !/[\p{Cc}\p{Cs}]/u.test(name), { error: "field.invalid" });

const importTarget = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("new"), name: audienceName }),
  z.object({ kind: z.literal("existing"), audienceId: z.uuid() }),
]);
export type ImportTarget = z.infer<typeof importTarget>;

export const startImportInput = z.object({
  importId: z.uuid(),
  dialect: importDialect,
  columns: columnMapping.refine((columns) => columns.includes("phone"), { error: "field.phoneColumn" }),
  defaultCountry: country,
  audience: importTarget,
});
export type StartImportInput = z.infer<typeof startImportInput>;

/** As stored in contact_import.dialect. */
export const storedDialect = importDialect.extend({ skippedLines: z.number().int().min(0).max(10).default(0) });
export type StoredDialect = z.infer<typeof storedDialect>;

/** As stored in contact_import.mapping once somebody has pressed Start. */
export const storedMapping = z.object({
  columns: columnMapping,
  defaultCountry: country,
  audience: importTarget,
});
export type StoredMapping = z.infer<typeof storedMapping>;

/** How the phone column of one row reads. */
export type PreviewPhone =
  { readonly ok: true; readonly phone: string } | { readonly ok: false; readonly reason: string };

export type ImportPreview = {
  readonly dialect: ImportDialect;
  readonly columns: readonly {
    /** Name in the header row; "" without. */
    readonly header: string;
    readonly target: ColumnTarget;
  }[];
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[]; readonly phone: PreviewPhone }[];
  /** The first rows, judged: a wrong country or column shows here, before anything is imported. */
  readonly checked: { readonly rows: number; readonly usable: number };
  readonly defaultCountry: string;
};

export type ReasonCount = { readonly reason: string; readonly count: number };

export type ImportView = {
  readonly id: string;
  readonly fileName: string;
  readonly fileBytes: number;
  readonly status: ImportStatus;
  readonly totalRows: number;
  readonly processedRows: number;
  readonly imported: number;
  readonly updated: number;
  readonly duplicates: number;
  readonly refused: number;
  /** Most frequent first. */
  readonly refusedByReason: readonly ReasonCount[];
  /** Key of the catalogue `errors`, when failed. */
  readonly errorKey: string | null;
  readonly audienceId: string | null;
  readonly audienceName: string | null;
  readonly settings: StoredMapping | null;
  /** False once completed or cleared away: then it cannot be started again. */
  readonly hasFile: boolean;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  /** Queued or running, and no worker has reported for a while: it goes on by itself once one does. */
  readonly isStalled: boolean;
};

export type ImportListItem = Pick<
  ImportView,
  "id" | "fileName" | "status" | "totalRows" | "processedRows" | "createdAt" | "audienceName"
>;
