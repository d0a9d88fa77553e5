import { queuedAtMs } from "@/lib/domain/dispatch/attempt-reference";
import { explainMessage } from "@/lib/domain/dispatch/explain-message";
import { deriveMessageStatus } from "@/lib/domain/dispatch/message-status";
import { formatPhone } from "@/lib/domain/phone/normalise-phone";
import type { TemplateContent } from "@/lib/domain/template-content";
import { AppError } from "@/lib/domain/app-error";
import type { CampaignFact, MessageFacts, ReceiptFact } from "@/lib/domain/timeline/message-facts";
import { ROUTES, type CampaignStatus, type Category, type FallbackMode, type RouteKey } from "@/lib/domain/vocabulary";
import type { MessageDetail } from "@/lib/schemas/messages";
import { rangeOf } from "../dispatch/attempt-rows";
import { receiptKindOf } from "../dispatch/receipts/evidence-rows";
import { unpackPage } from "../dispatch/receipts/receipt-page";
import { authorise, type TenantContext } from "../tenant-context";
import { describePerson } from "./describe-person";
import { previewMessage } from "./preview-message";
import { readEvidence } from "./read-evidence";
import { readPending } from "./read-pending";

type MessageRow = {
  id: string;
  e164: string;
  vars: Record<string, string> | null;
  content: TemplateContent | null;
  category: Category;
  route: RouteKey;
  wait_s: number;
  fallback_mode: FallbackMode;
  template_id: string | null;
  template_version: number | null;
  template_name: string | null;
  template_language: string | null;
  template_content: TemplateContent | null;
  campaign_id: string | null;
  campaign_name: string | null;
  campaign_status: CampaignStatus | null;
  contact_name: string | null;
  api_key_name: string | null;
  tested_connection: string | null;
  currency: string;
};

/**
 * All that is known about one message of the account: facts as stored, and what follows from them.
 *
 * @param id decimal
 * @throws AppError forbidden | not_found (also for another account's message)
 */
export async function getMessage(ctx: TenantContext, input: { readonly id: string }): Promise<MessageDetail> {
  authorise(ctx, "messages:read");
  const row = await readMessage(ctx, input.id);
  const campaign = campaignOf(row);
  const [evidenceOf, receipts, waiting, person] = await Promise.all([
    readEvidence(ctx, [row.id]),
    readReceipts(ctx, row.id),
    readPending(ctx, row.id, campaign?.id ?? null),
    describePerson(ctx, row.e164),
  ]);
  const evidence = evidenceOf(row.id);
  const facts: MessageFacts = {
    id: row.id,
    queuedAtMs: queuedAtMs(row.id),
    e164: row.e164,
    route: row.route,
    category: row.category,
    fallbackMode: row.fallback_mode,
    waitS: row.wait_s,
    campaign,
    ...evidence,
    receipts,
    ...waiting,
  };
  const content = row.content ?? row.template_content;
  return {
    facts,
    status: deriveMessageStatus({
      ...evidence,
      stepCount: ROUTES[row.route].length,
      campaignStatus: campaign?.status ?? null,
      inFlight: waiting.pending.some((pending) => pending.state === "in_flight"),
      nowMs: ctx.now().getTime(),
    }),
    phone: formatPhone(row.e164),
    name: row.contact_name,
    currency: row.currency,
    template: templateOf(row),
    apiKeyName: row.api_key_name,
    testOf: row.tested_connection,
    why: explainMessage({ ...evidence, route: ROUTES[row.route] }),
    previews: content === null ? [] : previewMessage(content, row.vars ?? {}, facts),
    covered: row.category === "authentication",
    person,
  };
}

