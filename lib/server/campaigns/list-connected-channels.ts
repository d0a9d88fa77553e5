import { CHANNELS, CHANNEL_CODE, type Channel } from "@/lib/domain/vocabulary";
import { authorise, type TenantContext } from "../tenant-context";

/** Channels with an active connection. Whoever plans a route needs no more of the connections than this. */
export async function listConnectedChannels(ctx: TenantContext): Promise<readonly Channel[]> {
  authorise(ctx, "campaigns:read");
  const rows = await ctx.db.connection.findMany({
    where: { accountId: ctx.accountId, status: "active" },
    select: { channel: true },
    distinct: ["channel"],
  });
  const active = new Set(rows.map(({ channel }) => channel));
  return CHANNELS.filter((channel) => active.has(CHANNEL_CODE[channel]));
}
