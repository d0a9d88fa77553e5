import { setImmediate as nextTick } from "node:timers/promises";
import type pg from "pg";
import { AppError } from "@/lib/domain/app-error";
import { storedDialect, storedMapping, type StoredDialect, type StoredMapping } from "@/lib/schemas/audiences-imports";
import { recordAudit } from "../audit/record-audit";
import type { Db, Tx } from "../db/prisma";
import { systemContext } from "../tenant-context";
import { decodeAs } from "./decode-import";
import { startHeartbeat, type Heartbeat, type ImportRun } from "./import-heartbeat";
import { judgeFile, type JudgedFile } from "./judge-file";
import { mergeImport } from "./merge-import";
import { toCountry } from "./preview-import";

export type ImportDependencies = {
  readonly db: Db;
  readonly sql: pg.Pool;
  readonly now: () => Date;
  /** For tests: called where a crash could come, with the rows judged so far. */
  readonly atPause?: (rows: number) => Promise<void>;
};

/**
 * - `busy`    another run of this import is alive
 * - `gone`    there is nothing to do: completed, cancelled, or no such import
 */
export type ImportOutcome = "completed" | "cancelled" | "failed" | "busy" | "gone";

const PROGRESS_ROWS = 2000;
/** 100,000 rows take seconds; this only ends what hangs. */
const MAX_RUN_MS = 30 * 60_000;
const ANALYSE_FROM = 1000;

class ImportCancelled extends Error {}

/**
 * Carries out a queued import. Everything is written in one transaction, which begins with the import's lock: a crash leaves
 * nothing behind, frees the lock, and the next run starts from zero. So it is safe to call again at any time, and twice at once.
 *
 * What a person can mend (name taken, broken file) ends the import as failed; anything else is thrown, for the queue to repeat.
 *
 * @param signal stops the run at the next pause; the import is queued again
 */
export async function runImport(
  deps: ImportDependencies,
  job: { readonly accountId: string; readonly importId: string; readonly isLastTry?: boolean },
  signal?: AbortSignal,
): Promise<ImportOutcome> {
  const claimed: { run?: ImportRun; heartbeat?: Heartbeat } = {};
  try {
    const outcome = await deps.db.$transaction(
      async (tx) => {
        if (!(await takeLock(tx, job.importId))) return "busy";
        const claim = await claimImport(deps.sql, job);
        if (claim === null) return "gone";
        claimed.run = claim.run;
        claimed.heartbeat = startHeartbeat(deps.sql, claim.run);
        await carryOut(deps, tx, claim, claimed.heartbeat, signal);
        return "completed";
      },
      { maxWait: 30_000, timeout: MAX_RUN_MS },
    );
    if (outcome === "completed") await analyseIfLarge(deps.sql, job);
    return outcome;
  } catch (error) {
    await claimed.heartbeat?.stop();
    if (error instanceof ImportCancelled) return "cancelled";
    if (claimed.run === undefined) throw error;
    if (error instanceof AppError) {
      await endRun(deps.sql, claimed.run, "failed", error.messageKey ?? "unexpected");
      return "failed";
    }
    if (signal?.aborted === true) await endRun(deps.sql, claimed.run, "queued", null);
    else if (job.isLastTry === true) await endRun(deps.sql, claimed.run, "failed", "import.unexpected");
    throw error;
  } finally {
    await claimed.heartbeat?.stop();
  }
}

