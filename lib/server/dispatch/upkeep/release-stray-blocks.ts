import type { Sql } from "../../db/pool";

/**
 * Held blocks of a campaign that runs: the worker that put them aside because of a fault died before it could pause the campaign.
 * Sending them meets the same fault again and pauses it properly. A young one may have its pause just coming. Of a campaign that was
 * cancelled while the fault came in, they end with it: nobody would ever let them go.
 */
export async function releaseStrayBlocks(sql: Sql, shard: number): Promise<void> {
  await sql.query({
    name: "release-stray-blocks",
    text: `UPDATE block b SET state = CASE WHEN c.status = 'cancelled' THEN 4 ELSE 0 END FROM campaign c
           WHERE b.shard = $1 AND b.state = 3 AND b.available_at < now() - interval '15 seconds'
             AND c.account_id = b.account_id AND c.id = b.campaign_id AND c.status IN ('running', 'cancelled')`,
    values: [shard],
  });
}
