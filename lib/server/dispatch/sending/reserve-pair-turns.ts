import { PAIR_GAP_MS } from "@/lib/domain/dispatch/pair-rate";
import type { Sql } from "../../db/pool";
import type { SendItem } from "./load-items";

/**
 * When each of these may go to its person by this connection, milliseconds since the epoch: no two within {@link PAIR_GAP_MS}, whichever
 * workers send them. A message that comes again keeps its turn.
 */
export async function reservePairTurns(
  sql: Sql,
  connection: { readonly accountId: string; readonly id: string },
  items: readonly SendItem[],
  nowMs: number,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql.query({
    name: "reserve-pair-turns",
    text: "SELECT message, at_ms FROM reserve_pair_turns($1, $2, $3, $4, $5, $6)",
    values: [
      ...[connection.accountId, connection.id],
      items.map((item) => item.e164),
      items.map((item) => item.messageId),
      ...[Math.floor(nowMs), PAIR_GAP_MS],
    ],
  });
  return new Map(rows.map((row): [string, number] => [row.message, row.at_ms]));
}

/** Turns that are over. */
export async function forgetPairTurns(sql: Sql): Promise<void> {
  await sql.query("DELETE FROM pair_slot WHERE next_at < now() - interval '2 minutes'");
}
