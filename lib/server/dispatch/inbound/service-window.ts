import type { InboundMessage } from "@/lib/carriers/connector";
import { isFreeForm, isWindowOpen } from "@/lib/domain/dispatch/service-window";
import { textArray } from "../../db/array-literal";
import type { Sql } from "../../db/pool";
import type { DispatchDeps } from "../dispatch-deps";
import type { SendItem } from "../sending/load-items";
import type { From } from "../receive-inbound";

/** One webhook serves every number of the app: the message says which one it was written to. */
type Written = InboundMessage & { readonly phoneNumberId?: string | null };

/**
 * Keeps when people last wrote to a WhatsApp number of ours. Repeated and late webhooks change nothing; a carrier's clock ahead of ours
 * opens no longer window.
 */
export async function noteServiceWindow(
  sql: Sql,
  from: From,
  messages: readonly Written[],
  nowMs: number,
): Promise<void> {
  if (from.channel !== "whatsapp" || messages.length === 0) return;
  const newest = new Map<string, { readonly e164: string; readonly numberId: string; readonly atMs: number }>();
  for (const { from: e164, phoneNumberId, carrierTimeMs } of messages) {
    const atMs = Math.min(carrierTimeMs ?? nowMs, nowMs);
    const key = `${phoneNumberId ?? ""} ${e164}`;
    const known = newest.get(key);
    if (known === undefined || known.atMs < atMs) newest.set(key, { e164, numberId: phoneNumberId ?? "", atMs });
  }
  const rows = [...newest.values()].map(({ e164, numberId, atMs }) => ({ e164, number_id: numberId, at_ms: atMs }));
  await sql.query(
    `INSERT INTO service_window AS w (account_id, e164, connection_id, inbound_at)
     SELECT $1, x.e164, c.id, max(to_timestamp(x.at_ms / 1000.0))
       FROM jsonb_to_recordset($3::jsonb) AS x(e164 text, number_id text, at_ms bigint)
       JOIN connection c ON c.account_id = $1 AND c.id = coalesce(
         (SELECT n.id FROM connection n WHERE n.account_id = $1 AND n.kind = 'whatsapp_cloud' AND n.status <> 'deleted'
             AND n.config->>'phoneNumberId' = x.number_id ORDER BY n.id = $2 DESC, n.created_at LIMIT 1), $2)
      GROUP BY x.e164, c.id ORDER BY x.e164, c.id
     ON CONFLICT (account_id, e164, connection_id) DO UPDATE SET inbound_at = EXCLUDED.inbound_at
      WHERE w.inbound_at < EXCLUDED.inbound_at`,
    [from.accountId, from.id, JSON.stringify(rows)],
  );
}

/**
 * Tells apart messages that WhatsApp would take from those that it would refuse because the person has not written within 24 hours.
 * Campaigns, and all that has an approved template, are not asked, and cost no look.
 */
export async function splitByWindow(
  deps: DispatchDeps,
  connection: { readonly id: string },
  items: readonly SendItem[],
): Promise<{ readonly inside: readonly SendItem[]; readonly outside: readonly SendItem[] }> {
  const asked = items.filter((item) => item.campaignId === null && isFreeForm(item.channel, item.content));
  const first = asked[0];
  if (first === undefined) return { inside: items, outside: [] };
  const { rows } = await deps.sql.query<{ e164: string; inbound_at: Date }>(
    `SELECT e164, inbound_at FROM service_window WHERE account_id = $1 AND connection_id = $2 AND e164 = ANY($3::text[])`,
    [first.accountId, connection.id, textArray(asked.map(({ e164 }) => e164))],
  );
  const lastMs = new Map(rows.map((row) => [row.e164, row.inbound_at.getTime()]));
  const nowMs = deps.now();
  const outside = new Set(asked.filter(({ e164 }) => !isWindowOpen(lastMs.get(e164) ?? null, nowMs)));
  return { inside: items.filter((item) => !outside.has(item)), outside: items.filter((item) => outside.has(item)) };
}
