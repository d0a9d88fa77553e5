import { fromPublicMessageId, queuedAtMs } from "@/lib/domain/dispatch/attempt-reference";
import { deriveMessageStatus } from "@/lib/domain/dispatch/message-status";
import { formatPhone, phoneCountryOf, searchDigits } from "@/lib/domain/phone/normalise-phone";
import { deliveredBy } from "@/lib/domain/timeline/build-timeline";
import type { AttemptFact } from "@/lib/domain/timeline/message-facts";
import { ROUTES, type CampaignStatus, type Category, type RouteKey } from "@/lib/domain/vocabulary";
import type { MessageFilters, MessagePage, MessageRow } from "@/lib/schemas/messages";
import { authorise, type TenantContext } from "../tenant-context";
import { readAccountFacts, type AccountFacts } from "./account-facts";
import {
  hasPlannedBlocks,
  readAll,
  readByCampaign,
  readByNumber,
  type IdRange,
  type Order,
  type ReadBatch,
  type StoredMessage,
} from "./message-source";
import { readEvidence } from "./read-evidence";
import { resolveIdRange } from "./resolve-id-range";

export const MESSAGES_A_PAGE = 50;
/** Messages looked through for one page when the filter is by something that is derived. */
export const SCAN_BUDGET = 20_000;
const SCAN_BATCH = 1_000;

type CampaignInfo = {
  readonly name: string;
  readonly status: CampaignStatus;
  readonly category: Category;
  readonly route: RouteKey;
};
type Row = Omit<MessageRow, "name">;

/**
 * One page of the account's message history, newest first.
 *
 * What a message amounts to is derived, so a filter by status or channel looks through messages batch by batch; after
 * `SCAN_BUDGET` it answers with what it has and where it stopped, instead of letting one question run for minutes.
 */
export async function listMessages(
  ctx: TenantContext,
  filters: MessageFilters,
  limits: { readonly page?: number; readonly budget?: number } = {},
): Promise<MessagePage> {
  authorise(ctx, "messages:read");
  const account = await readAccountFacts(ctx);
  const empty: MessagePage = {
    rows: [],
    newer: null,
    older: null,
    stoppedAtMs: null,
    searchProblem: null,
    currency: account.currency,
  };
  const range = await resolveIdRange(ctx, filters, account.timeZone);
  const source = await chooseSource(ctx, filters, account);
  if (source === "not_a_number") return { ...empty, searchProblem: source };
  const within = narrow(range, filters, source.only);
  if (within === null) return empty;
  const pageSize = limits.page ?? MESSAGES_A_PAGE;
  const order: Order = filters.after !== undefined && filters.before === undefined ? "oldest" : "newest";
  const scan = await look(ctx, source.read, within, order, filters, pageSize, limits.budget ?? SCAN_BUDGET);
  const rows = await withNames(ctx, order === "newest" ? scan.rows : [...scan.rows].reverse());
  return { ...empty, rows, ...neighbours(filters, order, rows, scan) };
}

type Source = { readonly read: ReadBatch; /** The one id it is about. */ readonly only: string | null };

async function chooseSource(
  ctx: TenantContext,
  filters: MessageFilters,
  account: AccountFacts,
): Promise<Source | "not_a_number"> {
  const { q } = filters;
  const campaign = filters.campaign ?? null;
  const only = q === undefined ? null : fromPublicMessageId(q);
  if (only !== null) return { read: readAll(ctx, campaign), only };
  if (q !== undefined) {
    const digits = searchDigits(q, phoneCountryOf(account.defaultCountry));
    return digits === null ? "not_a_number" : { read: readByNumber(ctx, digits, campaign), only: null };
  }
  const byBlocks = campaign !== null && (await hasPlannedBlocks(ctx, campaign));
  return { read: byBlocks ? readByCampaign(ctx, campaign) : readAll(ctx, campaign), only: null };
}

function narrow(range: IdRange, filters: MessageFilters, only: string | null): IdRange | null {
  const bounds = [range];
  if (only !== null) bounds.push({ from: BigInt(only), to: BigInt(only) + 1n });
  if (filters.before !== undefined) bounds.push({ ...range, to: BigInt(filters.before) });
  else if (filters.after !== undefined) bounds.push({ ...range, from: BigInt(filters.after) + 1n });
  const from = bounds.reduce((most, one) => (one.from > most ? one.from : most), range.from);
  const to = bounds.reduce((least, one) => (one.to < least ? one.to : least), range.to);
  return from < to ? { from, to } : null;
}

type Scan = {
  readonly rows: readonly Row[];
  readonly more: boolean;
  /** The last id looked at when the budget ran out. */
  readonly stoppedAt: string | null;
};

