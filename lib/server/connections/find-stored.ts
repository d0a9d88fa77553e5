import { AppError } from "@/lib/domain/app-error";
import type { Tx } from "../db/prisma";
import type { TenantContext } from "../tenant-context";

/** The row of a connection that is not deleted. @throws AppError not_found, also for a connection of another account */
export async function getStored(tx: Tx | TenantContext["db"], ctx: TenantContext, id: string) {
  const row = await tx.connection.findFirst({ where: { accountId: ctx.accountId, id, status: { not: "deleted" } } });
  if (row === null) throw noSuchConnection();
  return row;
}

export function noSuchConnection(): AppError {
  return new AppError("not_found", "No such connection.", { messageKey: "notFound" });
}
