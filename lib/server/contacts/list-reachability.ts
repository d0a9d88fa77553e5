import { isAboutCountry, isHopeless } from "@/lib/domain/reachability/unreachable-memory";
import { ATTEMPT_STATUS_CODE, CHANNEL_CODE, CHANNELS } from "@/lib/domain/vocabulary";
import type { ReachabilityView } from "@/lib/schemas/audiences";
import type { TenantContext } from "../tenant-context";

/** How far back deliveries are looked for; long enough for "reached lately", short enough to touch few partitions. */
const LOOK_BACK_DAYS = 60;

/**
 * What is known of a number on each channel: its last delivery there, and that the channel did not know it or its whole country. By the index of numbers, so
 * the cost is that of the person's own messages, however many contacts there are.
 */
export async function listReachability(
  ctx: TenantContext,
  { e164, country }: { readonly e164: string; readonly country: string },
): Promise<readonly ReachabilityView[]> {
  const now = ctx.now();
  const [remembered, delivered] = await Promise.all([
    ctx.sql.query<{ channel: number; code: string; evidence_at: Date; expires_at: Date }>(
      `SELECT channel, code, evidence_at, expires_at FROM reachability WHERE account_id = $1 AND e164 IN ($2, $3)
        ORDER BY expires_at DESC`,
      [ctx.accountId, e164, country],
    ),
    ctx.sql.query<{ channel: number; at: Date | null }>(
      `SELECT a.channel, max(a.delivered_at) AS at FROM message m
         JOIN attempt a ON a.shard = m.shard AND a.message_id = m.id AND a.status >= ${ATTEMPT_STATUS_CODE.delivered}
        WHERE m.shard = $1 AND m.account_id = $2 AND reverse(m.e164) = reverse($3::text)
          AND m.id >= dispatch_id_floor($4::timestamptz - interval '${LOOK_BACK_DAYS} days')
        GROUP BY a.channel`,
      [ctx.shard, ctx.accountId, e164, now],
    ),
  ]);
  return CHANNELS.map((channel) => {
    const rows = remembered.rows.filter((one) => one.channel === CHANNEL_CODE[channel]);
    const deliveredAt = delivered.rows.find((one) => one.channel === CHANNEL_CODE[channel])?.at ?? null;
    const deliveredAtMs = deliveredAt?.getTime() ?? null;
    const counts = ({ code, evidence_at }: (typeof rows)[number]): boolean =>
      isHopeless(
        {
          ...{ channel, unreachable: { code, atMs: evidence_at.getTime() } },
          // What is said of a country is not about this number, and nothing that reached it is an answer.
          deliveredAtMs: isAboutCountry(channel, code) ? null : deliveredAtMs,
        },
        now.getTime(),
      );
    const row = rows.find(counts) ?? rows[0];
    return {
      channel,
      isSkipped: row !== undefined && counts(row),
      deliveredAt: deliveredAt?.toISOString() ?? null,
      unknownThere:
        row === undefined
          ? null
          : {
              code: row.code,
              isOfCountry: isAboutCountry(channel, row.code),
              at: row.evidence_at.toISOString(),
              until: row.expires_at.toISOString(),
            },
    };
  });
}