/** What a campaign's message does not say itself, its campaign says. */
async function readMessage(ctx: TenantContext, id: string): Promise<MessageRow> {
  const { rows } = await ctx.sql.query<MessageRow>(
    `SELECT m.id, m.e164, m.vars, m.content, a.currency,
            coalesce(c.category, m.category, 'utility') AS category, coalesce(c.route, m.route, 'sms') AS route,
            coalesce(c.wait_s, m.wait_s, 0) AS wait_s, coalesce(c.fallback_mode, m.fallback_mode, 'inherit') AS fallback_mode,
            t.id AS template_id, v.version AS template_version, t.name AS template_name, t.language AS template_language,
            v.content AS template_content, c.id AS campaign_id, c.name AS campaign_name, c.status AS campaign_status,
            p.name AS contact_name, k.name AS api_key_name,
            l.name AS tested_connection
       FROM message m
       JOIN account a ON a.id = m.account_id
       LEFT JOIN campaign c ON c.account_id = m.account_id AND c.id = m.campaign_id
       LEFT JOIN template t ON t.account_id = m.account_id AND t.id = coalesce(c.template_id, m.template_id)
       LEFT JOIN template_version v ON v.account_id = t.account_id AND v.template_id = t.id
                                   AND v.version = coalesce(c.template_version, m.template_version)
       LEFT JOIN contact p ON p.account_id = m.account_id AND p.e164 = m.e164
       LEFT JOIN api_key k ON k.account_id = m.account_id AND k.id = m.api_key_id
       LEFT JOIN connection l ON l.account_id = m.account_id AND l.id = m.pinned_connection_id
      WHERE m.shard = $1 AND m.account_id = $2 AND m.id = $3::bigint`,
    [ctx.shard, ctx.accountId, id],
  );
  const row = rows[0];
  if (row === undefined) throw new AppError("not_found", "No such message.", { messageKey: "notFound" });
  return row;
}

function campaignOf(row: MessageRow): CampaignFact | null {
  if (row.campaign_id === null || row.campaign_name === null || row.campaign_status === null) return null;
  return { id: row.campaign_id, name: row.campaign_name, status: row.campaign_status };
}

function templateOf(row: MessageRow): MessageDetail["template"] {
  if (row.template_id === null || row.template_name === null || row.template_version === null) return null;
  return {
    id: row.template_id,
    name: row.template_name,
    version: row.template_version,
    language: row.template_language ?? row.template_content?.language ?? "en",
  };
}

const MAX_RECEIPTS = 500;

async function readReceipts(ctx: TenantContext, id: string): Promise<readonly ReceiptFact[]> {
  const { rows } = await ctx.sql.query<{
    step: number;
    try: number;
    kind: number;
    part: number;
    carrier_at: Date;
    received_at: Date;
    code: string | null;
    page_id: string | null;
    page_item: number | null;
  }>(
    `SELECT r.step, r.try, r.kind, r.part, r.carrier_at, r.received_at, r.code, r.page_id, r.page_item FROM receipt_evidence r
      WHERE r.shard = $1 AND r.message_id = $2::bigint
        AND EXISTS (SELECT 1 FROM message m WHERE m.shard = $1 AND m.id = $2::bigint AND m.account_id = $3)
      ORDER BY r.received_at, r.step, r.try, r.part LIMIT ${MAX_RECEIPTS}`,
    [ctx.shard, id, ctx.accountId],
  );
  const pages = await readPages(
    ctx,
    rows.flatMap((row) => row.page_id ?? []),
  );
  return rows.map((row) => ({
    step: row.step,
    try: row.try,
    kind: receiptKindOf(row.kind),
    part: row.part,
    // 'epoch' stands for "the carrier sent no time"
    carrierAtMs: row.carrier_at.getTime() === 0 ? null : row.carrier_at.getTime(),
    receivedAtMs: row.received_at.getTime(),
    code: row.code,
    raw: row.page_id === null ? null : (pages.get(row.page_id)?.[row.page_item ?? 0] ?? null),
  }));
}

/** Raw payloads are kept in pages that many receipts share. */
async function readPages(ctx: TenantContext, ids: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  if (ids.length === 0) return new Map();
  const { rows } = await ctx.sql.query<{ id: string; payload: Buffer }>(
    `SELECT id, payload FROM receipt_page WHERE shard = $1 AND id = ANY($2::bigint[]) AND id BETWEEN $3 AND $4`,
    [ctx.shard, [...new Set(ids)], ...rangeOf(ids)],
  );
  return new Map(rows.map((row) => [row.id, unpackPage(row.payload)]));
}
