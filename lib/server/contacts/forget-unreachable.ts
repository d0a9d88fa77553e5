import { AppError } from "@/lib/domain/app-error";
import { CHANNEL_CODE } from "@/lib/domain/vocabulary";
import type { ForgetUnreachableInput } from "@/lib/schemas/audiences";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { contactNotFound } from "./get-contact";

/**
 * Forgets that a channel did not know the person's number, so that the next message tries it: they have just installed it. Blocks that are
 * leased at this moment still act on what they have read. That the channel is closed to the person's whole country is forgotten for everyone
 * there: it is tried again by asking.
 *
 * @throws AppError not_found, conflict when nothing is remembered (any more)
 */
export async function forgetUnreachable(ctx: TenantContext, input: ForgetUnreachableInput): Promise<void> {
  authorise(ctx, "audiences:write");
  await ctx.transaction(async (tx) => {
    const contact = await tx.contact.findUnique({
      where: { accountId_id: { accountId: ctx.accountId, id: input.contactId } },
      select: { e164: true, country: true },
    });
    if (contact === null) throw contactNotFound();
    const forgotten = await tx.$executeRaw`
      DELETE FROM reachability
      WHERE account_id = ${ctx.accountId}::uuid AND e164 IN (${contact.e164}, ${contact.country}) AND channel = ${CHANNEL_CODE[input.channel]}::smallint`;
    if (forgotten === 0) {
      throw new AppError("conflict", "Nothing is remembered of this number there.", {
        messageKey: "contact.nothingToForget",
      });
    }
    await recordAudit(tx, ctx, {
      action: "contact.reachability_forgotten",
      target: input.contactId,
      detail: { name: contact.e164, channel: input.channel },
    });
  });
}
