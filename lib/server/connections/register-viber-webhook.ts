import { AppError } from "@/lib/domain/app-error";
import type { LinkVerdict } from "@/lib/domain/connection/link-verdict";
import type { ConnectionIdInput } from "@/lib/schemas/connection-form";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { setBotWebhook } from "./bot-webhook";
import { getStored } from "./find-stored";
import { readStored } from "./merge-details";
import { webhookAddress } from "./webhook-address";

/**
 * Tells Viber, for a bot, where to call. Doing it again changes nothing. The audit log has it before Viber does: the question is asked
 * outside of any transaction, and one that fails may have been taken all the same.
 *
 * @param webUrl the address people open
 * @throws AppError not_found, also for a connection of another account; conflict for one that has no such question
 */
export async function registerViberWebhook(
  ctx: TenantContext,
  { connectionId: id }: ConnectionIdInput,
  webUrl: string,
): Promise<LinkVerdict> {
  authorise(ctx, "connections:write");
  const stored = await getStored(ctx.db, ctx, id);
  const details = readStored(stored);
  const address = webhookAddress(details.kind, stored.webhookToken, webUrl);
  if (details.kind !== "viber_bot" || address === null) {
    throw new AppError("conflict", "Only a Viber bot's webhook is registered from here.", { messageKey: "conflict" });
  }
  await ctx.transaction((tx) =>
    recordAudit(tx, ctx, { action: "connection.webhook_registered", target: id, detail: { name: stored.name } }),
  );
  return setBotWebhook(details, address);
}
