import { AppError } from "@/lib/domain/app-error";
import type { LinkVerdict } from "@/lib/domain/connection/link-verdict";
import type { EditConnectionInput } from "@/lib/schemas/connection-form";
import { recordAudit } from "../audit/record-audit";
import type { Prisma } from "../db/generated/client";
import { seal } from "../secrets/seal";
import { authorise, type TenantContext } from "../tenant-context";
import { botOf, setBotWebhook, unsetBotWebhook, type BotDetails } from "./bot-webhook";
import { getStored } from "./find-stored";
import { mergeDetails } from "./merge-details";
import { connectionAssociatedData } from "./save-connection";
import { webhookAddress } from "./webhook-address";

/** `webhook`: what Viber said to a bot's webhook; null: it was not asked. */
export type EditedConnection = { readonly version: number; readonly webhook: LinkVerdict | null };

/**
 * Changes a connection; secrets that are left out stay. Workers make the link anew within seconds. A rest of the breaker ends with it:
 * whoever mended the cause wants it tried, and one message tries it before the others follow.
 *
 * With a new token, a Viber bot's webhook goes from the old token to the new one once the change is stored, so that nobody has to think
 * of it. A crash in between leaves it where it was; the page's button registers it.
 *
 * Of two people who edit the same state, the first wins and the other gets a conflict.
 *
 * @param webUrl the address people open; null: no carrier is told anything
 * @param onStored before a carrier is asked anything: a sandbox has to know the new token first
 * @throws AppError not_found, conflict, invalid_input
 */
export async function editConnection(
  ctx: TenantContext,
  input: EditConnectionInput,
  webUrl: string | null = null,
  onStored: () => Promise<unknown> = () => Promise.resolve(),
): Promise<EditedConnection> {
  authorise(ctx, "connections:write");
  const { connectionId: id, version, name, ratePerSecond, prefixes } = input;
  const { before, after, token } = await ctx.transaction(async (tx) => {
    const stored = await getStored(tx, ctx, id);
    const details = mergeDetails(stored, input.details);
    const hasNewSecrets = Object.values(input.details.secrets).some((value) => value !== undefined);
    const { count } = await tx.connection.updateMany({
      where: { accountId: ctx.accountId, id, version, status: { not: "deleted" } },
      data: {
        ...{ name, ratePerSecond, version: version + 1, config: details.config as Prisma.InputJsonObject },
        ...(prefixes !== undefined && { prefixes }),
        ...(hasNewSecrets && {
          secrets: seal(JSON.stringify(details.secrets), connectionAssociatedData(ctx.accountId, id)),
          secretsAt: ctx.now(),
        }),
        ...(stored.breakerUntil !== null && stored.breakerUntil > ctx.now() && { breakerUntil: ctx.now() }),
      },
    });
    if (count === 0) {
      throw new AppError("conflict", "Someone else changed this connection.", { messageKey: "conflict" });
    }
    await recordAudit(tx, ctx, { action: "connection.updated", target: id, detail: { name, hasNewSecrets } });
    if (prefixes !== undefined && prefixes.join() !== stored.prefixes.join()) {
      await recordAudit(tx, ctx, {
        action: prefixes.length === 0 ? "connection.serves_all" : "connection.serves_prefixes",
        target: id,
        detail: { name, numbers: prefixes.map((prefix) => `+${prefix}`).join(", ") },
      });
    }
    const [before, after] = [botOf(stored), details.kind === "viber_bot" ? details : null];
    if (webUrl !== null && hasNewToken(before, after)) {
      await recordAudit(tx, ctx, { action: "connection.webhook_registered", target: id, detail: { name } });
    }
    return { before, after, token: stored.webhookToken };
  });
  await onStored();
  const address = webUrl === null ? null : webhookAddress("viber_bot", token, webUrl);
  if (after === null || address === null || !hasNewToken(before, after)) return { version: version + 1, webhook: null };
  // First the old one: it may be another token of the same bot, which has one webhook.
  if (before !== null) await unsetBotWebhook(ctx, before);
  return { version: version + 1, webhook: await setBotWebhook(after, address) };
}

function hasNewToken(before: BotDetails | null, after: BotDetails | null): boolean {
  return after !== null && before?.secrets.botToken !== after.secrets.botToken;
}
