import { AppError } from "@/lib/domain/app-error";
import type { Category, RouteKey } from "@/lib/domain/vocabulary";
import type { CreateDraftInput } from "@/lib/schemas/campaigns";
import { recordAudit } from "../audit/record-audit";
import type { Tx } from "../db/prisma";
import { authorise, type TenantContext } from "../tenant-context";
import { templateNotFound } from "../templates/get-template";
import { defaultWaitS } from "./default-wait";

/**
 * A draft from its first step on, so that nothing is lost on leaving. Until a template is chosen it holds the one changed last,
 * and the route that the account has connections for; `draft_step` tells that nobody has confirmed them yet.
 *
 * @throws AppError not_found (the audience) | conflict (no template yet)
 */
export async function createDraft(ctx: TenantContext, input: CreateDraftInput): Promise<{ campaignId: string }> {
  authorise(ctx, "campaigns:write");
  return ctx.transaction(async (tx) => {
    await requireAudience(tx, ctx, input.audienceId);
    const template = await tx.template.findFirst({
      where: {
        accountId: ctx.accountId,
        archivedAt: null,
        ...(input.templateId === undefined ? {} : { id: input.templateId }),
      },
      orderBy: { updatedAt: "desc" },
      select: { id: true, currentVersion: true, category: true },
    });
    if (template === null) {
      if (input.templateId !== undefined) throw templateNotFound();
      throw new AppError("conflict", "Write a template first.", { messageKey: "campaign.noTemplate" });
    }
    const now = ctx.now();
    const { id } = await tx.campaign.create({
      data: {
        accountId: ctx.accountId,
        name: input.name,
        audienceId: input.audienceId,
        category: template.category,
        templateId: template.id,
        templateVersion: template.currentVersion,
        route: await likelyRoute(tx, ctx),
        waitS: await defaultWaitS(tx, ctx, template.category as Category),
        draftStep: "message",
        createdBy: ctx.actor.kind === "user" ? ctx.actor.id : null,
        createdAt: now,
        updatedAt: now,
      },
      select: { id: true },
    });
    await recordAudit(tx, ctx, { action: "campaign.created", target: id, detail: { name: input.name } });
    return { campaignId: id };
  });
}

/** @throws AppError not_found */
export async function requireAudience(tx: Tx, ctx: TenantContext, audienceId: string): Promise<void> {
  const found = await tx.audience.findFirst({
    where: { id: audienceId, accountId: ctx.accountId, archivedAt: null },
    select: { id: true },
  });
  if (found === null)
    throw new AppError("not_found", "There is no such audience.", { messageKey: "campaign.noAudience" });
}

async function likelyRoute(tx: Tx, ctx: TenantContext): Promise<RouteKey> {
  const connections = await tx.connection.findMany({
    where: { accountId: ctx.accountId, status: "active" },
    select: { channel: true },
  });
  const has = new Set(connections.map(({ channel }) => channel));
  if (has.has(2)) return "viber-sms";
  return "whatsapp-sms";
}
