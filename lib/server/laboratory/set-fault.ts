import { AppError } from "@/lib/domain/app-error";
import { FAULT_PRESETS, type FaultPreset } from "@/lib/domain/laboratory/vocabulary";
import type { Channel } from "@/lib/domain/vocabulary";
import type { FaultInput } from "@/lib/schemas/laboratory";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { callSandbox } from "./call-sandbox";
import { findSandboxLinks } from "./sandbox-links";
import { faultAnswer } from "./sandbox-shapes";

/** Sets one of the faults that people try first. @throws AppError conflict, unavailable */
export async function setPreset(
  ctx: TenantContext,
  { preset }: { readonly preset: FaultPreset },
  sandboxUrl: string | null,
): Promise<{ id: string }> {
  const { kind, channel = null }: { readonly kind: FaultInput["kind"]; readonly channel?: Channel | null } =
    FAULT_PRESETS[preset];
  const isSms = kind === "ids" || kind === "session_drops";
  return setInSandbox(ctx, sandboxUrl, kind, isSms ? "sms" : channel, { preset });
}

/**
 * Lets something go wrong on the account's own connections, and on nobody else's.
 *
 * @throws AppError conflict when no connection leads there, invalid_input, unavailable
 */
export async function setFault(
  ctx: TenantContext,
  input: FaultInput,
  sandboxUrl: string | null,
): Promise<{ id: string }> {
  const isSms = input.kind === "ids" || input.kind === "session_drops";
  const channel = isSms ? "sms" : input.channel;
  const { startsAt, minutes, note, numbers, sharePercent } = input;
  return setInSandbox(ctx, sandboxUrl, input.kind, channel, {
    ...{ kind: input.kind, params: paramsOf(input) },
    ...(channel !== null && { channel }),
    ...(startsAt !== null && { startsAt }),
    ...(minutes !== null && { durationS: minutes * 60 }),
    ...(note !== "" && { note }),
    ...(input.kind !== "session_drops" && { share: sharePercent / 100, ...(numbers.length > 0 && { numbers }) }),
  });
}

/** The audit log has it before the sandbox does: an answer that is lost may have been taken all the same. */
async function setInSandbox(
  ctx: TenantContext,
  sandboxUrl: string | null,
  kind: FaultInput["kind"],
  channel: Channel | null,
  body: object,
): Promise<{ id: string }> {
  authorise(ctx, "laboratory:use");
  const links = await findSandboxLinks(ctx, sandboxUrl);
  const connections = links
    .filter((link) => channel === null || link.channel === channel)
    .map((link) => link.sandboxName);
  if (connections.length === 0) {
    throw new AppError("conflict", "No connection leads to the sandbox there.", { messageKey: "laboratory.noLink" });
  }
  await ctx.transaction((tx) => recordAudit(tx, ctx, { action: "laboratory.fault_set", detail: { kind, channel } }));
  const request = { method: "POST" as const, path: "faults", body: { ...body, connections } };
  const { fault } = await callSandbox(sandboxUrl, request, faultAnswer);
  return { id: fault.id };
}

function paramsOf({ kind, amount, format, scenario }: FaultInput): object {
  switch (kind) {
    case "throttle":
      return { perSecond: amount };
    case "answer_errors":
      return { every: amount };
    case "slow_answers":
    case "receipts_late":
      return { delayMs: amount === null ? null : Math.round(amount * 1_000) };
    case "session_drops":
      return { everyS: amount };
    case "ids":
      return { format };
    case "scenario":
      return { scenario };
    default:
      return {};
  }
}
