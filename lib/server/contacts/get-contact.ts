import { AppError } from "@/lib/domain/app-error";
import { isWindowOpen, SERVICE_WINDOW_MS } from "@/lib/domain/dispatch/service-window";
import { formatPhone } from "@/lib/domain/phone/normalise-phone";
import { CATEGORIES, CHANNEL_CODE, CHANNELS, type Channel } from "@/lib/domain/vocabulary";
import {
  SUPPRESSION_REASONS,
  type ConsentView,
  type ContactDetail,
  type SuppressionView,
} from "@/lib/schemas/audiences";
import { authorise, type TenantContext } from "../tenant-context";
import { listReachability } from "./list-reachability";

const MAX_SUPPRESSIONS = 100;
const MAX_CONSENTS = 20;

/** @throws AppError not_found */
export async function getContact(ctx: TenantContext, contactId: string): Promise<ContactDetail> {
  authorise(ctx, "audiences:read");
  const contact = await ctx.db.contact.findUnique({
    where: { accountId_id: { accountId: ctx.accountId, id: contactId } },
  });
  if (contact === null) throw contactNotFound();
  const [audiences, suppressions, consents, reachability, freeText] = await Promise.all([
    listAudiencesOf(ctx, contactId),
    listSuppressions(ctx, contact.e164),
    listConsents(ctx, contact.e164),
    listReachability(ctx, contact),
    readFreeText(ctx, contact.e164),
  ]);
  return {
    id: contact.id,
    e164: contact.e164,
    phone: formatPhone(contact.e164),
    country: contact.country,
    name: contact.name,
    language: contact.language,
    attributes: listValues(contact.attributes),
    createdAt: contact.createdAt.toISOString(),
    updatedAt: contact.updatedAt.toISOString(),
    audiences,
    suppressions,
    consents,
    reachability,
    freeText,
  };
}

/** By whichever WhatsApp number they wrote to last. */
async function readFreeText(ctx: TenantContext, e164: string): Promise<ContactDetail["freeText"]> {
  const { rows } = await ctx.sql.query<{ at: Date | null }>(
    "SELECT max(inbound_at) AS at FROM service_window WHERE account_id = $1 AND e164 = $2",
    [ctx.accountId, e164],
  );
  const at = rows[0]?.at ?? null;
  if (at === null) return null;
  const isOpen = isWindowOpen(at.getTime(), ctx.now().getTime());
  return { wroteAt: at.toISOString(), until: isOpen ? new Date(at.getTime() + SERVICE_WINDOW_MS).toISOString() : null };
}

export function contactNotFound(): AppError {
  return new AppError("not_found", "There is no such contact.", { messageKey: "contact.notFound" });
}

async function listAudiencesOf(
  ctx: TenantContext,
  contactId: string,
): Promise<readonly { id: string; name: string }[]> {
  const { rows } = await ctx.sql.query<{ id: string; name: string }>(
    `SELECT a.id, a.name FROM audience_member m
       JOIN audience a ON a.account_id = m.account_id AND a.id = m.audience_id AND a.archived_at IS NULL
      WHERE m.account_id = $1 AND m.contact_id = $2 ORDER BY a.name LIMIT 100`,
    [ctx.accountId, contactId],
  );
  return rows;
}

type SuppressionRow = {
  id: string;
  channel: number | null;
  category: string | null;
  reason: string;
  evidence: unknown;
  created_at: Date;
  lifted_at: Date | null;
  lifted_by: string | null;
  lifted_reason: string | null;
};

async function listSuppressions(ctx: TenantContext, e164: string): Promise<readonly SuppressionView[]> {
  const { rows } = await ctx.sql.query<SuppressionRow>(
    `SELECT s.id, s.channel, s.category, s.reason, s.evidence, s.created_at, s.lifted_at, u.name AS lifted_by, s.lifted_reason
       FROM suppression s LEFT JOIN app_user u ON u.id = s.lifted_by
      WHERE s.account_id = $1 AND s.e164 = $2
      ORDER BY s.lifted_at IS NOT NULL, s.created_at DESC LIMIT ${MAX_SUPPRESSIONS}`,
    [ctx.accountId, e164],
  );
  return rows.map((row) => ({
    id: row.id,
    channel: readChannel(row.channel),
    category: CATEGORIES.find((category) => category === row.category) ?? null,
    reason: SUPPRESSION_REASONS.find((reason) => reason === row.reason) ?? "manual",
    evidence: listValues(row.evidence).filter(({ key }) => key !== "connectionId"),
    createdAt: row.created_at.toISOString(),
    liftedAt: row.lifted_at?.toISOString() ?? null,
    liftedBy: row.lifted_by,
    liftedReason: row.lifted_reason,
  }));
}

/** What they wrote, word for word; a START among it is a wish that only a person can grant. */
async function listConsents(ctx: TenantContext, e164: string): Promise<readonly ConsentView[]> {
  const { rows } = await ctx.sql.query<Omit<ConsentView, "channel" | "at"> & { channel: number; at: Date }>(
    `SELECT id, wish, channel, text, received_at AS at FROM consent_event
      WHERE account_id = $1 AND e164 = $2 ORDER BY received_at DESC LIMIT ${MAX_CONSENTS}`,
    [ctx.accountId, e164],
  );
  return rows.map((row) => ({ ...row, channel: readChannel(row.channel), at: row.at.toISOString() }));
}

function readChannel(code: number | null): Channel | null {
  return CHANNELS.find((channel) => CHANNEL_CODE[channel] === code) ?? null;
}

/** Name and value of each filled entry of a JSON object, by name. */
function listValues(json: unknown): readonly { key: string; value: string }[] {
  if (typeof json !== "object" || json === null) return [];
  return Object.entries(json)
    .filter(([, value]) => value !== null && value !== "")
    .map(([key, value]) => ({ key, value: typeof value === "string" ? value : JSON.stringify(value) }))
    .toSorted((a, b) => a.key.localeCompare(b.key));
}
