"use server";

import { cookies } from "next/headers";
import { isLocale, isTheme, LOCALE_COOKIE, PREFERENCE_MAX_AGE_S, THEME_COOKIE } from "@/i18n/preferences";

/*
 * Preferences of this browser; they touch no account, so they need no session. Anything that is not one
 * of the known words is ignored: an action can be called with whatever a client sends.
 */

export async function setLocaleAction(locale: unknown): Promise<void> {
  if (isLocale(locale)) await keep(LOCALE_COOKIE, locale);
}

export async function setThemeAction(theme: unknown): Promise<void> {
  if (isTheme(theme)) await keep(THEME_COOKIE, theme);
}

async function keep(name: string, value: string): Promise<void> {
  (await cookies()).set(name, value, { path: "/", sameSite: "lax", httpOnly: true, maxAge: PREFERENCE_MAX_AGE_S });
}
