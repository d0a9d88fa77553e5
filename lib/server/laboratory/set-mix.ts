import { AppError } from "@/lib/domain/app-error";
import type { MixInput } from "@/lib/schemas/laboratory";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { callSandbox } from "./call-sandbox";
import { findSandboxLinks } from "./sandbox-links";
import { anyAnswer } from "./sandbox-shapes";

/**
 * What becomes of the numbers for which nothing else is said. The mix is the sandbox's, one for all accounts of this installation.
 *
 * @throws AppError conflict when no connection of the account leads there, unavailable
 */
export async function setMix(ctx: TenantContext, input: MixInput, sandboxUrl: string | null): Promise<void> {
  authorise(ctx, "laboratory:use");
  const { channel, shares } = input;
  const links = await findSandboxLinks(ctx, sandboxUrl);
  if (!links.some((link) => link.channel === channel)) {
    throw new AppError("conflict", "No connection leads to the sandbox there.", { messageKey: "laboratory.noLink" });
  }
  await ctx.transaction((tx) => recordAudit(tx, ctx, { action: "laboratory.mix_changed", detail: { channel } }));
  await callSandbox(sandboxUrl, { method: "PUT", path: "scenarios", body: { mix: { [channel]: shares } } }, anyAnswer);
}
