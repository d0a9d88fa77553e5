import { AppError } from "@/lib/domain/app-error";
import { CHANNEL_CODE } from "@/lib/domain/vocabulary";
import type { SuppressContactInput } from "@/lib/schemas/audiences";
import { recordAudit } from "../audit/record-audit";
import { authorise, withdrawPermissionLock, type TenantContext } from "../tenant-context";
import { contactNotFound } from "./get-contact";

/**
 * Opts a person out by hand: they asked on the phone, by e-mail, at the counter. Takes the permission lock, so that once this has
 * committed no send to them starts; one that a carrier has already still arrives.
 *
 * @throws AppError not_found, conflict when the same opt-out is in force
 */
export async function suppressContact(
  ctx: TenantContext,
  input: SuppressContactInput,
): Promise<{ readonly suppressionId: string }> {
  authorise(ctx, "audiences:write");
  return ctx.transaction(async (tx) => {
    const contact = await tx.contact.findUnique({
      where: { accountId_id: { accountId: ctx.accountId, id: input.contactId } },
      select: { e164: true },
    });
    if (contact === null) throw contactNotFound();
    await withdrawPermissionLock(tx, ctx.accountId);
    const evidence = JSON.stringify({ recorded_by: ctx.actor.name, note: input.note });
    const channel = input.channel === null ? null : CHANNEL_CODE[input.channel];
    const [made] = await tx.$queryRaw<{ id: string }[]>`
      INSERT INTO suppression (account_id, e164, channel, category, reason, evidence, created_at)
      VALUES (${ctx.accountId}::uuid, ${contact.e164}, ${channel}::smallint, ${input.category}, 'manual',
              ${evidence}::jsonb, ${ctx.now()})
      ON CONFLICT (account_id, e164, coalesce(channel, 0), coalesce(category, '')) WHERE lifted_at IS NULL DO NOTHING
      RETURNING id`;
    if (made === undefined) {
      throw new AppError("conflict", "This opt-out is in force already.", { messageKey: "contact.alreadyOptedOut" });
    }
    await recordAudit(tx, ctx, {
      action: "contact.opted_out",
      target: input.contactId,
      detail: { name: contact.e164, channel: input.channel, category: input.category },
    });
    return { suppressionId: made.id };
  });
}
