import { logger } from "../logger";
import { readStored } from "../connections/merge-details";
import { webhookAddress } from "../connections/webhook-address";
import type { Db } from "../db/prisma";
import { readApproved } from "../demo/sync-demo-carriers";
import type { TenantContext } from "../tenant-context";
import { callSandbox } from "./call-sandbox";
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
    const body: Record<string, object[]> = {};
    for (const row of rows) {
      const [list, customer] = await customerOf(ctx.db, row, webUrl);
      (body[list] ??= []).push(customer);
    }
    await callSandbox(sandboxUrl, { method: "POST", path: "connections", body }, anyAnswer, timeoutMs);
  } catch (error) {
    logger().warn({ err: error }, "the sandbox was not told of the connections");
  }
}

type Row = Awaited<ReturnType<TenantContext["db"]["connection"]["findMany"]>>[number];

/** All that the sandbox knows of it: what is left out here it forgets, so a business account comes with its templates. */
async function customerOf(db: Db, row: Row, webUrl: string): Promise<readonly [list: string, customer: object]> {
  const details = readStored(row);
  const webhookUrl = webhookAddress(details.kind, row.webhookToken, webUrl);
  switch (details.kind) {
    case "whatsapp_cloud": {
      const { accessToken, appSecret } = details.secrets;
      const { phoneNumberId, wabaId } = details.config;
      const templates = await readApproved(db, row);
      return ["whatsapp", { phoneNumberId, wabaId, templates, accessToken, appSecret, webhookUrl }];
    }
    case "viber_business": {
      const signingKey = details.secrets.signingKey ?? null;
      return ["viber", { serviceId: details.config.serviceId, signingKey, webhookUrl }];
    }
    case "viber_bot":
      return [
        "viberBot",
        { id: row.id, name: details.config.senderName, authToken: details.secrets.botToken, webhookUrl },
      ];
    case "http_sms":
      return ["httpSms", { accountSid: details.config.accountSid, authToken: details.secrets.authToken, webhookUrl }];
    default: {
      // As the connection was told to expect them; where it was told to guess, the sandbox gives it something to guess.
      const { systemId, receiptIdFormat } = details.config;
      return ["smpp", { systemId, password: details.secrets.password, receiptIdFormat }];
    }
  }
}
