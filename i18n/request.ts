import { cookies, headers } from "next/headers";
import { unstable_rethrow } from "next/navigation";
import { getRequestConfig } from "next-intl/server";
import { findSession } from "@/lib/server/web/page-session";
import type { Locale } from "@/lib/domain/vocabulary";
import { FORMATS } from "./formats";
import { loadMessages } from "./load-messages";
import { isLocale, LOCALE_COOKIE, localeFromHeader } from "./preferences";

/**
 * The language is never in the path: cookie, else the browser's wish, else English. Times are shown in
 * the account's zone, because "sent at 09:00" is a fact about the account, not about the reader's laptop.
 */
export default getRequestConfig(async ({ locale: asked }) => {
  const locale = isLocale(asked) ? asked : await localeOfRequest();
  const [messages, timeZone] = await Promise.all([loadMessages(locale), accountTimeZone()]);
  return {
    locale,
    // next-intl takes any tree of strings
    messages: messages as Record<string, never>,
    timeZone,
    now: new Date(),
    formats: FORMATS,
  };
});

async function localeOfRequest(): Promise<Locale> {
  const chosen = (await cookies()).get(LOCALE_COOKIE)?.value;
  return isLocale(chosen) ? chosen : localeFromHeader((await headers()).get("accept-language"));
}

/** Without a session, or while the database is away, pages must still be able to say so. */
async function accountTimeZone(): Promise<string> {
  try {
    return (await findSession())?.account.timeZone ?? "UTC";
  } catch (error) {
    unstable_rethrow(error);
    return "UTC";
  }
}
