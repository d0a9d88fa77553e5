import type { Logger } from "pino";
import { systemContext, type ContextDependencies } from "../tenant-context";
import { syncWhatsAppTemplates } from "./sync-whatsapp-templates";

/** Hourly, and for `only` one account when a webhook has told of a change. One account's trouble does not keep the others waiting for theirs. */
export async function syncEveryAccount(
  dependencies: ContextDependencies,
  logger: Logger,
  only: string | null,
  signal?: AbortSignal,
): Promise<void> {
  const { rows } = await dependencies.sql.query<{ account_id: string }>(
    `SELECT DISTINCT account_id FROM connection
      WHERE kind = 'whatsapp_cloud' AND status <> 'deleted' AND config->>'wabaId' IS NOT NULL
        AND ($1::uuid IS NULL OR account_id = $1) ORDER BY account_id`,
    [only],
  );
  for (const { account_id: accountId } of rows) {
    if (signal?.aborted === true) return;
    try {
      const ctx = await systemContext("templates", accountId, dependencies);
      const { failed } = await syncWhatsAppTemplates(ctx);
      if (failed > 0) logger.warn({ accountId, failed }, "templates could not be read from WhatsApp");
    } catch (err) {
      logger.error({ err, accountId }, "reading templates from WhatsApp failed");
    }
  }
}
