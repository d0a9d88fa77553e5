import { componentsOf, type TemplateComponent } from "@/lib/carriers/whatsapp/template-components";
import { approvedShape } from "@/lib/schemas/whatsapp-templates";
import { readStored } from "../connections/merge-details";
import { webhookAddress } from "../connections/webhook-address";
import type { Db } from "../db/prisma";

/** As Meta lists it. */
type SandboxTemplate = {
  readonly name: string;
  readonly language: string;
  readonly status: string;
  readonly category?: string;
  readonly components: readonly TemplateComponent[];
  readonly message_send_ttl_seconds?: number;
};

/** The sandbox's customers, by carrier, as its file of subscriptions and its admin API take them. */
export type SandboxSubscriptions = {
  readonly whatsapp: readonly {
    phoneNumberId: string;
    accessToken: string;
    appSecret: string;
    webhookUrl: string | null;
    wabaId: string | null;
    templates: readonly SandboxTemplate[];
  }[];
  readonly viber: readonly { serviceId: number; webhookUrl: string | null; signingKey: string | null }[];
  readonly viberBot: readonly { id: string; name: string; authToken: string; webhookUrl: string | null }[];
  readonly smpp: readonly { systemId: string; password: string; receiptIdFormat: "auto" | "hex" | "decimal" }[];
  readonly httpSms: readonly { accountSid: string; authToken: string; webhookUrl: string | null }[];
};

type Row = Awaited<ReturnType<Db["connection"]["findMany"]>>[number];

/**
 * All that the sandbox knows of these connections, as a carrier knows its customers: with their secrets and where their webhooks go.
 * What is left out here the sandbox forgets, so a business account comes with its templates.
 *
 * @throws AppError conflict where the settings of one cannot be read any more
 */
export async function sandboxCustomersOf(db: Db, rows: readonly Row[], webUrl: string): Promise<SandboxSubscriptions> {
  const lists: { [List in keyof SandboxSubscriptions]: SandboxSubscriptions[List][number][] } = {
    ...{ whatsapp: [], viber: [], viberBot: [], smpp: [], httpSms: [] },
  };
  for (const row of rows) {
    const details = readStored(row);
    const webhookUrl = webhookAddress(details.kind, row.webhookToken, webUrl);
    switch (details.kind) {
      case "whatsapp_cloud": {
        const { phoneNumberId, wabaId } = details.config;
        const { accessToken, appSecret } = details.secrets;
        const templates = await readApproved(db, row);
        lists.whatsapp.push({ phoneNumberId, wabaId, templates, accessToken, appSecret, webhookUrl });
        break;
      }
      case "viber_business": {
        const signingKey = details.secrets.signingKey ?? null;
        lists.viber.push({ serviceId: details.config.serviceId, signingKey, webhookUrl });
        break;
      }
      case "viber_bot": {
        const { botToken: authToken } = details.secrets;
        lists.viberBot.push({ id: row.id, name: details.config.senderName, authToken, webhookUrl });
        break;
      }
      case "http_sms": {
        const { authToken } = details.secrets;
        lists.httpSms.push({ accountSid: details.config.accountSid, authToken, webhookUrl });
        break;
      }
      default: {
        // As the connection was told to expect them; where it was told to guess, the sandbox gives it something to guess.
        const { systemId, receiptIdFormat } = details.config;
        lists.smpp.push({ systemId, password: details.secrets.password, receiptIdFormat });
      }
    }
  }
  return lists;
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
async function readApproved(db: Db, { accountId, id }: Row): Promise<readonly SandboxTemplate[]> {
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
