import {
  httpSmsConfig,
  smppConfig,
  viberBotConfig,
  viberConfig,
  whatsAppConfig,
  type ConnectionDetails,
  type ConnectionKind,
} from "@/lib/schemas/connection";
import { SECRET_NAMES, type ConnectionDraft } from "@/lib/schemas/connection-form";
import { authorise, type TenantContext } from "../tenant-context";
import { getStored } from "./find-stored";
import { openSecrets } from "./merge-details";
import { NO_CALLS, readCarrierCalls } from "./note-carrier-call";
import { webhookAddress } from "./webhook-address";

const CONFIG = {
  whatsapp_cloud: whatsAppConfig,
  viber_business: viberConfig,
  viber_bot: viberBotConfig,
  smpp: smppConfig,
  http_sms: httpSmsConfig,
} as const;

/** What an admin sees to edit: everything but the secrets, of which it says which there are. @throws AppError not_found */
export async function getConnectionDraft(
  ctx: TenantContext,
  connectionId: string,
  webUrl: string,
): Promise<ConnectionDraft> {
  authorise(ctx, "connections:write");
  const [row, calls] = await Promise.all([
    getStored(ctx.db, ctx, connectionId),
    readCarrierCalls(ctx.sql, ctx.accountId),
  ]);
  const kind = row.kind as ConnectionKind;
  const config = CONFIG[kind].safeParse(row.config);
  const secrets = openSecrets(row);
  return {
    ...{ id: row.id, version: row.version, name: row.name, ratePerSecond: row.ratePerSecond, kind },
    prefixes: row.prefixes,
    status: row.status === "paused" ? "paused" : "active",
    config: config.success ? (config.data as ConnectionDetails["config"]) : null,
    storedSecrets: SECRET_NAMES[kind].filter((name) => (secrets[name] ?? null) !== null),
    secretsAt: row.secretsAt.toISOString(),
    webhookUrl: webhookAddress(kind, row.webhookToken, webUrl),
    calls: calls.get(row.id) ?? NO_CALLS,
  };
}
