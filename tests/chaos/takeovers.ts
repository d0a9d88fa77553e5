import type pg from "pg";

/** A block that was taken from a worker whose lease had run out, and who was in flight then by the last commit. */
export type Takeover = {
  readonly atMs: number;
  readonly blockId: string;
  /** When the lease ran out; renewed last one lease before it. */
  readonly leaseUntilMs: number;
  readonly inFlight: readonly string[];
};

/**
 * Has PostgreSQL itself write down who was in flight whenever a lease is taken over: the block forgets it in the same statement, and a
 * look from outside would come too early or too late.
 */
export async function watchTakeovers(sql: pg.Pool): Promise<void> {
  await sql.query(`
    CREATE TABLE chaos_takeover (
      at timestamptz NOT NULL DEFAULT clock_timestamp(), block_id bigint NOT NULL, lease_until timestamptz, in_flight bigint[] NOT NULL);
    CREATE FUNCTION note_takeover() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO chaos_takeover (block_id, lease_until, in_flight) VALUES (OLD.id, OLD.lease_until, OLD.in_flight);
      RETURN NULL;
    END $$;
    CREATE TRIGGER note_takeover AFTER UPDATE ON block FOR EACH ROW
      WHEN (OLD.state = 1 AND NEW.epoch > OLD.epoch) EXECUTE FUNCTION note_takeover()`);
}

export async function readTakeovers(sql: pg.Pool): Promise<Takeover[]> {
  const { rows } = await sql.query("SELECT at, block_id, lease_until, in_flight FROM chaos_takeover ORDER BY at");
  return rows.map((row) => ({
    atMs: row.at.getTime(),
    blockId: String(row.block_id),
    leaseUntilMs: row.lease_until.getTime(),
    inFlight: (row.in_flight as unknown[]).map(String),
  }));
}
