import { checkHttpSmsLink } from "@/lib/carriers/http-sms/check-link";
import { checkSmppLink } from "@/lib/carriers/smpp/check-link";
import { checkViberBotLink } from "@/lib/carriers/viber-bot/ask-bot";
import { checkViberLink } from "@/lib/carriers/viber/check-link";
import { checkWhatsAppLink } from "@/lib/carriers/whatsapp/check-link";
import type { LinkVerdict } from "@/lib/domain/connection/link-verdict";
import type { ConnectionDetails } from "@/lib/schemas/connection";
import type { CheckConnectionInput } from "@/lib/schemas/connection-form";
import { authorise, type TenantContext } from "../tenant-context";
import { getStored } from "./find-stored";
import { mergeDetails, readStored } from "./merge-details";

/** A person waits for the answer. */
const CHECK_TIMEOUT_MS = 8_000;

/**
 * Tries a link as it is stored, as it would be with the changes given, or as it stands in a form. Sends nothing, stores nothing.
 *
 * @throws AppError not_found, also for a connection of another account; invalid_input where a secret is missing
 */
export async function checkConnection(ctx: TenantContext, input: CheckConnectionInput): Promise<LinkVerdict> {
  authorise(ctx, "connections:write");
  const stored = input.connectionId === null ? null : await getStored(ctx.db, ctx, input.connectionId);
  if (input.details !== null) return tryLink(mergeDetails(stored, input.details), CHECK_TIMEOUT_MS);
  return tryLink(readStored(stored), CHECK_TIMEOUT_MS);
}

export function tryLink(details: ConnectionDetails, wireTimeoutMs: number): Promise<LinkVerdict> {
  switch (details.kind) {
    case "whatsapp_cloud":
      return checkWhatsAppLink({ ...details.config, accessToken: details.secrets.accessToken, wireTimeoutMs });
    case "viber_business":
      return checkViberLink({ ...details.config, wireTimeoutMs });
    case "viber_bot":
      return checkViberBotLink({ ...details.config, botToken: details.secrets.botToken, wireTimeoutMs });
    case "http_sms":
      return checkHttpSmsLink({ ...details.config, authToken: details.secrets.authToken, wireTimeoutMs });
    case "smpp": {
      const { tls, tlsServername, tlsCa, ...config } = details.config;
      return checkSmppLink({
        ...{ ...config, password: details.secrets.password, wireTimeoutMs },
        tls: tls ? { servername: tlsServername, ca: tlsCa } : null,
      });
    }
  }
}
