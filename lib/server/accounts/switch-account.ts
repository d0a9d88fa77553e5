import { AppError } from "@/lib/domain/app-error";
import type { Db } from "../db/prisma";

/**
 * Moves one open session to another account of its person, and remembers it for the next sign-in. The membership is checked by the
 * write itself, so that one withdrawn at this moment leads nowhere.
 *
 * Takes no TenantContext: it is about which account there will be one of.
 *
 * @throws AppError not_found for an account the person does not belong to, there or not; unauthenticated if the session is over
 */
export async function switchAccount(
  db: Db,
  session: { readonly sessionId: string; readonly userId: string },
  accountId: string,
): Promise<void> {
  await db.$transaction(async (tx) => {
    const moved = await tx.$executeRaw`
      UPDATE session s SET account_id = m.account_id
        FROM membership m
       WHERE s.id = ${session.sessionId}::uuid AND s.user_id = ${session.userId}::uuid AND s.ended_at IS NULL
         AND m.user_id = s.user_id AND m.account_id = ${accountId}::uuid`;
    if (moved === 0) throw new AppError("not_found", "No such account.", { messageKey: "notFound" });
    await tx.user.update({ where: { id: session.userId }, data: { lastAccountId: accountId } });
  });
}
