"use server";

import { z } from "zod";
import { AppError } from "@/lib/domain/app-error";
import type { ActionResult } from "@/lib/schemas/action-result";
import { switchAccount } from "@/lib/server/accounts/switch-account";
import { contextOf, findSession } from "@/lib/server/web/page-session";
import { parseInput, toClientError } from "@/lib/server/web/to-client-error";

const input = z.object({ accountId: z.uuid("field.invalid").toLowerCase() });

/** No permission guards it: whoever has a session may look at any account they belong to. */
export async function switchAccountAction(raw: z.input<typeof input>): Promise<ActionResult<null>> {
  try {
    const session = await findSession();
    if (session === null) {
      throw new AppError("unauthenticated", "Your session has ended. Sign in again.", {
        messageKey: "unauthenticated",
      });
    }
    const { accountId } = parseInput(input, raw);
    await switchAccount(contextOf(session).db, { sessionId: session.sessionId, userId: session.user.id }, accountId);
    return { ok: true, data: null };
  } catch (error) {
    return { ok: false, error: await toClientError(error) };
  }
}
