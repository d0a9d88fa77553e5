import { AppError } from "@/lib/domain/app-error";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { callSandbox } from "./call-sandbox";
import { isOwnFault } from "./read-laboratory";
import { findSandboxLinks } from "./sandbox-links";
import { anyAnswer, faultsAnswer } from "./sandbox-shapes";

/**
 * Ends a fault of the account's own; what it kept back goes on its way. Of two people who stop it, the second gets a not_found.
 *
 * @throws AppError not_found, also for a fault of another account; unavailable
 */
export async function stopFault(
  ctx: TenantContext,
  { id }: { readonly id: string },
  sandboxUrl: string | null,
): Promise<void> {
  authorise(ctx, "laboratory:use");
  const links = await findSandboxLinks(ctx, sandboxUrl);
  if (links.length === 0) throw noSuchFault();
  const { faults } = await callSandbox(sandboxUrl, { method: "GET", path: "faults" }, faultsAnswer);
  const fault = faults.find((one) => one.id === id && one.state !== "ended");
  if (fault === undefined || !isOwnFault(fault, links)) throw noSuchFault();
  await ctx.transaction((tx) =>
    recordAudit(tx, ctx, { action: "laboratory.fault_stopped", target: id, detail: { id } }),
  );
  await callSandbox(sandboxUrl, { method: "DELETE", path: `faults/${id}` }, anyAnswer);
}

function noSuchFault(): AppError {
  return new AppError("not_found", "No such fault.", { messageKey: "notFound" });
}
