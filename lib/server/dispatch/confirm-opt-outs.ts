import type { Logger } from "pino";
import type { InboundMessage } from "@/lib/carriers/connector";
import { REPLY_GAP_MS, replyLocale } from "@/lib/domain/dispatch/opt-out-reply";
import { DEFAULT_WAIT_S } from "@/lib/domain/dispatch/dispatch-policy";
import { normalisePhone, phoneCountryOf } from "@/lib/domain/phone/normalise-phone";
import { plainContent, ROUTE_BY_FIRST_CHANNEL } from "@/lib/domain/template/plain-content";
import type { Channel, Locale } from "@/lib/domain/vocabulary";
import en from "@/messages/en/replies.json";
import hy from "@/messages/hy/replies.json";
import ru from "@/messages/ru/replies.json";
import { systemContext, type ContextDependencies, type TenantContext } from "../tenant-context";
import { enqueueMessage } from "./enqueue-message";
import { noteServiceWindow } from "./inbound/service-window";
import { receiveInbound, type From } from "./receive-inbound";

const TEXT = { en: en.optedOut, hy: hy.optedOut, ru: ru.optedOut } as const satisfies Record<Locale, string>;

type ReplyDeps = ContextDependencies & { readonly logger: Logger };

/** Takes in what people write ({@link receiveInbound}) and answers those who have opted out by it. */
export async function hearInbound(deps: ReplyDeps, from: From, messages: readonly InboundMessage[]): Promise<void> {
  // First, so that the confirmation, a free text, finds the window open.
  await noteServiceWindow(deps.sql, from, messages, deps.now().getTime());
  await confirmOptOuts(deps, from, await receiveInbound(deps.sql, from, messages));
}

/**
 * Tells people who have just opted out that they were heard: once, by the channel they wrote on, in their language. After the opt-out has
 * committed and apart from it: a crash between the two, or a failure here, leaves the opt-out and no confirmation, never two.
 *
 * @param e164s what {@link receiveInbound} returned
 */
export async function confirmOptOuts(deps: ReplyDeps, from: From, e164s: readonly string[]): Promise<void> {
  if (e164s.length === 0) return;
  try {
    const ctx = await systemContext("opt-out", from.accountId, deps);
    for (const e164 of e164s) await confirmOne(ctx, from.channel, e164);
  } catch (err) {
    deps.logger.error({ err, connectionId: from.id }, "an opt-out counts, but could not be confirmed to the person");
  }
}

async function confirmOne(ctx: TenantContext, channel: Channel, e164: string): Promise<void> {
  const account = await ctx.db.account.findUniqueOrThrow({ where: { id: ctx.accountId } });
  const known = await ctx.db.contact.findUnique({
    where: { accountId_e164: { accountId: ctx.accountId, e164 } },
    select: { language: true, country: true },
  });
  const country = known?.country ?? countryOf(e164, account.defaultCountry);
  const locale = replyLocale(known?.language ?? null, country);
  await ctx.transaction(async (tx) => {
    const now = ctx.now();
    const since = new Date(now.getTime() - REPLY_GAP_MS);
    const isFirst = await tx.$executeRaw`
      INSERT INTO opt_out_reply AS r (account_id, e164, replied_at) VALUES (${ctx.accountId}::uuid, ${e164}, ${now})
      ON CONFLICT (account_id, e164) DO UPDATE SET replied_at = excluded.replied_at WHERE r.replied_at <= ${since}`;
    if (isFirst === 0) return;
    await enqueueMessage(tx, ctx, {
      ...{ e164, country, category: "utility", route: ROUTE_BY_FIRST_CHANNEL[channel], fallbackMode: "off" },
      ...{ waitS: DEFAULT_WAIT_S.utility, templateId: null, templateVersion: null, vars: {}, apiKeyId: null },
      content: plainContent(
        TEXT[locale].replace("{account}", () => withoutBraces(account.name)),
        locale,
        "utility",
      ),
    });
  });
}

/** In a message's text they would open a variable. */
function withoutBraces(name: string): string {
  return name.replace(/[{}]/g, "");
}

function countryOf(e164: string, defaultCountry: string): string {
  const phone = normalisePhone(e164, phoneCountryOf(defaultCountry));
  return phone.ok ? phone.country : defaultCountry;
}
