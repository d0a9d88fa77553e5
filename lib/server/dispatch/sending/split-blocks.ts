import type { DispatchDeps } from "../dispatch-deps";
import type { LeasedBlock } from "./claim-blocks";
import type { SendItem } from "./load-items";

type Part = { readonly items: readonly SendItem[] };

/**
 * A block goes by one connection: its row names it, and recovery writes that name into attempts it must call unknown. So where members
 * of one block are to go by several, this worker ends the block and writes one of its own for each part, leased by itself, in one
 * statement that names owner and epoch. Nobody is in flight at that moment: an intent has yet to be committed. A crash after it leaves
 * leases that run out and blocks with nothing in flight, which go back into the queue untouched; a crash before it, the old block.
 *
 * @returns the same parts, their items in blocks that no other part has; without those whose block somebody else holds by now
 */
export async function splitBlocks<T extends Part>(deps: DispatchDeps, parts: readonly T[]): Promise<readonly T[]> {
  const partsOf = new Map<LeasedBlock, Map<T, SendItem[]>>();
  for (const part of parts) {
    for (const item of part.items) {
      const own = partsOf.get(item.block) ?? new Map<T, SendItem[]>();
      partsOf.set(item.block, own);
      const items = own.get(part);
      if (items === undefined) own.set(part, [item]);
      else items.push(item);
    }
  }
  if ([...partsOf.values()].every((own) => own.size === 1)) return parts;
  const moved = new Map<T, SendItem[]>(parts.map((part) => [part, []]));
  for (const [block, own] of partsOf) {
    const split = own.size === 1 ? null : await splitBlock(deps, block, [...own.values()]);
    for (const [place, [part, items]] of [...own].entries()) {
      const child = split === null ? block : split[place];
      if (child !== undefined) moved.get(part)?.push(...items.map((item) => ({ ...item, block: child })));
    }
  }
  return parts.map((part) => ({ ...part, items: moved.get(part) ?? [] }));
}

/** @returns a block a part, in their order; none, if the block has been lost */
async function splitBlock(
  deps: DispatchDeps,
  block: LeasedBlock,
  parts: readonly (readonly SendItem[])[],
): Promise<readonly LeasedBlock[]> {
  const members = parts.map((items) => items.map(({ messageId }) => messageId));
  const { rows } = await deps.sql.query({
    name: "split-block",
    text: `WITH ended AS (
             UPDATE block SET state = 2, cursor = size, owner = NULL, lease_until = NULL
             WHERE shard = $1 AND id = $2 AND owner = $3 AND epoch = $4 AND state = 1 AND cardinality(in_flight) = 0
             RETURNING account_id, campaign_id, step, try, lane, available_at, tried_connections)
           INSERT INTO block (shard, id, account_id, campaign_id, step, try, lane, state, available_at, first_id, size, members,
             tried_connections, owner, epoch, lease_until)
           SELECT $1::smallint, next_block_id($1::smallint), e.account_id, e.campaign_id, e.step, e.try, e.lane, 1, e.available_at,
             m.ids[1], cardinality(m.ids), m.ids, e.tried_connections, $3, 1, statement_timestamp() + $6 * interval '1 millisecond'
           FROM ended e CROSS JOIN (
             SELECT place, array_agg(id::bigint ORDER BY nth) AS ids
             FROM jsonb_array_elements($5::jsonb) WITH ORDINALITY AS p(part, place),
               jsonb_array_elements_text(p.part) WITH ORDINALITY AS x(id, nth) GROUP BY place) m
           RETURNING id, first_id`,
    values: [block.shard, block.id, deps.workerId, block.epoch, JSON.stringify(members), deps.leaseMs],
  });
  const idOf = new Map(rows.map((row) => [String(row.first_id), String(row.id)]));
  return members.flatMap((own): LeasedBlock[] => {
    const id = idOf.get(own[0] ?? "");
    return id === undefined ? [] : [{ ...block, id, members: own, cursor: 0, left: own.length, epoch: 1 }];
  });
}
