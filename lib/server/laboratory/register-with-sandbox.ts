import { logger } from "../logger";
import type { TenantContext } from "../tenant-context";
import { callSandbox } from "./call-sandbox";
import { sandboxCustomersOf } from "./sandbox-customer";
import { findSandboxLinks } from "./sandbox-links";
import { anyAnswer } from "./sandbox-shapes";

type Addresses = { readonly webUrl: string; readonly sandboxUrl: string | null };

/** A person who saves a connection waits for it: a sandbox that hangs costs no more than this. */
const timeoutMs = 1_000;

/**
 * Tells the sandbox of the account's connections that lead to it, as a carrier comes to know its customer: with their secrets and
 * where their webhooks go. Doing it again changes nothing. A sandbox that is away is told another time: never a reason to fail.
 */
export async function registerWithSandbox(ctx: TenantContext, { webUrl, sandboxUrl }: Addresses): Promise<void> {
  try {
    const links = await findSandboxLinks(ctx, sandboxUrl);
    if (links.length === 0) return;
    const ids = links.map((link) => link.id);
    const rows = await ctx.db.connection.findMany({ where: { accountId: ctx.accountId, id: { in: ids } } });
    const body = await sandboxCustomersOf(ctx.db, rows, webUrl);
    await callSandbox(sandboxUrl, { method: "POST", path: "connections", body }, anyAnswer, timeoutMs);
  } catch (error) {
    logger().warn({ err: error }, "the sandbox was not told of the connections");
  }
}
