"use client";

import { useTranslations } from "next-intl";
import type { ActionResult } from "@/lib/schemas/action-result";

/**
 * Server actions answer their errors, but a call may never reach the server or never come back: no network, a body too large, a
 * page older than the server. Around a call this makes an answer of that too, so that a form neither hangs nor loses what was typed.
 */
export function useAnswer(): <T>(call: Promise<ActionResult<T>>) => Promise<ActionResult<T>> {
  const t = useTranslations("common");
  return (call) =>
    call.catch(() => ({
      ok: false,
      error: { code: "unavailable", message: t("noAnswer"), fields: {}, reference: null },
    }));
}
