import type { Sql } from "../../db/pool";

/** In the place of a campaign: the single messages of an account. As in the index. */
const NO_CAMPAIGN = "'00000000-0000-0000-0000-000000000000'::uuid";

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
  /** Connections that could not take its members just now. */
  readonly tried?: readonly string[];
};

/** Of one group in one look. A campaign's blocks are large, single messages are leased many together. */
const PER_CAMPAIGN = 20;
const PER_ACCOUNT = 200;
/** Groups of one shard in one look: more than a shard has accounts, so that none is overlooked. */
const MAX_GROUPS = 5_000;

/**
 * Of each group (an account's campaign and step, or its single messages, by lane) the oldest ready blocks; earlier lanes first.
 *
 * It hops from one group to the next in the index `block_ready`, so what it costs depends on how many groups there are and not on how many
 * blocks any of them has: neither a million recipients nor a long queue of single messages hides the others.
 */
export async function listReadyBlocks(sql: Sql, shard: number, nowMs: number): Promise<ReadyBlock[]> {
  const { rows } = await sql.query({
    name: "list-ready-blocks",
    text: `WITH RECURSIVE groups AS (
             (SELECT lane, account_id, coalesce(campaign_id, ${NO_CAMPAIGN}) AS campaign, step, 1 AS place
              FROM block WHERE shard = $1 AND state = 0
              ORDER BY lane, account_id, coalesce(campaign_id, ${NO_CAMPAIGN}), step LIMIT 1)
             UNION ALL
             SELECT following.*, g.place + 1 FROM groups g CROSS JOIN LATERAL (
               SELECT b.lane, b.account_id, coalesce(b.campaign_id, ${NO_CAMPAIGN}) AS campaign, b.step
               FROM block b WHERE b.shard = $1 AND b.state = 0
                 AND (b.lane, b.account_id, coalesce(b.campaign_id, ${NO_CAMPAIGN}), b.step) > (g.lane, g.account_id, g.campaign, g.step)
               ORDER BY b.lane, b.account_id, coalesce(b.campaign_id, ${NO_CAMPAIGN}), b.step LIMIT 1) following
             WHERE g.place < $3)
           SELECT ready.* FROM groups g CROSS JOIN LATERAL (
             SELECT b.id, b.account_id, b.campaign_id, b.step, b.try, b.lane, b.size - b.cursor AS "left"
             FROM block b WHERE b.shard = $1 AND b.state = 0 AND b.lane = g.lane AND b.account_id = g.account_id
               AND coalesce(b.campaign_id, ${NO_CAMPAIGN}) = g.campaign AND b.step = g.step
               AND b.available_at <= to_timestamp($2::bigint / 1000.0)
             ORDER BY b.available_at, b.id
             LIMIT CASE WHEN g.campaign = ${NO_CAMPAIGN} THEN $4::integer ELSE $5::integer END) ready
           ORDER BY g.lane`,
    values: [shard, Math.floor(nowMs), MAX_GROUPS, PER_ACCOUNT, PER_CAMPAIGN],
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
             lease_until = statement_timestamp() + $4 * interval '1 millisecond'
           WHERE shard = $1 AND id IN (
             SELECT id FROM block WHERE shard = $1 AND id = ANY($2::bigint[]) AND state = 0 ORDER BY id FOR UPDATE SKIP LOCKED)
           RETURNING id, account_id, campaign_id, step, try, lane, size, first_id, members, cursor, epoch, tried_connections`,
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
      tried: row.tried_connections ?? [],
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
