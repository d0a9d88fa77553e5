import { listWhatsAppTemplates, type ListedTemplate } from "@/lib/carriers/whatsapp/list-templates";
import type { LinkReason } from "@/lib/domain/connection/link-verdict";
import { whatsAppConfig, whatsAppSecrets } from "@/lib/schemas/connection";
import type { SyncResult } from "@/lib/schemas/whatsapp-templates";
import { openSecrets } from "../connections/merge-details";
import type { Tx } from "../db/prisma";
import { authorise, withdrawPermissionLock, type TenantContext } from "../tenant-context";
import { pauseCampaignsOf } from "./move-template-states";

/** A person may wait for it; a page has at most 50 templates. */
const WIRE_TIMEOUT_MS = 8_000;

/**
 * Meta's clock counts whole seconds and its list lags a moment behind its events: what we read counts as said a little earlier, so
 * that an event of the same moment still wins.
 */
const LIST_LAG_MS = 3_000;

/** Reads the templates of every business account that the account's WhatsApp connections name. Two at once do no harm. */
export async function syncWhatsAppTemplates(ctx: TenantContext): Promise<SyncResult> {
  authorise(ctx, "templates:write");
  const rows = await ctx.db.connection.findMany({
    where: { accountId: ctx.accountId, kind: "whatsapp_cloud", status: { not: "deleted" } },
    orderBy: { createdAt: "asc" },
  });
  let [read, failed] = [0, 0];
  for (const row of rows) {
    const config = whatsAppConfig.safeParse(row.config);
    if (!config.success || config.data.wabaId === null) continue;
    const problem = await syncOne(ctx, row.id, config.data.baseUrl, config.data.wabaId, openSecrets(row));
    if (problem === null) read += 1;
    else failed += 1;
  }
  return { read, failed };
}

async function syncOne(
  ctx: TenantContext,
  connectionId: string,
  baseUrl: string,
  wabaId: string,
  secrets: unknown,
): Promise<LinkReason | null> {
  const asOf = new Date(Math.floor(ctx.now().getTime() / 1_000) * 1_000 - LIST_LAG_MS);
  const opened = whatsAppSecrets.safeParse(secrets);
  const list = opened.success
    ? await listWhatsAppTemplates({
        ...{ baseUrl, wabaId, accessToken: opened.data.accessToken },
        wireTimeoutMs: WIRE_TIMEOUT_MS,
      })
    : ({ ok: false, reason: "wrong_token" } as const);
  await ctx.transaction(async (tx) => {
    if (list.ok) await store(tx, ctx, connectionId, list.templates, asOf);
    await noteSync(tx, ctx, connectionId, list.ok ? null : list.reason);
  });
  return list.ok ? null : list.reason;
}

async function noteSync(tx: Tx, ctx: TenantContext, connectionId: string, problem: LinkReason | null): Promise<void> {
  const now = ctx.now();
  await tx.$executeRaw`
    INSERT INTO whatsapp_template_sync (account_id, connection_id, synced_at, tried_at, problem)
    VALUES (${ctx.accountId}::uuid, ${connectionId}::uuid, ${problem === null ? now : null}, ${now}, ${problem})
    ON CONFLICT (account_id, connection_id) DO UPDATE
       SET synced_at = coalesce(EXCLUDED.synced_at, whatsapp_template_sync.synced_at), tried_at = EXCLUDED.tried_at,
           problem = EXCLUDED.problem`;
}

type Known = { readonly name: string; readonly language: string; readonly status: string; readonly status_at: Date };

/** Whatever a webhook has said since the list was asked for stands; the rest is as listed, and what is not listed is no more. */
async function store(
  tx: Tx,
  ctx: TenantContext,
  connectionId: string,
  listed: readonly ListedTemplate[],
  asOf: Date,
): Promise<void> {
  await withdrawPermissionLock(tx, ctx.accountId);
  const rows = await tx.$queryRaw<Known[]>`
    SELECT name, language, status, status_at FROM whatsapp_template
     WHERE account_id = ${ctx.accountId}::uuid AND connection_id = ${connectionId}::uuid`;
  const known = new Map(rows.map((row) => [keyOf(row), row]));
  const isNewer = (one: { name: string; language: string }): boolean =>
    (known.get(keyOf(one))?.status_at ?? asOf) > asOf;
  await tx.$executeRaw`
    INSERT INTO whatsapp_template AS old
      (account_id, connection_id, name, language, status, category, shape, rejected_reason, quality, ttl_s, status_at, synced_at)
    SELECT ${ctx.accountId}::uuid, ${connectionId}::uuid, t.name, t.language, t.status, t.category, t.shape, t."rejectedReason",
           t.quality, t."ttlS", ${asOf}, ${ctx.now()}
      FROM jsonb_to_recordset(${JSON.stringify(uniqueByKey(listed))}::jsonb)
        AS t(name text, language text, status text, category text, shape jsonb, "rejectedReason" text, quality text, "ttlS" integer)
    ON CONFLICT (account_id, connection_id, name, language) DO UPDATE
       SET status = CASE WHEN old.status_at > EXCLUDED.status_at THEN old.status ELSE EXCLUDED.status END,
           rejected_reason = CASE WHEN old.status_at > EXCLUDED.status_at THEN old.rejected_reason
                                  ELSE EXCLUDED.rejected_reason END,
           status_at = greatest(old.status_at, EXCLUDED.status_at),
           category = EXCLUDED.category, shape = EXCLUDED.shape, quality = EXCLUDED.quality, ttl_s = EXCLUDED.ttl_s,
           synced_at = EXCLUDED.synced_at`;
  const there = new Set(listed.map(keyOf));
  const gone = rows.filter((row) => !there.has(keyOf(row)) && !isNewer(row));
  for (const { name, language } of gone) {
    await tx.$executeRaw`
      DELETE FROM whatsapp_template WHERE account_id = ${ctx.accountId}::uuid AND connection_id = ${connectionId}::uuid
         AND name = ${name} AND language = ${language}`;
  }
  await pauseCampaignsOf(tx, ctx, [
    ...listed.filter((one) => !isNewer(one) && known.get(keyOf(one))?.status !== one.status),
    ...gone.map(({ name, language }) => ({ name, language, status: "DELETED" })),
  ]);
}

function keyOf({ name, language }: { readonly name: string; readonly language: string }): string {
  return `${language} ${name}`;
}

/** A template that moved from one page to the next while we read comes twice; one statement may touch a row once. */
function uniqueByKey(listed: readonly ListedTemplate[]): readonly ListedTemplate[] {
  return [...new Map(listed.map((one) => [keyOf(one), one])).values()];
}
