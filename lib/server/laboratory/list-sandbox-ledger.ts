import type { z } from "zod";
import { parseReference } from "@/lib/domain/dispatch/attempt-reference";
import type { LedgerLine, LedgerPage, LedgerQuery } from "@/lib/schemas/laboratory";
import { authorise, type TenantContext } from "../tenant-context";
import { callSandbox } from "./call-sandbox";
import { findSandboxLinks } from "./sandbox-links";
import { ledgerAnswer } from "./sandbox-shapes";

const PAGE = 50;

type Entry = z.output<typeof ledgerAnswer>["entries"][number];

/** What the sandbox took over the account's own connections, newest first. Half a number finds nothing. */
export async function listSandboxLedger(
  ctx: TenantContext,
  { to, channel, before }: LedgerQuery,
  sandboxUrl: string | null,
): Promise<LedgerPage> {
  authorise(ctx, "laboratory:use");
  const links = await findSandboxLinks(ctx, sandboxUrl);
  const number = to === undefined || to === "" ? null : `+${to.replace(/\D/g, "")}`;
  if (links.length === 0 || (number !== null && !/^\+\d{7,15}$/.test(number))) return { lines: [], next: null };
  const search = new URLSearchParams({
    ...{ order: "newest", limit: String(PAGE), after: String(before) },
    connections: links.map((link) => link.sandboxName).join(","),
    ...(number !== null && { to: number }),
    ...(channel !== undefined && { channel }),
  });
  const { entries, next } = await callSandbox(sandboxUrl, { method: "GET", path: `ledger?${search}` }, ledgerAnswer);
  return { lines: entries.map(describeEntry), next };
}

function describeEntry({ reference, receipts, ...entry }: Entry): LedgerLine {
  const { seq, channel, to, text, atMs, scenario, faults } = entry;
  const told = receipts.filter(({ acknowledged }) => acknowledged).length;
  const messageId = parseReference(reference)?.messageId ?? null;
  return { seq, channel, to, text, atMs, scenario, faults, planned: receipts.length, told, messageId };
}
