import type pg from "pg";
import { messageIdFloor } from "@/lib/domain/dispatch/attempt-reference";
import { ROUTES } from "@/lib/domain/vocabulary";
import { inTransaction } from "../db/pool";

/**
 * The books of one stretch of messages: `accepted` is the sum of the others. A message stands in exactly one of them.
 *
 * - `queued`    a member of a block that is ready, leased or held, beyond its cursor
 * - `inFlight`  its intent has committed and its outcome is not stored
 * - `waiting`   an attempt whose wait before fallback runs
 * - `terminal`  nothing more is going to happen to it: delivered, out of steps, denied, skipped, cancelled
 * - `unknown`   the same, and what became of its last send is not known
 * - `missing`   none of these: accepted, and nobody is going to do anything about it. Lost.
 *
 * `doubled` counts on the side those that stand twice in the queue for one step, who would be sent to twice.
 */
export type Conservation = {
  readonly accepted: number;
  readonly queued: number;
  readonly inFlight: number;
  readonly waiting: number;
  readonly terminal: number;
  readonly unknown: number;
  readonly missing: number;
  readonly doubled: number;
  /** Some of the ids that are missing or doubled. */
  readonly examples: readonly string[];
};

export type ConservationSlice = Conservation & {
  /** The last id looked at; null: there was none. */
  readonly last: string | null;
};

/** Accepted minus all that is accounted for, and what is accounted for twice; 0 at every moment. */
export function gapOf(books: Pick<Conservation, "missing" | "doubled">): number {
  return books.missing + books.doubled;
}

/** Far longer than a slice takes; short enough for a worker that is told to stop. */
const TIMEOUT_MS = 5_000;

/**
 * Balances the books of the next `limit` messages of a shard behind `after`, in one statement, so in one snapshot: a message that is
 * being moved by a transaction stands where it stood before or where it stands afterwards, never between. As each message is judged
 * on its own, the books of consecutive slices add up although they are read at different moments.
 *
 * Cost: the slice's own rows by key, the open blocks, and the timers of the slice's campaigns; never the whole of a table that grows.
 */
export async function readConservation(
  pool: pg.Pool,
  shard: number,
  stretch: { readonly after: string; readonly limit: number },
): Promise<ConservationSlice> {
  const { rows } = await inTransaction(pool, async (sql) => {
    // A large slice looks expensive enough to be compiled, which takes longer than to run it.
    await sql.query(`SET LOCAL jit = off; SET LOCAL statement_timeout = ${TIMEOUT_MS}`);
    return sql.query(BOOKS, [shard, stretch.after, stretch.limit, ROUTE_KEYS, ROUTE_LENGTHS]);
  });
  const row = rows[0] ?? {};
  const n = (name: string): number => Number(row[name] ?? 0);
  return {
    ...{ accepted: n("accepted"), queued: n("queued"), inFlight: n("in_flight"), waiting: n("waiting") },
    ...{ terminal: n("terminal"), unknown: n("unknown"), missing: n("missing"), doubled: n("doubled") },
    examples: ((row.examples ?? []) as unknown[]).map(String),
    last: row.last === null || row.last === undefined ? null : String(row.last),
  };
}

const SLICE = 20_000;

/** The books of all messages of these shards that were accepted since, slice by slice. */
export async function sumConservation(
  pool: pg.Pool,
  shards: readonly number[],
  sinceMs: number,
  limit = SLICE,
): Promise<Conservation> {
  let sum = NOTHING;
  for (const shard of shards) {
    let after = messageIdFloor(sinceMs);
    for (;;) {
      const slice = await readConservation(pool, shard, { after, limit });
      sum = add(sum, slice);
      if (slice.last === null || slice.accepted < limit) break;
      after = slice.last;
    }
  }
  return sum;
}

const NOTHING: Conservation = {
  ...{ accepted: 0, queued: 0, inFlight: 0, waiting: 0, terminal: 0, unknown: 0, missing: 0, doubled: 0 },
  examples: [],
};

function add(a: Conservation, b: Conservation): Conservation {
  return {
    accepted: a.accepted + b.accepted,
    queued: a.queued + b.queued,
    inFlight: a.inFlight + b.inFlight,
    waiting: a.waiting + b.waiting,
    terminal: a.terminal + b.terminal,
    unknown: a.unknown + b.unknown,
    missing: a.missing + b.missing,
    doubled: a.doubled + b.doubled,
    examples: [...a.examples, ...b.examples].slice(0, 10),
  };
}

const ROUTE_KEYS = Object.keys(ROUTES);
const ROUTE_LENGTHS = Object.values(ROUTES).map((steps) => steps.length);

/**
 * `open`: blocks with something left to do. Those without a member list stand right below their messages' ids; lists may name any
 * message, so all open ones are read, by the partial indexes of their states.
 *
 * A decision that allowed the next step makes that step's block in its own commit: an allowed decision for the last step tried, and
 * no block, is a loss. A cancelled campaign owes nobody anything.
 */
