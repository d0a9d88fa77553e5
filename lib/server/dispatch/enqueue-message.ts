import type { TemplateContent } from "@/lib/domain/template-content";
import { CHANNEL_CODE, LANE, ROUTES, type Category, type FallbackMode, type RouteKey } from "@/lib/domain/vocabulary";
import type { Tx } from "../db/prisma";
import type { TenantContext } from "../tenant-context";
import { NO_CAMPAIGN } from "./rollup-batch";

/** Wakes senders at once; only codes are worth the lock that NOTIFY takes at commit. */
export const WAKE_CHANNEL = "kamurj_dispatch";

export type NewMessage = {
  readonly e164: string;
  readonly country: string;
  readonly category: Category;
  readonly route: RouteKey;
  readonly fallbackMode: FallbackMode;
  readonly waitS: number;
  /** Either a template's version, or `content` of its own. */
  readonly templateId: string | null;
  readonly templateVersion: number | null;
  readonly content: TemplateContent | null;
  readonly vars: Readonly<Record<string, string>>;
  readonly apiKeyId: string | null;
  /** Only by this connection, whatever routing would say: a test of the connection itself. */
  readonly pinnedConnectionId?: string | null;
};

/**
 * Puts one message in the queue, in the lane of its category, within the caller's transaction: it exists and is sent if and only if
 * that commits.
 */
export async function enqueueMessage(
  tx: Tx,
  ctx: TenantContext,
  message: NewMessage,
): Promise<{ readonly shard: number; readonly messageId: string }> {
  const content = message.content === null ? null : JSON.stringify(message.content);
  const lane = LANE[message.category];
  const channel = CHANNEL_CODE[ROUTES[message.route][0]];
  const rows = await tx.$queryRaw<{ id: bigint }[]>`
    WITH fresh AS (SELECT next_block_id(${ctx.shard}::smallint) AS id),
    written AS (
      INSERT INTO message (shard, id, account_id, e164, country, vars, api_key_id, category, route, template_id, template_version,
        content, wait_s, fallback_mode, pinned_connection_id)
      SELECT ${ctx.shard}::smallint, id, ${ctx.accountId}::uuid, ${message.e164}, ${message.country},
        ${JSON.stringify(message.vars)}::jsonb, ${message.apiKeyId}::uuid, ${message.category}, ${message.route},
        ${message.templateId}::uuid, ${message.templateVersion}::integer, ${content}::jsonb, ${message.waitS}::integer,
        ${message.fallbackMode}, ${message.pinnedConnectionId ?? null}::uuid
      FROM fresh),
    queued AS (
      INSERT INTO block (shard, id, account_id, step, lane, available_at, first_id, size)
      SELECT ${ctx.shard}::smallint, id, ${ctx.accountId}::uuid, 0, ${lane}::smallint, now(), id, 1 FROM fresh),
    counted AS (
      INSERT INTO rollup_delta (account_id, hour, campaign_id, channel, step, country, kind, n)
      SELECT ${ctx.accountId}::uuid, date_trunc('hour', dispatch_id_time(id), 'UTC'), ${NO_CAMPAIGN}::uuid, ${channel}::smallint, 0,
        ${message.country}, 'message', 1 FROM fresh)
    SELECT id FROM fresh`;
  const id = rows[0]?.id;
  if (id === undefined) throw new Error("The message was not written.");
  if (message.category === "authentication") await tx.$executeRaw`SELECT pg_notify(${WAKE_CHANNEL}, '')`;
  return { shard: ctx.shard, messageId: id.toString() };
}
