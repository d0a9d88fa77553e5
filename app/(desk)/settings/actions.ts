"use server";

import { cookies } from "next/headers";
import { AppError } from "@/lib/domain/app-error";
import { LOCALE_COOKIE, PREFERENCE_MAX_AGE_S } from "@/i18n/preferences";
import { accountSettingsInput, priceInput } from "@/lib/schemas/accounts";
import { fallbackPolicyInput, switchInput } from "@/lib/schemas/accounts-fallback";
import { changeOwnPasswordInput, ownLanguageInput } from "@/lib/schemas/people";
import { addPrice } from "@/lib/server/accounts/add-price";
import { loadFallback } from "@/lib/server/accounts/load-fallback";
import { setSmsFallback } from "@/lib/server/accounts/set-sms-fallback";
import { updateAccount } from "@/lib/server/accounts/update-account";
import { updateFallbackPolicy } from "@/lib/server/accounts/update-fallback-policy";
import { changeOwnPassword } from "@/lib/server/people/change-own-password";
import { setOwnLanguage } from "@/lib/server/people/set-own-language";
import { defineAction } from "@/lib/server/web/define-action";
import { findSession } from "@/lib/server/web/page-session";

export const setSmsFallbackAction = defineAction(
  { permission: "fallback:write", input: switchInput },
  async (ctx, input) => {
    await setSmsFallback(ctx, input);
    return loadFallback(ctx);
  },
);

export const updateFallbackPolicyAction = defineAction(
  { permission: "fallback:write", input: fallbackPolicyInput },
  async (ctx, input) => {
    await updateFallbackPolicy(ctx, input);
    return loadFallback(ctx);
  },
);

export const updateAccountAction = defineAction(
  { permission: "settings:write", input: accountSettingsInput },
  updateAccount,
);

export const addPriceAction = defineAction({ permission: "settings:write", input: priceInput }, addPrice);

/** Everybody may: the permission is one that every role has. */
export const changeOwnPasswordAction = defineAction(
  { permission: "overview:read", input: changeOwnPasswordInput },
  async (ctx, input) => {
    const session = await findSession();
    if (session === null) throw new AppError("unauthenticated", "Sign in again.", { messageKey: "unauthenticated" });
    await changeOwnPassword(ctx, input, session.sessionId);
  },
);

export const setOwnLanguageAction = defineAction(
  { permission: "overview:read", input: ownLanguageInput },
  async (ctx, input) => {
    await setOwnLanguage(ctx, input);
    const options = { path: "/", sameSite: "lax", httpOnly: true, maxAge: PREFERENCE_MAX_AGE_S } as const;
    (await cookies()).set(LOCALE_COOKIE, input.locale, options);
  },
);
