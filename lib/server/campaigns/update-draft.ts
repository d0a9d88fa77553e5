import { AppError } from "@/lib/domain/app-error";
import type { Category } from "@/lib/domain/vocabulary";
import { WAIT_LIMITS_S } from "@/lib/schemas/accounts-fallback";
import type { UpdateDraftInput } from "@/lib/schemas/campaigns";
import type { Tx } from "../db/prisma";
import { authorise, type TenantContext } from "../tenant-context";
import { requireAudience } from "./create-draft";
import { defaultWaitS } from "./default-wait";
import { explainDraftMiss, sameMoment } from "./draft-guard";

/**
 * Saves what a step of the draft says. Choosing a template takes its current version; where that changes the category, the wait
 * goes back to the account's own for the new one, because its rules differ.
 *
 * Not audited: a draft reaches nobody, and launching is. Guarded by status and by the moment of the last change: of two tabs the
 * second gets a conflict, and a launched campaign is never changed.
 *
 * @throws AppError invalid_input | conflict | not_found
 */
export async function updateDraft(ctx: TenantContext, input: UpdateDraftInput): Promise<{ updatedAt: string }> {
  authorise(ctx, "campaigns:write");
  return ctx.transaction(async (tx) => {
    const where = { id: input.campaignId, accountId: ctx.accountId };
    const draft = await tx.campaign.findFirst({
      where: { ...where, status: "draft" },
      select: { category: true, updatedAt: true },
    });
    if (draft === null) throw await explainDraftMiss(tx, ctx, input.campaignId);
    const { templateId, audienceId, step, ...plain } = input.change;
    if (audienceId !== undefined) await requireAudience(tx, ctx, audienceId);
    const template = templateId === undefined ? null : await takeTemplate(tx, ctx, templateId, draft.category);
    const category = (template?.category ?? draft.category) as Category;
    if (plain.waitS !== undefined) requireWaitInLimits(plain.waitS, category);
    // A later moment in any case: two saves within one millisecond must not look the same to a third.
    const updatedAt = new Date(Math.max(ctx.now().getTime(), draft.updatedAt.getTime() + 1));
    const { count } = await tx.campaign.updateMany({
      where: { ...where, status: "draft", updatedAt: sameMoment(input.updatedAt) },
      data: {
        ...template,
        ...plain,
        ...(audienceId === undefined ? {} : { audienceId }),
        ...(step === undefined ? {} : { draftStep: step }),
        updatedAt,
      },
    });
    if (count === 0) throw await explainDraftMiss(tx, ctx, input.campaignId);
    return { updatedAt: updatedAt.toISOString() };
  });
}

async function takeTemplate(tx: Tx, ctx: TenantContext, templateId: string, categoryBefore: string) {
  const template = await tx.template.findFirst({
    where: { id: templateId, accountId: ctx.accountId, archivedAt: null },
    select: { currentVersion: true, category: true },
  });
  if (template === null)
    throw new AppError("not_found", "There is no such template.", { messageKey: "template.notFound" });
  const chosen = { templateId, templateVersion: template.currentVersion, category: template.category };
  if (template.category === categoryBefore) return chosen;
  return { ...chosen, waitS: await defaultWaitS(tx, ctx, template.category as Category) };
}

function requireWaitInLimits(waitS: number, category: Category): void {
  const { min, max } = WAIT_LIMITS_S[category];
  if (waitS >= min && waitS <= max) return;
  const key = waitS < min ? "field.tooSmall" : "field.tooBig";
  throw new AppError("invalid_input", "The wait is out of its limits.", {
    messageKey: "invalidInput",
    fields: { "change.waitS": key },
  });
}
