import { AppError } from "@/lib/domain/app-error";
import type { LabFault, Laboratory } from "@/lib/schemas/laboratory";
import { authorise, type TenantContext } from "../tenant-context";
import { callSandbox } from "./call-sandbox";
import { findSandboxLinks, type NamedLink } from "./sandbox-links";
import { faultsAnswer, scenariosAnswer, type SandboxFault } from "./sandbox-shapes";

/** Ended faults that are still of interest. */
const MOST_ENDED = 5;

/**
 * What the laboratory shows: the links that lead to the sandbox, what goes wrong now, and the mix. Faults that another account set
 * for its own connections are not among them.
 *
 * @param sandboxUrl of this installation; null: it has none
 */
export async function readLaboratory(ctx: TenantContext, sandboxUrl: string | null): Promise<Laboratory> {
  authorise(ctx, "laboratory:use");
  const named = await findSandboxLinks(ctx, sandboxUrl);
  if (named.length === 0) return { state: "none" };
  const links = named.map(({ id, name, channel }) => ({ id, name, channel }));
  try {
    const [{ nowMs, faults }, { mix, magicNumbers }] = await Promise.all([
      callSandbox(sandboxUrl, { method: "GET", path: "faults" }, faultsAnswer),
      callSandbox(sandboxUrl, { method: "GET", path: "scenarios" }, scenariosAnswer),
    ]);
    const mine = faults.filter((fault) => concerns(fault, named));
    const ended = mine.filter(({ state }) => state === "ended").slice(0, MOST_ENDED);
    const live = mine.filter(({ state }) => state !== "ended");
    const shown = [...live, ...ended].map((fault) => describeFault(fault, named));
    return { state: "open", links, nowMs, faults: shown, mix, magicNumbers };
  } catch (error) {
    if (error instanceof AppError && error.code === "unavailable") return { state: "away", links };
    throw error;
  }
}

/** Without names it was set for everybody, by the sandbox's own address. */
function concerns({ connections }: SandboxFault, links: readonly NamedLink[]): boolean {
  return connections === undefined || connections.some((name) => links.some((link) => link.sandboxName === name));
}

/** Whether all that it is about is the account's own: only then may the account end it. */
export function isOwnFault({ connections }: SandboxFault, links: readonly NamedLink[]): boolean {
  return connections?.every((name) => links.some((link) => link.sandboxName === name)) ?? false;
}

function describeFault(fault: SandboxFault, links: readonly NamedLink[]): LabFault {
  const { params, share, note, numbers } = fault;
  const seconds = params.delayMs === undefined ? params.everyS : params.delayMs / 1_000;
  return {
    ...{ id: fault.id, kind: fault.kind, channel: fault.channel ?? null, state: fault.state, hits: fault.hits },
    ...{ startsAtMs: fault.startsAtMs, endsAtMs: fault.endsAtMs, note, numbers, sharePercent: share * 100 },
    amount: params.perSecond ?? params.every ?? seconds ?? null,
    format: params.format ?? null,
    scenario: params.scenario ?? null,
    isOwn: isOwnFault(fault, links),
  };
}