async function look(
  ctx: TenantContext,
  read: ReadBatch,
  within: IdRange,
  order: Order,
  filters: MessageFilters,
  pageSize: number,
  budget: number,
): Promise<Scan> {
  const derived = filters.status !== undefined || filters.channel !== undefined;
  const size = derived ? Math.min(SCAN_BATCH, budget) : pageSize + 1;
  const campaigns = new Map<string, CampaignInfo>();
  const rows: Row[] = [];
  let left: IdRange | null = within;
  let seen = 0;
  let lastId: string | null = null;
  while (left !== null && rows.length <= pageSize) {
    if (seen >= budget) return { rows, more: true, stoppedAt: lastId };
    const batch = await read(left, order, size);
    rows.push(...(await toRows(ctx, batch.messages, campaigns)).filter((row) => matches(row, filters)));
    seen += batch.messages.length;
    lastId = batch.messages.at(-1)?.id ?? lastId;
    left = batch.next;
  }
  return { rows: rows.slice(0, pageSize), more: rows.length > pageSize, stoppedAt: null };
}

function matches(row: Row, { status, channel }: MessageFilters): boolean {
  if (status !== undefined && row.status !== status) return false;
  return channel === undefined || row.sends.some((send) => send.channel === channel);
}

function neighbours(
  filters: MessageFilters,
  order: Order,
  rows: readonly MessageRow[],
  scan: Scan,
): Pick<MessagePage, "newer" | "older" | "stoppedAtMs"> {
  const [first, last] = [rows[0]?.id, rows.at(-1)?.id];
  const stoppedAtMs = scan.stoppedAt === null ? null : queuedAtMs(scan.stoppedAt);
  if (order === "newest") {
    const start = filters.before;
    return {
      newer: start === undefined ? null : (first ?? String(BigInt(start) - 1n)),
      older: scan.stoppedAt ?? (scan.more ? (last ?? null) : null),
      stoppedAtMs,
    };
  }
  const from = filters.after ?? "0";
  return {
    newer: scan.stoppedAt ?? (scan.more ? (first ?? null) : null),
    older: last ?? String(BigInt(from) + 1n),
    stoppedAtMs,
  };
}

async function toRows(
  ctx: TenantContext,
  messages: readonly StoredMessage[],
  campaigns: Map<string, CampaignInfo>,
): Promise<readonly Row[]> {
  const ids = messages.map((message) => message.id);
  const [evidenceOf] = await Promise.all([readEvidence(ctx, ids), learnCampaigns(ctx, messages, campaigns)]);
  const nowMs = ctx.now().getTime();
  return messages.map((message) => {
    const campaign = message.campaign_id === null ? undefined : campaigns.get(message.campaign_id);
    const evidence = evidenceOf(message.id);
    const route = (campaign?.route ?? message.route ?? "sms") as RouteKey;
    const campaignStatus = campaign?.status ?? null;
    const status = deriveMessageStatus({
      ...evidence,
      stepCount: ROUTES[route].length,
      campaignStatus,
      inFlight: false,
      nowMs,
    });
    return {
      id: message.id,
      queuedAtMs: queuedAtMs(message.id),
      e164: message.e164,
      phone: formatPhone(message.e164),
      campaign:
        message.campaign_id === null || campaign === undefined
          ? null
          : { id: message.campaign_id, name: campaign.name },
      category: (campaign?.category ?? message.category ?? "utility") as Category,
      route,
      status,
      sends: lastTries(evidence.attempts),
      deliveredBy: deliveredBy(evidence.attempts),
      segments: evidence.attempts.reduce((sum, attempt) => sum + attempt.segments, 0),
      costMicros: evidence.attempts.reduce((sum, attempt) => sum + attempt.costMicros, 0),
    };
  });
}

function lastTries(attempts: readonly AttemptFact[]): MessageRow["sends"] {
  const bySteps = new Map<number, AttemptFact>();
  for (const attempt of attempts) {
    const known = bySteps.get(attempt.step);
    if (known === undefined || known.try < attempt.try) bySteps.set(attempt.step, attempt);
  }
  return [...bySteps.values()].sort((a, b) => a.step - b.step).map(({ channel, status }) => ({ channel, status }));
}

async function learnCampaigns(
  ctx: TenantContext,
  messages: readonly StoredMessage[],
  known: Map<string, CampaignInfo>,
): Promise<void> {
  const wanted = new Set(messages.flatMap(({ campaign_id: id }) => (id === null || known.has(id) ? [] : [id])));
  if (wanted.size === 0) return;
  const rows = await ctx.db.campaign.findMany({
    where: { accountId: ctx.accountId, id: { in: [...wanted] } },
    select: { id: true, name: true, status: true, category: true, route: true },
  });
  for (const row of rows) known.set(row.id, row as CampaignInfo & { id: string });
}

/** Names come from today's contacts, for the rows shown only. */
async function withNames(ctx: TenantContext, rows: readonly Row[]): Promise<readonly MessageRow[]> {
  if (rows.length === 0) return [];
  const contacts = await ctx.db.contact.findMany({
    where: { accountId: ctx.accountId, e164: { in: [...new Set(rows.map((row) => row.e164))] } },
    select: { e164: true, name: true },
  });
  const names = new Map(contacts.map((contact) => [contact.e164, contact.name]));
  return rows.map((row) => ({ ...row, name: names.get(row.e164) ?? null }));
}
