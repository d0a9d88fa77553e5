import "server-only";
import { AppError } from "@/lib/domain/app-error";
import type { Permission } from "@/lib/domain/permissions";
import { authorise, type TenantContext } from "../tenant-context";
import { contextOf, findSession } from "./page-session";

/** For actions and routes. @throws AppError unauthenticated | forbidden */
export async function requireTenant(permission: Permission): Promise<TenantContext> {
  const session = await findSession();
  if (session === null) {
    throw new AppError("unauthenticated", "Your session has ended. Sign in again.", { messageKey: "unauthenticated" });
  }
  const ctx = contextOf(session);
  authorise(ctx, permission);
  return ctx;
}
