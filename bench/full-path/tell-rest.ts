import type { Stack } from "./start-stack";

/** Of one account, what is still to be done, and what might hold it up. */
const LOOKS: Readonly<Record<string, string>> = {
  blocks: `SELECT step, state, count(*)::integer AS n, sum(size - cursor)::integer AS left, sum(cardinality(in_flight))::integer AS on_wire,
      round(extract(epoch FROM min(available_at) - clock_timestamp()))::integer AS ready_in_s,
      round(extract(epoch FROM min(lease_until) - clock_timestamp()))::integer AS lease_s
    FROM block WHERE shard = $1 AND state <> 2 GROUP BY 1, 2 ORDER BY 1, 2`,
  timers: `SELECT step, trigger, held, sum(cardinality(members))::integer AS members,
      round(extract(epoch FROM min(due_at) - clock_timestamp()))::integer AS due_in_s
    FROM fallback_timer WHERE shard = $1 GROUP BY 1, 2, 3`,
  attempts: `SELECT step, try, status, error_code, count(*)::integer AS n FROM attempt WHERE shard = $1
      AND account_id = $2 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3`,
  decisions: `SELECT step, allowed, trigger, denial, count(*)::integer AS n FROM fallback_decision WHERE shard = $1 AND account_id = $2
    GROUP BY 1, 2, 3, 4`,
  orphans: "SELECT count(*)::integer AS n FROM orphan_receipt WHERE shard = $1",
  intake: `SELECT source, lag_ms, backlog, round(extract(epoch FROM clock_timestamp() - beat_at))::integer AS silent_s FROM receipt_intake`,
  rests: `SELECT kind, status, breaker_reason, round(extract(epoch FROM breaker_until - clock_timestamp()))::integer AS rests_s
    FROM connection WHERE account_id = $2 AND breaker_until IS NOT NULL`,
};

/** For the log of a bench that goes on for longer than it should. A look that fails says so in its place. */
export async function tellRest({ sql, account }: Stack): Promise<string> {
  const { shard, accountId } = account;
  const told = Object.entries(LOOKS).map(async ([name, text]) => {
    const query = `SELECT x.* FROM (${text}) x WHERE ($1::integer, $2::uuid) IS NOT NULL`;
    const found = await sql.query(query, [shard, accountId]).then(
      ({ rows }) => rows.map((row) => JSON.stringify(row)),
      (error: unknown) => [String(error)],
    );
    return found.length === 0 ? "" : `${name}:\n${found.map((line) => `  ${line}\n`).join("")}`;
  });
  return (await Promise.all(told)).join("");
}
