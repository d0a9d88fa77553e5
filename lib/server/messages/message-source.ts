import type { TenantContext } from "../tenant-context";

/** A message as it is stored, as far as a list needs it. */
export type StoredMessage = {
  readonly id: string;
  readonly campaign_id: string | null;
  readonly e164: string;
  readonly category: string | null;
  readonly route: string | null;
};

/** Half-open range of ids, which is a range of time: from <= id < to. */
export type IdRange = { readonly from: bigint; readonly to: bigint };

/** Ids of one kind of filter, in batches from one end of a range. `next` is what is left of the range; null: nothing. */
export type Batch = { readonly messages: readonly StoredMessage[]; readonly next: IdRange | null };
export type Order = "newest" | "oldest";
export type ReadBatch = (range: IdRange, order: Order, size: number) => Promise<Batch>;

const COLUMNS = "m.id, m.campaign_id, m.e164, m.category, m.route";
const OF_ACCOUNT = "m.shard = $1 AND m.account_id = $2 AND m.id >= $3::bigint AND m.id < $4::bigint";

const direction = (order: Order) => (order === "newest" ? "DESC" : "ASC");

/** All messages of the account, or those of one campaign where no block tells which they are. */
export function readAll(ctx: TenantContext, campaignId: string | null): ReadBatch {
  return async (range, order, size) => {
    const { rows } = await ctx.sql.query<StoredMessage>(
      `SELECT ${COLUMNS} FROM message m WHERE ${OF_ACCOUNT} ${campaignId === null ? "AND $6::uuid IS NULL" : "AND m.campaign_id = $6::uuid"}
        ORDER BY m.id ${direction(order)} LIMIT $5`,
      [ctx.shard, ctx.accountId, String(range.from), String(range.to), size, campaignId],
    );
    return { messages: rows, next: rest(range, order, rows, size) };
  };
}

/**
 * Messages to one number or to all numbers that end in these digits. The hits are found first (by the index on the reversed
 * number) and sorted then: walking the newest messages until enough of them match could walk them all.
 */
export function readByNumber(ctx: TenantContext, digits: string, campaignId: string | null): ReadBatch {
  const pattern = `${[...digits].reverse().join("")}%`;
  return async (range, order, size) => {
    const { rows } = await ctx.sql.query<StoredMessage>(
      `WITH m AS MATERIALIZED (
         SELECT ${COLUMNS} FROM message m
          WHERE ${OF_ACCOUNT} AND reverse(m.e164) LIKE $6 AND ($7::uuid IS NULL OR m.campaign_id = $7::uuid))
       SELECT * FROM m ORDER BY m.id ${direction(order)} LIMIT $5`,
      [ctx.shard, ctx.accountId, String(range.from), String(range.to), size, pattern, campaignId],
    );
    return { messages: rows, next: rest(range, order, rows, size) };
  };
}

const BLOCKS_A_BATCH = 8;
const IDS_A_BLOCK = 1024n;

/** Messages of one campaign, by way of the blocks they were planned in: there is no index by campaign on messages. */
export function readByCampaign(ctx: TenantContext, campaignId: string): ReadBatch {
  return async (range, order, size) => {
    const { rows: blocks } = await ctx.sql.query<{ first_id: string; size: number }>(
      `SELECT b.first_id, b.size FROM block b
        WHERE b.shard = $1 AND b.campaign_id = $3 AND b.step = 0 AND b.id > $4::bigint AND b.id < $5::bigint
          AND b.account_id = $2 AND b.try = 0 AND b.members IS NULL
        ORDER BY b.id ${direction(order)} LIMIT $6`,
      [ctx.shard, ctx.accountId, campaignId, String(range.from - IDS_A_BLOCK), String(range.to), BLOCKS_A_BATCH],
    );
    if (blocks.length === 0) return { messages: [], next: null };
    const firsts = blocks.map((block) => BigInt(block.first_id));
    const lasts = blocks.map((block) => BigInt(block.first_id) + BigInt(block.size) - 1n);
    // Block by block: as a join, the newest messages of the whole account would be walked until the campaign's own are met.
    const { rows } = await ctx.sql.query<StoredMessage>(
      `SELECT m.* FROM unnest($6::bigint[], $7::bigint[]) AS r (first, last) CROSS JOIN LATERAL (
         SELECT ${COLUMNS} FROM message m
          WHERE ${OF_ACCOUNT} AND m.id BETWEEN r.first AND r.last AND m.campaign_id = $8
          ORDER BY m.id ${direction(order)} LIMIT $5) m
        ORDER BY m.id ${direction(order)} LIMIT $5`,
      [
        ctx.shard,
        ctx.accountId,
        String(range.from),
        String(range.to),
        size,
        firsts.map(String),
        lasts.map(String),
        campaignId,
      ],
    );
    const left = rest(range, order, rows, size);
    if (left !== null || blocks.length < BLOCKS_A_BATCH) return { messages: rows, next: left };
    const lastFirst = firsts.at(-1) ?? range.from;
    const lastLast = lasts.at(-1) ?? range.to;
    const next = order === "newest" ? { ...range, to: lastFirst } : { ...range, from: lastLast + 1n };
    return { messages: rows, next: next.from < next.to ? next : null };
  };
}

export async function hasPlannedBlocks(ctx: TenantContext, campaignId: string): Promise<boolean> {
  const { rowCount } = await ctx.sql.query(
    `SELECT 1 FROM block b WHERE b.shard = $1 AND b.account_id = $2 AND b.campaign_id = $3 AND b.step = 0 AND b.members IS NULL
      LIMIT 1`,
    [ctx.shard, ctx.accountId, campaignId],
  );
  return rowCount === 1;
}

/** What a batch leaves of its range: nothing if it was not full. */
function rest(range: IdRange, order: Order, rows: readonly StoredMessage[], size: number): IdRange | null {
  const last = rows.at(-1);
  if (last === undefined || rows.length < size) return null;
  const next = order === "newest" ? { ...range, to: BigInt(last.id) } : { ...range, from: BigInt(last.id) + 1n };
  return next.from < next.to ? next : null;
}
