import type { Sql } from "../../db/pool";

/** A block that waits to be leased. */
export type ReadyBlock = {
  readonly shard: number;
  readonly id: string;
  readonly accountId: string;
  readonly campaignId: string | null;
  readonly step: number;
  readonly try: number;
  readonly lane: number;
  /** Members without an intent yet. */
  readonly left: number;
};

/** A block that this worker holds: nobody else touches its members until the lease runs out. */
export type LeasedBlock = ReadyBlock & {
  readonly epoch: number;
  /** All of it, in order; those before `cursor` have had their intent. */
  readonly members: readonly string[];
  readonly cursor: number;
};

/** A claim looks no further than this, so that a long queue of single messages costs no more than a short one. */
const LOOK_AHEAD = 5_000;
const PER_GROUP = 200;

/** Of each group (campaign or account, step, lane) the oldest ready blocks; earlier lanes first. */
export async function listReadyBlocks(sql: Sql, shard: number, nowMs: number): Promise<ReadyBlock[]> {
  const { rows } = await sql.query({
    name: "list-ready-blocks",
    text: `SELECT * FROM (
             SELECT id, account_id, campaign_id, step, try, lane, size - cursor AS "left",
               row_number() OVER (PARTITION BY lane, account_id, campaign_id, step ORDER BY available_at, id) AS place
             FROM (SELECT * FROM block WHERE shard = $1 AND state = 0 AND available_at <= to_timestamp($2::bigint / 1000.0)
                   ORDER BY lane, available_at, id LIMIT $3) ready) placed
           WHERE place <= $4 ORDER BY lane, place, id`,
    values: [shard, Math.floor(nowMs), LOOK_AHEAD, PER_GROUP],
  });
  return rows.map((row) => ({
    shard,
    id: String(row.id),
    accountId: row.account_id,
    campaignId: row.campaign_id,
    step: row.step,
    try: row.try,
    lane: row.lane,
    left: row.left,
  }));
}

/** Leases those of the blocks that are still ready and that nobody else is leasing at this moment. */
export async function leaseBlocks(
  sql: Sql,
  shard: number,
  ids: readonly string[],
  owner: string,
  leaseMs: number,
): Promise<LeasedBlock[]> {
  const { rows } = await sql.query({
    name: "lease-blocks",
    text: `UPDATE block SET state = 1, owner = $3, epoch = epoch + 1,
             lease_until = clock_timestamp() + $4 * interval '1 millisecond'
           WHERE shard = $1 AND id IN (
             SELECT id FROM block WHERE shard = $1 AND id = ANY($2::bigint[]) AND state = 0 ORDER BY id FOR UPDATE SKIP LOCKED)
           RETURNING id, account_id, campaign_id, step, try, lane, size, first_id, members, cursor, epoch`,
    values: [shard, ids, owner, leaseMs],
  });
  return rows
    .map((row) => ({
      shard,
      id: String(row.id),
      accountId: row.account_id,
      campaignId: row.campaign_id,
      step: row.step,
      try: row.try,
      lane: row.lane,
      left: row.size - row.cursor,
      epoch: row.epoch,
      cursor: row.cursor,
      members: row.members === null ? rangeOfIds(String(row.first_id), row.size) : row.members.map(String),
    }))
    .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
}

function rangeOfIds(first: string, size: number): string[] {
  const start = BigInt(first);
  return Array.from({ length: size }, (_, i) => (start + BigInt(i)).toString());
}

/** Gives leased blocks back untouched. */
export async function releaseBlocks(
  sql: Sql,
  owner: string,
  blocks: readonly LeasedBlock[],
  availableAtMs: number | null,
): Promise<void> {
  for (const block of blocks) {
    await sql.query(
      `UPDATE block SET state = 0, owner = NULL, lease_until = NULL,
         available_at = coalesce(to_timestamp($5::bigint / 1000.0), available_at)
       WHERE shard = $1 AND id = $2 AND owner = $3 AND epoch = $4 AND state = 1 AND cardinality(in_flight) = 0`,
      [block.shard, block.id, owner, block.epoch, availableAtMs === null ? null : Math.round(availableAtMs)],
    );
  }
}
