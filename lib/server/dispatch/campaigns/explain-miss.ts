import { AppError } from "@/lib/domain/app-error";
import type { CampaignStatus } from "@/lib/domain/vocabulary";
import type { Tx } from "../../db/prisma";
import type { TenantContext } from "../../tenant-context";

/** Why a guarded write hit no row: there is no such campaign in this account, or someone else moved it first. */
export async function explainMiss(
  tx: Tx,
  ctx: TenantContext,
  campaignId: string,
  wanted: CampaignStatus,
): Promise<AppError> {
  const found = await tx.campaign.findUnique({
    where: { accountId_id: { accountId: ctx.accountId, id: campaignId } },
    select: { status: true },
  });
  if (found === null) return new AppError("not_found", "No such campaign.", { messageKey: "notFound" });
  return new AppError("conflict", `The campaign is ${found.status} and cannot become ${wanted}.`, {
    messageKey: "conflict",
    values: { status: found.status, wanted },
  });
}