const BOOKS = `
  WITH slice AS MATERIALIZED (
    SELECT m.id, m.campaign_id, c.status AS campaign, r.steps
    FROM (SELECT * FROM message WHERE shard = $1 AND id > $2 ORDER BY id LIMIT $3) m
    LEFT JOIN campaign c ON c.account_id = m.account_id AND c.id = m.campaign_id
    LEFT JOIN unnest($4::text[], $5::integer[]) AS r(route, steps) ON r.route = coalesce(m.route, c.route)),
  span AS MATERIALIZED (SELECT min(id) AS lo, max(id) AS hi FROM slice),
  tried AS MATERIALIZED (
    SELECT message_id AS id, max(step) AS step, bool_or(status >= 70) AS reached,
      (array_agg(status ORDER BY step DESC, try DESC))[1] AS last
    FROM attempt WHERE shard = $1 AND message_id BETWEEN (SELECT lo FROM span) AND (SELECT hi FROM span) GROUP BY message_id),
  skipped AS MATERIALIZED (
    SELECT message_id AS id, max(step) AS step
    FROM skipped_send WHERE shard = $1 AND message_id BETWEEN (SELECT lo FROM span) AND (SELECT hi FROM span) GROUP BY message_id),
  denied AS MATERIALIZED (
    SELECT message_id AS id, step
    FROM fallback_decision
    WHERE shard = $1 AND message_id BETWEEN (SELECT lo FROM span) AND (SELECT hi FROM span) AND NOT allowed),
  open AS MATERIALIZED (
    SELECT step, cursor, in_flight, first_id, size, members FROM block
    WHERE shard = $1 AND members IS NULL AND state IN (0, 1, 3)
      AND id BETWEEN ((SELECT lo FROM span) & ~1023::bigint) AND (SELECT hi FROM span)
    UNION ALL
    SELECT step, cursor, in_flight, first_id, size, members FROM block
    WHERE shard = $1 AND state = 0 AND members IS NOT NULL
    UNION ALL
    SELECT step, cursor, in_flight, first_id, size, members FROM block
    WHERE shard = $1 AND state = 1 AND members IS NOT NULL
    UNION ALL
    SELECT step, cursor, in_flight, first_id, size, members FROM block
    WHERE shard = $1 AND state = 3 AND members IS NOT NULL
      AND campaign_id IN (SELECT id FROM campaign WHERE status IN ('running', 'paused'))),
  places AS MATERIALIZED (
    SELECT id, bool_or(flying) AS flying, max(n) > 1 AS doubled FROM (
      SELECT id, step, bool_or(flying) AS flying, count(*) AS n FROM (
        SELECT generate_series(first_id + cursor, first_id + size - 1) AS id, step, false AS flying FROM open WHERE members IS NULL
        UNION ALL
        SELECT unnest(members[cursor + 1:]), step, false FROM open WHERE members IS NOT NULL
        UNION ALL
        SELECT unnest(in_flight), step, true FROM open) member
      WHERE id BETWEEN (SELECT lo FROM span) AND (SELECT hi FROM span)
      GROUP BY id, step) by_step
    GROUP BY id),
  waits AS MATERIALIZED (
    SELECT id, min(step) AS step FROM (
      SELECT unnest(members) AS id, step FROM fallback_timer
      WHERE shard = $1 AND campaign_id IN (SELECT DISTINCT campaign_id FROM slice)
      UNION ALL
      SELECT unnest(members), step FROM fallback_timer WHERE shard = $1 AND campaign_id IS NULL) member
    WHERE id BETWEEN (SELECT lo FROM span) AND (SELECT hi FROM span)
    GROUP BY id),
  judged AS (
    SELECT s.id, coalesce(p.doubled, false) AS doubled,
      CASE
        WHEN p.flying THEN 'in_flight'
        WHEN p.id IS NOT NULL THEN 'queued'
        WHEN t.reached THEN 'terminal'
        WHEN w.step <= t.step THEN 'waiting'
        WHEN s.campaign = 'cancelled' THEN 'terminal'
        WHEN k.step >= coalesce(t.step, 0) THEN 'terminal'
        WHEN t.step + 1 >= s.steps OR d.id IS NOT NULL THEN CASE WHEN t.last = 20 THEN 'unknown' ELSE 'terminal' END
        ELSE 'missing'
      END AS place
    FROM slice s
    LEFT JOIN tried t ON t.id = s.id
    LEFT JOIN skipped k ON k.id = s.id
    LEFT JOIN denied d ON d.id = s.id AND d.step = t.step
    LEFT JOIN places p ON p.id = s.id
    LEFT JOIN waits w ON w.id = s.id)
  SELECT count(*) AS accepted, max(id) AS last,
    count(*) FILTER (WHERE place = 'queued') AS queued, count(*) FILTER (WHERE place = 'in_flight') AS in_flight,
    count(*) FILTER (WHERE place = 'waiting') AS waiting, count(*) FILTER (WHERE place = 'terminal') AS terminal,
    count(*) FILTER (WHERE place = 'unknown') AS unknown, count(*) FILTER (WHERE place = 'missing') AS missing,
    count(*) FILTER (WHERE doubled) AS doubled,
    (array_agg(id ORDER BY id) FILTER (WHERE place = 'missing' OR doubled))[1:10] AS examples
  FROM judged`;
