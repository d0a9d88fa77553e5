import { AppError } from "@/lib/domain/app-error";
import type { TenantContext } from "../tenant-context";

export type AudienceRow = {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly archivedAt: Date | null;
};

/** @throws AppError not_found, also for another account's */
export async function getAudienceRow(ctx: TenantContext, audienceId: string): Promise<AudienceRow> {
  const row = await ctx.db.audience.findUnique({
    where: { accountId_id: { accountId: ctx.accountId, id: audienceId } },
    select: { id: true, name: true, createdAt: true, archivedAt: true },
  });
  if (row === null) throw audienceNotFound();
  return row;
}

export function audienceNotFound(): AppError {
  return new AppError("not_found", "There is no such audience.", { messageKey: "audience.notFound" });
}

export function audienceNameTaken(): AppError {
  return new AppError("conflict", "Another audience has this name.", {
    messageKey: "audience.nameTaken",
    fields: { name: "audience.nameTaken", "audience.name": "audience.nameTaken" },
  });
}

export function audienceArchived(): AppError {
  return new AppError("conflict", "This audience is archived.", { messageKey: "audience.archived" });
}
