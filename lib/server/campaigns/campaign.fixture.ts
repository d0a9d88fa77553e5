import type { TemplateContent } from "@/lib/domain/template-content";
import { CHANNEL_CODE, type Channel } from "@/lib/domain/vocabulary";
import type { TestAccount, TestDatabase } from "../../../tests/int/harness";
import { createTemplate } from "../templates/create-template";

/** A template, an audience and connections: what a draft needs. For tests. */
export async function campaignGround(
  database: TestDatabase,
  account: TestAccount,
  change: Partial<TemplateContent> = {},
) {
  const { accountId } = account;
  const link = { kind: "url", label: "More", url: "https://bank.example/x" } as const;
  const content: TemplateContent = {
    language: "en",
    category: "marketing",
    body: "{{first_name|Dear customer}}, 20% off this week.",
    whatsapp: { imageUrl: null, footer: null, buttons: [link], templateName: "offer" },
    viber: { imageUrl: null, button: link },
    sms: { text: null, keepLink: true },
    ...change,
  };
  const { templateId } = await createTemplate(account.as("marketer"), { name: "Offer", content });
  const audience = await database.db.audience.create({ data: { accountId, name: "Everyone" } });
  return { content, templateId, audienceId: audience.id };
}

export async function addConnection(database: TestDatabase, account: TestAccount, channel: Channel): Promise<void> {
  await database.db.connection.create({
    data: {
      accountId: account.accountId,
      kind: { whatsapp: "whatsapp_cloud", viber: "viber_business", sms: "smpp" }[channel],
      channel: CHANNEL_CODE[channel],
      name: channel,
      config: {},
      secrets: new Uint8Array(),
      webhookToken: `${channel}-${account.accountId}`,
    },
  });
}

export type Person = { readonly e164: string; readonly name?: string; readonly attributes?: Record<string, string> };

export async function addPeople(
  database: TestDatabase,
  account: TestAccount,
  audienceId: string,
  people: readonly Person[],
): Promise<void> {
  const { accountId } = account;
  const rows = await database.db.contact.createManyAndReturn({
    data: people.map((person) => ({
      accountId,
      e164: person.e164,
      country: person.e164.startsWith("+374") ? "AM" : "DE",
      name: person.name ?? null,
      attributes: person.attributes ?? {},
    })),
    select: { id: true },
  });
  await database.db.audienceMember.createMany({
    data: rows.map(({ id }) => ({ accountId, audienceId, contactId: id })),
  });
}
