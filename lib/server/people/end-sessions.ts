import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { closeSessions, lockPeople, requireMember } from "./lock-people";

/** Signs a person out of every browser in this account. @returns how many sessions that were */
export async function endSessions(ctx: TenantContext, input: { readonly userId: string }): Promise<{ ended: number }> {
  authorise(ctx, "people:write");
  return ctx.transaction(async (tx) => {
    await lockPeople(tx, ctx);
    const member = await requireMember(tx, ctx, input.userId);
    const ended = await closeSessions(tx, ctx, input.userId);
    if (ended > 0) {
      const detail = { name: member.name, count: ended };
      await recordAudit(tx, ctx, { action: "person.sessions_ended", target: input.userId, detail });
    }
    return { ended };
  });
}