async function takeLock(tx: Tx, importId: string): Promise<boolean> {
  const [lock] = await tx.$queryRaw<{ taken: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(hashtextextended(${`import:${importId}`}, 0)) AS taken`;
  return lock?.taken === true;
}

type Claim = {
  readonly run: ImportRun;
  readonly bytes: Uint8Array;
  readonly dialect: StoredDialect;
  readonly mapping: StoredMapping;
  readonly createdBy: string | null;
  readonly fileName: string;
};

/**
 * Whoever holds the lock may take an import that says `running`: the run before it is dead. The start is made unique, so that a
 * late word of the dead run finds no row.
 */
async function claimImport(
  sql: pg.Pool,
  job: { readonly accountId: string; readonly importId: string },
): Promise<Claim | null> {
  const { rows } = await sql.query<{
    file: Buffer;
    dialect: unknown;
    mapping: unknown;
    created_by: string | null;
    file_name: string;
    started_at: Date;
  }>(
    `UPDATE contact_import
        SET status = 'running', processed_rows = 0, heartbeat_at = clock_timestamp(),
            started_at = date_trunc('milliseconds',
              greatest(clock_timestamp(), coalesce(started_at, '-infinity') + interval '1 millisecond'))
      WHERE account_id = $1 AND id = $2 AND status IN ('queued', 'running') AND file IS NOT NULL
      RETURNING file, dialect, mapping, created_by, file_name, started_at`,
    [job.accountId, job.importId],
  );
  const row = rows[0];
  if (row === undefined) return null;
  return {
    run: { accountId: job.accountId, importId: job.importId, startedAt: row.started_at },
    bytes: row.file,
    dialect: storedDialect.parse(row.dialect),
    mapping: storedMapping.parse(row.mapping),
    createdBy: row.created_by,
    fileName: row.file_name,
  };
}

async function carryOut(
  deps: ImportDependencies,
  tx: Tx,
  claim: Claim,
  heartbeat: Heartbeat,
  signal: AbortSignal | undefined,
): Promise<void> {
  let reported = 0;
  const pause = async (rows: number) => {
    heartbeat.advance(rows);
    if (rows - reported >= PROGRESS_ROWS) {
      reported = rows;
      await heartbeat.beat();
    } else await nextTick();
    await deps.atPause?.(rows);
    signal?.throwIfAborted();
    if (heartbeat.isLost()) throw new ImportCancelled();
  };
  const { dialect, mapping, run } = claim;
  const defaultCountry = toCountry(mapping.defaultCountry);
  const text = decodeAs(claim.bytes, dialect.encoding);
  const judged = await judgeFile(text, { dialect, columns: mapping.columns, defaultCountry }, pause);
  const merged = await mergeImport(
    tx,
    { accountId: run.accountId, importId: run.importId, createdBy: claim.createdBy, now: deps.now() },
    mapping.audience,
    judged,
    () => pause(judged.rows),
  );
  await heartbeat.stop();
  await complete(deps, tx, claim, judged, merged);
}

async function complete(
  deps: ImportDependencies,
  tx: Tx,
  { run, fileName }: Claim,
  judged: JudgedFile,
  merged: { readonly audienceId: string; readonly imported: number; readonly updated: number },
): Promise<void> {
  const refused = judged.issues.filter((issue) => issue.kind === "refused").length;
  const { count } = await tx.contactImport.updateMany({
    where: { accountId: run.accountId, id: run.importId, status: "running", startedAt: run.startedAt },
    data: {
      status: "completed",
      audienceId: merged.audienceId,
      // The numbers are contacts now; the file itself is not kept.
      file: null,
      totalRows: judged.rows,
      processedRows: judged.rows,
      imported: merged.imported,
      updated: merged.updated,
      duplicates: judged.issues.length - refused,
      refused,
      errorKey: null,
      finishedAt: deps.now(),
    },
  });
  if (count === 0) throw new ImportCancelled();
  const ctx = await systemContext("import", run.accountId, deps);
  await recordAudit(tx, ctx, {
    action: "import.completed",
    target: run.importId,
    detail: {
      name: fileName,
      audience: merged.audienceId,
      imported: merged.imported,
      updated: merged.updated,
      duplicates: judged.issues.length - refused,
      refused,
    },
  });
}

async function endRun(
  sql: pg.Pool,
  run: ImportRun,
  status: "failed" | "queued",
  errorKey: string | null,
): Promise<void> {
  await sql.query(
    `UPDATE contact_import
        SET status = $4, error_key = $5, processed_rows = 0,
            finished_at = CASE WHEN $4 = 'failed' THEN clock_timestamp() END
      WHERE account_id = $1 AND id = $2 AND started_at = $3 AND status = 'running'`,
    [run.accountId, run.importId, run.startedAt, status, errorKey],
  );
}

/** A table never analysed looks empty to the planner: a campaign launched right after an import must not pay for that. */
async function analyseIfLarge(sql: pg.Pool, job: { readonly accountId: string; readonly importId: string }) {
  const { rows } = await sql.query<{ imported: number }>(
    "SELECT imported FROM contact_import WHERE account_id = $1 AND id = $2",
    [job.accountId, job.importId],
  );
  // Best effort: the import itself is done.
  if ((rows[0]?.imported ?? 0) >= ANALYSE_FROM) {
    await sql.query("ANALYZE contact, audience_member").catch(() => undefined);
  }
}
