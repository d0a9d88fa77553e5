import type { TemplateContent } from "@/lib/domain/template-content";
import type { Category, FallbackMode, RouteKey } from "@/lib/domain/vocabulary";
import type { PriceRow } from "@/lib/domain/pricing/price";
import { toMicros } from "@/lib/domain/pricing/price";
import type { Sql } from "../db/pool";
import { channelOfCode } from "./attempt-rows";

/** What a launched campaign never changes. */
export type CampaignFacts = {
  readonly category: Category;
  readonly route: RouteKey;
  readonly waitS: number;
  readonly mode: FallbackMode;
  readonly content: TemplateContent;
};

/** Remembers what cannot change (launched campaigns, template versions) and, for a few seconds, prices. */
export type FactsCache = {
  campaign(sql: Sql, accountId: string, campaignId: string): Promise<CampaignFacts>;
  template(sql: Sql, accountId: string, templateId: string, version: number): Promise<TemplateContent>;
  prices(sql: Sql, accountId: string): Promise<readonly PriceRow[]>;
};

const MAX_ENTRIES = 2_000;
const PRICES_FRESH_MS = 5_000;

export function createFactsCache(now: () => number): FactsCache {
  const campaigns = new Map<string, CampaignFacts>();
  const templates = new Map<string, TemplateContent>();
  const prices = new Map<string, { readonly rows: readonly PriceRow[]; readonly atMs: number }>();
  const template = async (
    sql: Sql,
    accountId: string,
    templateId: string,
    version: number,
  ): Promise<TemplateContent> => {
    const key = `${accountId}:${templateId}:${version}`;
    const known = templates.get(key);
    if (known !== undefined) return known;
    const { rows } = await sql.query(
      "SELECT content FROM template_version WHERE account_id = $1 AND template_id = $2 AND version = $3",
      [accountId, templateId, version],
    );
    if (rows[0] === undefined) throw new Error(`Template ${templateId} has no version ${version}.`);
    return remember(templates, key, rows[0].content as TemplateContent);
  };
  return {
    template,
    async campaign(sql, accountId, campaignId) {
      const known = campaigns.get(campaignId);
      if (known !== undefined) return known;
      const { rows } = await sql.query(
        `SELECT category, route, wait_s, fallback_mode, template_id, template_version FROM campaign
         WHERE account_id = $1 AND id = $2 AND launched_at IS NOT NULL`,
        [accountId, campaignId],
      );
      const row = rows[0];
      if (row === undefined) throw new Error(`Campaign ${campaignId} has not been launched.`);
      return remember(campaigns, campaignId, {
        category: row.category,
        route: row.route,
        waitS: row.wait_s,
        mode: row.fallback_mode,
        content: await template(sql, accountId, row.template_id, row.template_version),
      });
    },
    async prices(sql, accountId) {
      const known = prices.get(accountId);
      if (known !== undefined && now() - known.atMs < PRICES_FRESH_MS) return known.rows;
      const { rows } = await sql.query(
        "SELECT channel, country, price_micros, valid_from FROM price WHERE account_id = $1",
        [accountId],
      );
      const loaded = rows.map((row) => ({
        channel: channelOfCode(row.channel),
        country: row.country,
        priceMicros: toMicros(row.price_micros),
        validFrom: row.valid_from.getTime(),
      }));
      return remember(prices, accountId, { rows: loaded, atMs: now() }).rows;
    },
  };
}

function remember<T>(into: Map<string, T>, key: string, value: T): T {
  if (into.size >= MAX_ENTRIES) into.clear();
  into.set(key, value);
  return value;
}
