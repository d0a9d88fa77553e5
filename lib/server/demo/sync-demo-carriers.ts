import {
  httpSmsConfig,
  httpSmsSecrets,
  smppConfig,
  smppSecrets,
  viberBotConfig,
  viberBotSecrets,
  viberConfig,
  viberSecrets,
  whatsAppConfig,
  whatsAppSecrets,
} from "@/lib/schemas/connection";
import { componentsOf } from "@/lib/carriers/whatsapp/template-components";
import { isLoopbackHost } from "@/lib/domain/connection/loopback";
import { approvedShape } from "@/lib/schemas/whatsapp-templates";
import { connectionAssociatedData } from "../connections/save-connection";
import type { Db } from "../db/prisma";
import { unseal } from "../secrets/seal";
import type { DemoAddresses, SandboxSubscriptions, SandboxTemplate } from "./seed-accounts";

type Connection = Awaited<ReturnType<Db["connection"]["findMany"]>>[number];

/**
 * Points the demo accounts' connections at where the sandbox listens on this start, and tells what the sandbox must know of them:
 * derived from the database every time, so ports may change between starts and nothing else holds a copy of the secrets.
 * Connections of a demo account that a person pointed elsewhere (any address that is not loopback) are left alone.
 */
export async function syncDemoCarriers(db: Db, at: DemoAddresses): Promise<SandboxSubscriptions> {
  const accounts = await db.account.findMany({ where: { isDemo: true }, select: { id: true } });
  const connections = await db.connection.findMany({
    where: { accountId: { in: accounts.map((account) => account.id) }, status: { not: "deleted" } },
    orderBy: { createdAt: "asc" },
  });
  const subscriptions = {
    whatsapp: [] as SandboxSubscriptions["whatsapp"][number][],
    viberBot: [] as SandboxSubscriptions["viberBot"][number][],
    viber: [] as SandboxSubscriptions["viber"][number][],
    smpp: [] as SandboxSubscriptions["smpp"][number][],
    httpSms: [] as SandboxSubscriptions["httpSms"][number][],
  };
  for (const row of connections) await syncOne(db, row, at, subscriptions);
  return subscriptions;
}

type Lists = { [Kind in keyof SandboxSubscriptions]: SandboxSubscriptions[Kind][number][] };

async function syncOne(db: Db, row: Connection, at: DemoAddresses, into: Lists): Promise<void> {
  const secrets: unknown = JSON.parse(unseal(row.secrets, connectionAssociatedData(row.accountId, row.id)));
  const save = (config: object) =>
    db.connection.update({
      where: { accountId_id: { accountId: row.accountId, id: row.id } },
      data: { config: { ...config } },
    });
  const webhookUrl = (kind: string): string => `${at.webUrl}/api/webhooks/${kind}/${row.webhookToken}`;
  if (row.kind === "whatsapp_cloud") {
    const config = whatsAppConfig.parse(row.config);
    if (!isLoopbackHost(new URL(config.baseUrl).hostname)) return;
    await save({ ...config, baseUrl: at.sandboxUrl });
    const { accessToken, appSecret } = whatsAppSecrets.parse(secrets);
    into.whatsapp.push({
      ...{ phoneNumberId: config.phoneNumberId, accessToken, appSecret, webhookUrl: webhookUrl("whatsapp") },
      ...{ wabaId: config.wabaId, templates: await readApproved(db, row) },
    });
  } else if (row.kind === "viber_business") {
    const config = viberConfig.parse(row.config);
    if (!isLoopbackHost(new URL(config.baseUrl).hostname)) return;
    await save({ ...config, baseUrl: at.sandboxUrl });
    const { signingKey } = viberSecrets.parse(secrets);
    into.viber.push({ serviceId: config.serviceId, signingKey: signingKey ?? "", webhookUrl: webhookUrl("viber") });
  } else if (row.kind === "viber_bot") {
    const config = viberBotConfig.parse(row.config);
    if (!isLoopbackHost(new URL(config.baseUrl).hostname)) return;
    await save({ ...config, baseUrl: at.sandboxUrl });
    const { botToken } = viberBotSecrets.parse(secrets);
    into.viberBot.push({ id: row.id, name: config.senderName, authToken: botToken, webhookUrl: webhookUrl("viber") });
  } else if (row.kind === "http_sms") {
    const config = httpSmsConfig.parse(row.config);
    if (!isLoopbackHost(new URL(config.baseUrl).hostname)) return;
    await save({ ...config, baseUrl: at.sandboxUrl });
    const { authToken } = httpSmsSecrets.parse(secrets);
    into.httpSms.push({ accountSid: config.accountSid, authToken, webhookUrl: webhookUrl("sms") });
  } else {
    const config = smppConfig.parse(row.config);
    if (!isLoopbackHost(config.host)) return;
    await save({ ...config, host: at.smppHost, port: at.smppPort });
    const { password } = smppSecrets.parse(secrets);
    into.smpp.push({ systemId: config.systemId, password, receiptIdFormat: "decimal" });
  }
}

type ApprovedRow = {
  readonly name: string;
  readonly language: string;
  readonly status: string;
  readonly category: string | null;
  readonly shape: unknown;
  readonly ttl_s: number | null;
};

/** What the business account has, by what was last heard from it: the sandbox may have lost its memory. */
export async function readApproved(db: Db, { accountId, id }: Connection): Promise<readonly SandboxTemplate[]> {
  const rows = await db.$queryRaw<ApprovedRow[]>`
    SELECT name, language, status, category, shape, ttl_s FROM whatsapp_template
     WHERE account_id = ${accountId}::uuid AND connection_id = ${id}::uuid ORDER BY name, language`;
  return rows.flatMap(({ name, language, status, category, shape, ttl_s: ttlS }) => {
    const read = approvedShape.safeParse(shape);
    if (!read.success) return [];
    return {
      ...{ name, language, status, ...(category === null ? {} : { category }), components: componentsOf(read.data) },
      ...(ttlS === null ? {} : { message_send_ttl_seconds: ttlS }),
    };
  });
}
