import { registerViberBotWebhook, removeViberBotWebhook } from "@/lib/carriers/viber-bot/ask-bot";
import type { LinkVerdict } from "@/lib/domain/connection/link-verdict";
import { connectionDetails, type ConnectionDetails } from "@/lib/schemas/connection";
import type { TenantContext } from "../tenant-context";
import { openSecrets, type SealedRow } from "./merge-details";

/** Viber calls the address before it answers. */
const REGISTER_TIMEOUT_MS = 15_000;
/** A person waits for it, and nothing is lost where it does not come: calls to the old address are refused. */
const REMOVE_TIMEOUT_MS = 5_000;

export type BotDetails = Extract<ConnectionDetails, { kind: "viber_bot" }>;

/** Null: not a bot, or it cannot be read any more. */
export function botOf(row: SealedRow & { readonly config: unknown }): BotDetails | null {
  if (row.kind !== "viber_bot") return null;
  const parsed = connectionDetails.safeParse({ kind: row.kind, config: row.config, secrets: openSecrets(row) });
  return parsed.success && parsed.data.kind === "viber_bot" ? parsed.data : null;
}

/** Tells Viber where to call. Doing it again changes nothing. */
export function setBotWebhook({ config, secrets }: BotDetails, address: string): Promise<LinkVerdict> {
  const link = { baseUrl: config.baseUrl, botToken: secrets.botToken, wireTimeoutMs: REGISTER_TIMEOUT_MS };
  return registerViberBotWebhook(link, address);
}

/**
 * Tells Viber to call no more with a token that is not ours any longer. A bot has one webhook: where another connection of the account
 * goes on with the same token, it is that one's by now, and stays.
 *
 * @returns null: left as it is
 */
export async function unsetBotWebhook(ctx: TenantContext, details: BotDetails): Promise<LinkVerdict | null> {
  const others = await ctx.db.connection.findMany({
    where: { accountId: ctx.accountId, kind: "viber_bot", status: { not: "deleted" } },
  });
  const { botToken } = details.secrets;
  if (others.some((row) => botOf(row)?.secrets.botToken === botToken)) return null;
  return removeViberBotWebhook({ baseUrl: details.config.baseUrl, botToken, wireTimeoutMs: REMOVE_TIMEOUT_MS });
}
