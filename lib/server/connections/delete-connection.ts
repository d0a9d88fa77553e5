import { randomBytes } from "node:crypto";
import { AppError } from "@/lib/domain/app-error";
import type { LinkVerdict } from "@/lib/domain/connection/link-verdict";
import { ROUTES, type Channel } from "@/lib/domain/vocabulary";
import type { ConnectionIdInput } from "@/lib/schemas/connection-form";
import { recordAudit } from "../audit/record-audit";
import type { Tx } from "../db/prisma";
import { channelOfCode } from "../dispatch/attempt-rows";
import { authorise, type TenantContext } from "../tenant-context";
import { botOf, unsetBotWebhook } from "./bot-webhook";
import { getStored } from "./find-stored";

/** Workers hear of a pause within a second or two, and what they had begun by then ends within a lease. */
const PAUSE_SETTLES_MS = 15_000;

type Stored = Awaited<ReturnType<typeof getStored>>;

/**
 * Deletes a connection for good: its secrets are wiped and its webhook's address is no more, while the row stays, so that history keeps
 * its name. A Viber bot's webhook is taken away afterwards; a crash before that leaves Viber calling an address that nobody answers.
 * Only a paused one, so that no worker begins with it while it goes, and only while nothing is left that needs it.
 *
 * @returns what Viber said to that; null: it had not to be asked
 * @throws AppError not_found, also for a connection of another account; conflict that says what is in the way
 */
export async function deleteConnection(
  ctx: TenantContext,
  { connectionId: id }: ConnectionIdInput,
): Promise<{ readonly webhook: LinkVerdict | null }> {
  authorise(ctx, "connections:write");
  const bot = await ctx.transaction(async (tx) => {
    const stored = await getStored(tx, ctx, id);
    await refuseWhileNeeded(tx, ctx, stored);
    const { count } = await tx.connection.updateMany({
      where: { accountId: ctx.accountId, id, status: "paused" },
      data: {
        ...{ status: "deleted", statusAt: ctx.now(), version: { increment: 1 } },
        ...{ secrets: new Uint8Array(), secretsAt: ctx.now(), webhookToken: randomBytes(24).toString("base64url") },
        ...{ breakerUntil: null, breakerReason: null },
      },
    });
    if (count === 0) {
      throw new AppError("conflict", "Someone else changed this connection.", { messageKey: "conflict" });
    }
    await recordAudit(tx, ctx, { action: "connection.deleted", target: id, detail: { name: stored.name } });
    return botOf(stored);
  });
  return { webhook: bot === null ? null : await unsetBotWebhook(ctx, bot) };
}

async function refuseWhileNeeded(tx: Tx, ctx: TenantContext, stored: Stored): Promise<void> {
  if (stored.status !== "paused") throw inTheWay("pauseFirst", "Pause the connection first.");
  if (ctx.now().getTime() - stored.statusAt.getTime() < PAUSE_SETTLES_MS) {
    throw inTheWay("justPaused", "The connection was paused a moment ago; what is on its way may not have ended.");
  }
  if (await isUnderWay(tx, ctx, stored.id)) throw inTheWay("underWay", "Messages of it are still under way.");
  const others = await tx.connection.count({
    where: { accountId: ctx.accountId, channel: stored.channel, id: { not: stored.id }, status: { not: "deleted" } },
  });
  if (others === 0 && (await isWaitedFor(tx, ctx, channelOfCode(stored.channel)))) {
    throw inTheWay("waitedFor", "Messages wait for this channel, and no other connection would send them.");
  }
}

function inTheWay(key: string, message: string): AppError {
  return new AppError("conflict", message, { messageKey: `connection.${key}` });
}

/** On the wire, or at the carrier with a fallback that hangs on its receipts: without the webhook they would look undelivered. */
async function isUnderWay(tx: Tx, ctx: TenantContext, id: string): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (
        SELECT 1 FROM block WHERE shard = ${ctx.shard}::smallint AND account_id = ${ctx.accountId}::uuid
          AND connection_id = ${id}::uuid AND in_flight <> '{}')
      OR EXISTS (
        SELECT 1 FROM fallback_timer t JOIN attempt a ON a.shard = t.shard AND a.message_id = ANY(t.members) AND a.step = t.step
        WHERE t.shard = ${ctx.shard}::smallint AND t.account_id = ${ctx.accountId}::uuid AND a.connection_id = ${id}::uuid) AS found`;
  return row?.found === true;
}

/** A campaign that has not ended, or single messages that have not, with this channel on their route. */
async function isWaitedFor(tx: Tx, ctx: TenantContext, channel: Channel): Promise<boolean> {
  const routes = Object.entries(ROUTES).flatMap(([key, steps]) =>
    (steps as readonly Channel[]).includes(channel) ? [key] : [],
  );
  const [row] = await tx.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (
        SELECT 1 FROM campaign WHERE account_id = ${ctx.accountId}::uuid AND status IN ('running', 'paused')
          AND route = ANY(${routes}::text[]))
      OR EXISTS (
        SELECT 1 FROM block b JOIN message m ON m.shard = b.shard AND m.id = coalesce(b.members[1], b.first_id)
        WHERE b.shard = ${ctx.shard}::smallint AND b.account_id = ${ctx.accountId}::uuid AND b.campaign_id IS NULL
          AND b.state IN (0, 1, 3) AND m.route = ANY(${routes}::text[])) AS found`;
  return row?.found === true;
}
