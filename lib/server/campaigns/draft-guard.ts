import { AppError } from "@/lib/domain/app-error";
import type { Tx } from "../db/prisma";
import type { TenantContext } from "../tenant-context";
import { campaignNotFound } from "./get-campaign";

/** PostgreSQL keeps microseconds and the browser sends milliseconds. */
export function sameMoment(iso: string): { gte: Date; lt: Date } {
  const gte = new Date(iso);
  return { gte, lt: new Date(gte.getTime() + 1) };
}

/** Why a guarded write on a draft hit nothing. */
export async function explainDraftMiss(tx: Tx, ctx: TenantContext, campaignId: string): Promise<AppError> {
  const found = await tx.campaign.findFirst({
    where: { id: campaignId, accountId: ctx.accountId },
    select: { status: true },
  });
  if (found === null) return campaignNotFound();
  if (found.status !== "draft") {
    return new AppError("conflict", "This campaign has been launched already.", { messageKey: "campaign.notDraft" });
  }
  return new AppError("conflict", "The draft was changed in another window.", { messageKey: "campaign.draftChanged" });
}
