import { randomUUID } from "node:crypto";
import type { ImportedContact } from "@/lib/domain/contacts-file/plan-import";
import type { ImportTarget } from "@/lib/schemas/audiences-imports";
import type { Tx } from "../db/prisma";
import { audienceArchived, audienceNameTaken, audienceNotFound } from "./get-audience-row";
import type { JudgedFile } from "./judge-file";

const ROWS_AT_ONCE = 2000;

export type MergeResult = { readonly audienceId: string; readonly imported: number; readonly updated: number };

/**
 * Writes what a file has brought, in the caller's transaction: contacts (new values win over stored ones, stored ones that the
 * file does not have stay), the audience, its members, and the rows for the report.
 *
 * Contacts are taken in order of their number, so that two imports of one account never wait for each other in a circle.
 *
 * @throws AppError conflict (name taken, archived), not_found (audience)
 */
export async function mergeImport(
  tx: Tx,
  run: { readonly accountId: string; readonly importId: string; readonly createdBy: string | null; readonly now: Date },
  target: ImportTarget,
  judged: JudgedFile,
  pause: () => Promise<void>,
): Promise<MergeResult> {
  await stageContacts(tx, judged.contacts, pause);
  await writeIssues(tx, run, judged, pause);
  const audienceId = await takeAudience(tx, run, target);
  await pause();
  const [counts] = await tx.$queryRaw<{ imported: number; updated: number }[]>`
    WITH merged AS (
      INSERT INTO contact AS c (account_id, e164, country, name, language, attributes, created_at, updated_at)
      SELECT ${run.accountId}::uuid, s.e164, s.country, s.name, s.language, s.attributes, ${run.now}, ${run.now}
        FROM staged_contact s ORDER BY s.e164
      ON CONFLICT (account_id, e164) DO UPDATE
        SET name = coalesce(excluded.name, c.name),
            language = coalesce(excluded.language, c.language),
            attributes = c.attributes || excluded.attributes,
            updated_at = excluded.updated_at
      -- a row version that this statement inserted has no xmax; one that it updated has
      RETURNING c.id, c.xmax = 0 AS is_new
    ), members AS (
      INSERT INTO audience_member (account_id, audience_id, contact_id, added_at)
      SELECT ${run.accountId}::uuid, ${audienceId}::uuid, id, ${run.now} FROM merged
      ON CONFLICT DO NOTHING
    )
    SELECT count(*) FILTER (WHERE is_new)::int AS imported, count(*) FILTER (WHERE NOT is_new)::int AS updated FROM merged`;
  return { audienceId, imported: counts?.imported ?? 0, updated: counts?.updated ?? 0 };
}

async function stageContacts(tx: Tx, contacts: readonly ImportedContact[], pause: () => Promise<void>): Promise<void> {
  await tx.$executeRaw`
    CREATE TEMP TABLE staged_contact
      (e164 text NOT NULL, country text NOT NULL, name text, language text, attributes jsonb NOT NULL) ON COMMIT DROP`;
  for (let at = 0; at < contacts.length; at += ROWS_AT_ONCE) {
    const batch = JSON.stringify(contacts.slice(at, at + ROWS_AT_ONCE));
    await tx.$executeRaw`
      INSERT INTO staged_contact
      SELECT * FROM jsonb_to_recordset(${batch}::jsonb)
        AS r (e164 text, country text, name text, language text, attributes jsonb)`;
    await pause();
  }
  await tx.$executeRaw`ANALYZE staged_contact`;
}

async function writeIssues(
  tx: Tx,
  run: { readonly accountId: string; readonly importId: string },
  { issues }: JudgedFile,
  pause: () => Promise<void>,
): Promise<void> {
  for (let at = 0; at < issues.length; at += ROWS_AT_ONCE) {
    const batch = JSON.stringify(issues.slice(at, at + ROWS_AT_ONCE));
    await tx.$executeRaw`
      INSERT INTO import_issue (account_id, import_id, row_number, kind, reason, value)
      SELECT ${run.accountId}::uuid, ${run.importId}::uuid, r.line, r.kind, r.reason, r.value
        FROM jsonb_to_recordset(${batch}::jsonb) AS r (line int, kind text, reason text, value text)`;
    await pause();
  }
}

/** The audience to add to, held against archiving until the commit; or a new one. */
async function takeAudience(
  tx: Tx,
  run: { readonly accountId: string; readonly createdBy: string | null; readonly now: Date },
  target: ImportTarget,
): Promise<string> {
  if (target.kind === "existing") {
    const [audience] = await tx.$queryRaw<{ archived: boolean }[]>`
      SELECT archived_at IS NOT NULL AS archived FROM audience
       WHERE account_id = ${run.accountId}::uuid AND id = ${target.audienceId}::uuid FOR SHARE`;
    if (audience === undefined) throw audienceNotFound();
    if (audience.archived) throw audienceArchived();
    return target.audienceId;
  }
  const id = randomUUID();
  const made = await tx.$executeRaw`
    INSERT INTO audience (account_id, id, name, created_by, created_at)
    VALUES (${run.accountId}::uuid, ${id}::uuid, ${target.name}, ${run.createdBy}::uuid, ${run.now})
    ON CONFLICT (account_id, lower(name)) WHERE archived_at IS NULL DO NOTHING`;
  if (made === 0) throw audienceNameTaken();
  return id;
}
