import type { SubscriberNews } from "@/lib/carriers/viber-bot/parse-event";
import type { Sql } from "../db/pool";

type ConnectionKey = { readonly accountId: string; readonly id: string };

/** What is known of a subscriber once the news is stored. */
export type Subscriber = {
  readonly e164: string | null;
  /** They wrote STOP at a time when no number was known: it still has to count. */
  readonly hasStopped: boolean;
};

/**
 * Stores what an event says of a subscriber. Events come twice and in any order: the latest by the carrier's time says whether they are
 * subscribed, and a number once shared stays until another is.
 *
 * @param saysStop what they wrote ends all sending to them
 */
export async function noteSubscriber(
  sql: Sql,
  key: ConnectionKey,
  news: SubscriberNews,
  saysStop: boolean,
): Promise<Subscriber> {
  const { rows } = await sql.query(
    `INSERT INTO viber_subscriber AS v (account_id, connection_id, user_id, e164, name, subscribed, subscribed_at, stopped_at)
     VALUES ($1, $2, $3, $4, $5, coalesce($6, false),
       CASE WHEN $6::boolean IS NULL THEN '-infinity' ELSE to_timestamp($7 / 1000.0) END, CASE WHEN $8 AND $4::text IS NULL THEN now() END)
     ON CONFLICT (account_id, connection_id, user_id) DO UPDATE SET
       e164 = coalesce(excluded.e164, v.e164), name = coalesce(excluded.name, v.name),
       subscribed = CASE WHEN $6::boolean IS NOT NULL AND excluded.subscribed_at >= v.subscribed_at THEN excluded.subscribed ELSE v.subscribed END,
       subscribed_at = greatest(excluded.subscribed_at, v.subscribed_at), stopped_at = coalesce(v.stopped_at, CASE WHEN coalesce(excluded.e164, v.e164) IS NULL THEN excluded.stopped_at END)
     RETURNING e164, stopped_at`,
    [key.accountId, key.id, news.userId, news.e164, news.name, news.subscribed, news.atMs ?? Date.now(), saysStop],
  );
  const row = rows[0] ?? {};
  return { e164: typeof row.e164 === "string" ? row.e164 : null, hasStopped: row.stopped_at instanceof Date };
}

/** Their STOP stands among the suppressions now, where it can be seen, and lifted with a reason. */
export async function forgetStop(sql: Sql, key: ConnectionKey, userId: string): Promise<void> {
  await sql.query(
    `UPDATE viber_subscriber SET stopped_at = NULL WHERE account_id = $1 AND connection_id = $2 AND user_id = $3`,
    [key.accountId, key.id, userId],
  );
}

/**
 * Viber's id of the subscriber with that number; null: nobody, or it cannot be told. A number is what its owner says it is, and Viber
 * confirms none: where two people claim the same one it is nobody's, so that a stranger can cut somebody off from the bot (the next
 * channel goes on) but cannot read for them beside them.
 */
export async function findViberReceiver(sql: Sql, key: ConnectionKey, e164: string): Promise<string | null> {
  const { rows } = await sql.query(
    `SELECT user_id, subscribed, stopped_at FROM viber_subscriber WHERE account_id = $1 AND connection_id = $2 AND e164 = $3 LIMIT 2`,
    [key.accountId, key.id, e164],
  );
  const [only, other] = rows;
  if (only === undefined || other !== undefined || only.subscribed !== true || only.stopped_at !== null) return null;
  return String(only.user_id);
}
