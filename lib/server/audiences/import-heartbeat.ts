import type pg from "pg";

const BEAT_MS = 1000;

/** Which run of an import: `startedAt` tells it from an earlier or later one of the same import. */
export type ImportRun = { readonly accountId: string; readonly importId: string; readonly startedAt: Date };

export type Heartbeat = {
  /** Rows done so far; written down with the next beat. */
  advance(rows: number): void;
  /** Writes at once. */
  beat(): Promise<void>;
  /** Somebody has cancelled the import, or another run has taken it over. */
  isLost(): boolean;
  /** After this no statement of the heartbeat is under way: it would wait for the lock that the completion takes. */
  stop(): Promise<void>;
};

/**
 * Shows progress and a sign of life every second, on a connection of its own: the import's transaction shows nothing before its
 * commit. A failed beat is no reason to stop; the next one may succeed, and the commit decides.
 */
export function startHeartbeat(sql: pg.Pool, run: ImportRun): Heartbeat {
  let rows = 0;
  let lost = false;
  let underWay: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const { rowCount } = await sql.query(
      `UPDATE contact_import SET processed_rows = $4, heartbeat_at = clock_timestamp()
        WHERE account_id = $1 AND id = $2 AND started_at = $3 AND status = 'running'`,
      [run.accountId, run.importId, run.startedAt, rows],
    );
    lost = rowCount === 0;
  }
  function beat(): Promise<void> {
    underWay = underWay.then(write).catch(() => undefined);
    return underWay;
  }
  const timer = setInterval(() => void beat(), BEAT_MS);
  timer.unref();
  return {
    advance: (next) => {
      rows = next;
    },
    beat,
    isLost: () => lost,
    stop: () => {
      clearInterval(timer);
      return underWay;
    },
  };
}
