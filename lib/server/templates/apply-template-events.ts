import type { WhatsAppTemplateEvent } from "@/lib/carriers/whatsapp/parse-webhook";
import type { Tx } from "../db/prisma";
import type { StoredConnection } from "../connections/load-connections";
import { systemContext, withdrawPermissionLock, type ContextDependencies, type TenantContext } from "../tenant-context";
import { pauseCampaignsOf, type MovedTemplate } from "./move-template-states";
import { addJob } from "../jobs/add-job";

/** Name of the worker's task. Its payload: { accountId }; without one, every account. */
export const SYNC_TASK = "sync_whatsapp_templates";

/**
 * Moves templates to the state that WhatsApp's webhook tells of, and pauses campaigns on those it has stopped.
 *
 * Meta repeats events and sends them in any order: one that is older than what we know changes nothing, and one that says what we
 * know pauses nothing again, so that a person's "continue" stands. A template belongs to the business account and so to each of our
 * connections of it.
 */
export async function applyTemplateEvents(
  dependencies: ContextDependencies,
  connection: Pick<StoredConnection, "id" | "accountId">,
  events: readonly WhatsAppTemplateEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const ctx = await systemContext("templates", connection.accountId, dependencies);
  await ctx.transaction(async (tx) => {
    await withdrawPermissionLock(tx, ctx.accountId);
    const moved: MovedTemplate[] = [];
    for (const event of events) {
      for (const connectionId of await connectionsOf(tx, connection, event.businessAccountId)) {
        moved.push(...(await applyEvent(tx, ctx, connectionId, event)));
      }
    }
    await pauseCampaignsOf(tx, ctx, moved);
    await askForSync(tx, ctx.accountId);
  });
}

/** Events tell the status alone; texts, buttons and what was missed come with the list. Many events, one reading. */
async function askForSync(tx: Tx, accountId: string): Promise<void> {
  // Without a worker's queue the hourly reading comes all the same.
  await addJob(tx, SYNC_TASK, { accountId }, { key: `${SYNC_TASK}:${accountId}`, maxAttempts: 3, delayS: 10 });
}

/** One that does not say its business account is taken at its word: it was called, so the event is its own. */
async function connectionsOf(
  tx: Tx,
  { id, accountId }: Pick<StoredConnection, "id" | "accountId">,
  businessAccountId: string | null,
): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM connection
     WHERE account_id = ${accountId}::uuid AND kind = 'whatsapp_cloud' AND status <> 'deleted'
       AND (config->>'wabaId' = ${businessAccountId}
         OR (id = ${id}::uuid AND (config->>'wabaId' IS NULL OR ${businessAccountId}::text IS NULL)))
     ORDER BY id`;
  return rows.map((row) => row.id);
}

type Known = { readonly language: string; readonly status: string; readonly status_at: Date };

async function applyEvent(
  tx: Tx,
  ctx: TenantContext,
  connectionId: string,
  event: WhatsAppTemplateEvent,
): Promise<readonly MovedTemplate[]> {
  const name = storable(event.templateName);
  const language = event.language === null ? null : storable(event.language).replace("-", "_");
  const [category, quality] = [storable(event.category), storable(event.quality)];
  const known = await tx.$queryRaw<Known[]>`
    SELECT language, status, status_at FROM whatsapp_template
     WHERE account_id = ${ctx.accountId}::uuid AND connection_id = ${connectionId}::uuid AND name = ${name}
       AND (${language}::text IS NULL OR language = ${language})`;
  if (category !== null || quality !== null) {
    await tx.$executeRaw`
      UPDATE whatsapp_template SET category = coalesce(${category}, category), quality = coalesce(${quality}, quality)
       WHERE account_id = ${ctx.accountId}::uuid AND connection_id = ${connectionId}::uuid AND name = ${name}
         AND (${language}::text IS NULL OR language = ${language})`;
  }
  if (event.event === null) return [];
  const status = storable(event.event).toUpperCase().slice(0, 60);
  const at = new Date(event.carrierTimeMs ?? ctx.now().getTime());
  const rows = known.length > 0 || language === null ? known : [{ language, status: "", status_at: new Date(0) }];
  const newer = rows.filter((row) => row.status_at <= at);
  for (const row of newer) {
    await tx.$executeRaw`
      INSERT INTO whatsapp_template (account_id, connection_id, name, language, status, rejected_reason, status_at)
      VALUES (${ctx.accountId}::uuid, ${connectionId}::uuid, ${name}, ${row.language}, ${status}, ${storable(event.reason)}, ${at})
      ON CONFLICT (account_id, connection_id, name, language) DO UPDATE
         SET status = EXCLUDED.status, rejected_reason = EXCLUDED.rejected_reason, status_at = EXCLUDED.status_at`;
  }
  return newer.filter((row) => row.status !== status).map((row) => ({ name, language: row.language, status }));
}

/** Without what PostgreSQL's text refuses. */
function storable<T extends string | null>(text: T): T {
  return (text === null ? null : text.replace(/[\0\p{Cs}]/gu, "").slice(0, 512)) as T;
}
