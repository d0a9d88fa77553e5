import { CHANNEL_CODE, CHANNELS, type Category } from "@/lib/domain/vocabulary";
import type { PersonReach } from "@/lib/schemas/messages";
import type { TenantContext } from "../tenant-context";
import { channelOfCode } from "./read-evidence";

const LOOKED_AT = 200;

/** How the person behind a number has been reached lately, and what they do not want. */
export async function describePerson(ctx: TenantContext, e164: string): Promise<PersonReach> {
  const [reach, suppressions] = await Promise.all([
    ctx.sql.query<{ channel: number; sent: number; reached: number }>(
      `WITH recent AS MATERIALIZED (
         SELECT m.id FROM message m WHERE m.shard = $1 AND m.account_id = $2 AND reverse(m.e164) = reverse($3::text)
          ORDER BY m.id DESC LIMIT $4)
       SELECT x.channel, count(DISTINCT x.message_id)::int AS sent,
              count(DISTINCT x.message_id) FILTER (WHERE x.status >= 70)::int AS reached
         FROM recent r JOIN attempt x ON x.shard = $1 AND x.message_id = r.id
        WHERE x.account_id = $2 AND x.status > 10
        GROUP BY x.channel`,
      [ctx.shard, ctx.accountId, e164, LOOKED_AT],
    ),
    ctx.db.suppression.findMany({
      where: { accountId: ctx.accountId, e164, liftedAt: null },
      orderBy: { createdAt: "desc" },
      take: 20,
    }),
  ]);
  const byCode = new Map(reach.rows.map((row) => [row.channel, row]));
  return {
    channels: CHANNELS.flatMap((channel) => {
      const row = byCode.get(CHANNEL_CODE[channel]);
      return row === undefined ? [] : [{ channel, sent: row.sent, reached: row.reached }];
    }),
    suppressions: suppressions.map((row) => ({
      channel: row.channel === null ? null : channelOfCode(row.channel),
      category: row.category as Category | null,
      reason: row.reason,
      sinceMs: row.createdAt.getTime(),
    })),
  };
}
