import type { SendRequest } from "@/lib/carriers/connector";
import { formatReference } from "@/lib/domain/dispatch/attempt-reference";
import { DEFAULT_WAIT_S } from "@/lib/domain/dispatch/dispatch-policy";
import { priceFor, type PriceRow } from "@/lib/domain/pricing/price";
import type { TemplateContent } from "@/lib/domain/template-content";
import { renderForChannel } from "@/lib/domain/template/render";
import { ROUTES, type Category, type Channel, type FallbackMode, type RouteKey } from "@/lib/domain/vocabulary";
import type { Sql } from "../../db/pool";
import { rangeOf } from "../attempt-rows";
import type { CampaignFacts, FactsCache } from "../campaign-facts";
import type { Memory } from "../../reachability/recall-unreachable";
import type { LeasedBlock } from "./claim-blocks";

/** One message about to be sent by one step, with all that its send and its record need. */
export type SendItem = {
  readonly block: LeasedBlock;
  readonly messageId: string;
  readonly step: number;
  readonly try: number;
  readonly accountId: string;
  readonly campaignId: string | null;
  readonly channel: Channel;
  readonly hasNextStep: boolean;
  /** Of the next step. */
  readonly nextChannel: Channel | null;
  /** Set where the channel is remembered not to know the number (lib/server/reachability/recall-unreachable.ts). */
  readonly memory?: Memory;
  readonly e164: string;
  readonly country: string;
  readonly category: Category;
  readonly mode: FallbackMode;
  readonly waitS: number;
  readonly content: TemplateContent;
  readonly vars: Readonly<Record<string, string>>;
  /** Only by this one, whatever routing would say. */
  readonly pinnedConnectionId?: string | null;
};

/** The messages of leased blocks that have had no intent yet, in the order of the blocks. */
export async function loadItems(sql: Sql, cache: FactsCache, blocks: readonly LeasedBlock[]): Promise<SendItem[]> {
  const first = blocks[0];
  if (first === undefined) return [];
  const open = blocks.flatMap((block) => block.members.slice(block.cursor).map((messageId) => ({ block, messageId })));
  if (open.length === 0) return [];
  const ids = open.map(({ messageId }) => messageId);
  const campaign = first.campaignId === null ? null : await cache.campaign(sql, first.accountId, first.campaignId);
  const { rows } = await sql.query({
    name: "load-messages-to-send",
    text: `SELECT m.id, m.e164, m.country, m.vars, m.category, m.route, m.template_id, m.template_version, m.content, m.wait_s,
             m.fallback_mode, m.pinned_connection_id
           FROM unnest($2::bigint[]) AS x(id) CROSS JOIN LATERAL (
             SELECT * FROM message m WHERE m.shard = $1 AND m.id = x.id AND m.id BETWEEN $3 AND $4 OFFSET 0) m`,
    values: [first.shard, ids, ...rangeOf(ids)],
  });
  const messages = new Map(rows.map((row) => [String(row.id), row]));
  const items: SendItem[] = [];
  for (const { block, messageId } of open) {
    const row = messages.get(messageId);
    if (row === undefined) throw new Error(`Message ${messageId} of block ${block.id} is not there.`);
    const facts = campaign ?? (await factsOfMessage(sql, cache, first.accountId, row));
    items.push(toItem(block, messageId, row, facts));
  }
  return items;
}

type Row = Record<string, unknown>;

async function factsOfMessage(sql: Sql, cache: FactsCache, accountId: string, row: Row): Promise<CampaignFacts> {
  const category = row.category as Category;
  const content =
    row.content === null
      ? await cache.template(sql, accountId, String(row.template_id), Number(row.template_version))
      : (row.content as TemplateContent);
  return {
    category,
    content,
    route: row.route as RouteKey,
    waitS: row.wait_s === null ? DEFAULT_WAIT_S[category] : Number(row.wait_s),
    mode: (row.fallback_mode ?? "inherit") as FallbackMode,
  };
}

function toItem(block: LeasedBlock, messageId: string, row: Row, facts: CampaignFacts): SendItem {
  const route = ROUTES[facts.route];
  const channel = route[block.step];
  if (channel === undefined) throw new Error(`Route ${facts.route} has no step ${block.step}.`);
  return {
    block,
    messageId,
    step: block.step,
    try: block.try,
    accountId: block.accountId,
    campaignId: block.campaignId,
    channel,
    hasNextStep: block.step + 1 < route.length,
    nextChannel: route[block.step + 1] ?? null,
    e164: String(row.e164),
    country: String(row.country),
    category: facts.category,
    mode: facts.mode,
    waitS: facts.waitS,
    content: facts.content,
    vars: (row.vars ?? {}) as Record<string, string>,
    pinnedConnectionId: row.pinned_connection_id as string | null,
  };
}

/** An SMS code that arrives after it has expired only confuses. */
const AUTHENTICATION_VALIDITY_S = 600;

export type RenderedItem = {
  readonly item: SendItem;
  readonly request: SendRequest;
  /** Parts of an SMS; else 1. */
  readonly parts: number;
  readonly priceMicros: number;
};

/** Null: variables without a value; such a message does not go out. */
export function renderItem(item: SendItem, prices: readonly PriceRow[], nowMs: number): RenderedItem | null {
  const rendered = renderForChannel(item.content, item.channel, item.vars, {
    ttlSeconds: item.waitS,
    validitySeconds: item.category === "authentication" ? AUTHENTICATION_VALIDITY_S : null,
  });
  if (rendered.missing.length > 0) return null;
  const reference = formatReference({
    shard: item.block.shard,
    messageId: item.messageId,
    step: item.step,
    try: item.try,
  });
  return {
    item,
    request: { reference, to: item.e164, category: item.category, content: rendered.content },
    parts: Math.max(1, rendered.segmentInfo?.segments ?? 1),
    priceMicros: priceFor(prices, item.channel, item.country, nowMs) ?? 0,
  };
}
