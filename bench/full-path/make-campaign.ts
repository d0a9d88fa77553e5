import { randomUUID } from "node:crypto";
import type { Category, RouteKey } from "../../lib/domain/vocabulary";
import { tenantContext, type TenantContext } from "../../lib/server/tenant-context";
import type { Stack } from "./start-stack";

export function contextOf({ account, db, sql }: Stack): TenantContext {
  const actor = { kind: "user", id: account.adminId, name: "bench", role: "admin" } as const;
  return tenantContext(
    { accountId: account.accountId, shard: account.shard, actor },
    { db, sql, now: () => new Date() },
  );
}

export async function makeTemplate(stack: Stack, category: Category, body: string): Promise<string> {
  const { createTemplate } = await import("../../lib/server/templates/create-template");
  const { templateId } = await createTemplate(contextOf(stack), {
    name: `Bench ${category} ${randomUUID()}`,
    content: {
      ...{ language: "en", category, body },
      whatsapp: { imageUrl: null, footer: null, buttons: [], templateName: "bench" },
      viber: { imageUrl: null, button: null },
      sms: { text: null, keepLink: false },
    },
  });
  return templateId;
}

/**
 * A campaign ready to be launched. The numbers' last four digits lie outside the sandbox's magic ones, so that each does what the mix says.
 *
 * @param waitS the wait before fallback
 * @param first the place of the first number: campaigns of one stack take numbers of their own
 */
export async function makeCampaign(
  stack: Stack,
  people: number,
  route: RouteKey,
  waitS: number,
  first = 1,
): Promise<string> {
  const { sql, db, account } = stack;
  const { accountId } = account;
  const templateId = await makeTemplate(stack, "marketing", "Hello {{name|friend}}, 20% off this week.");
  const audience = await db.audience.create({ data: { accountId, name: `Everyone from ${first}` } });
  await sql.query(
    `WITH people AS (INSERT INTO contact (account_id, e164, country, name)
       SELECT $1, '+374' || (7000 + n / 9000)::text || (1000 + n % 9000)::text, 'AM', 'Ani' FROM generate_series($4::integer, $4::integer + $3::integer - 1) n RETURNING id)
     INSERT INTO audience_member (account_id, audience_id, contact_id) SELECT $1, $2, id FROM people`,
    [accountId, audience.id, people, first],
  );
  await sql.query("VACUUM ANALYZE contact, audience_member");
  const { id } = await db.campaign.create({
    data: {
      ...{ accountId, name: "Bench", category: "marketing", templateId, templateVersion: 1, audienceId: audience.id },
      ...{ route, waitS, fallbackMode: "on" },
    },
  });
  return id;
}
