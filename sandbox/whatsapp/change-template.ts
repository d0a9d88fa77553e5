import { createHmac } from "node:crypto";
import { request } from "undici";
import { z } from "zod";
import type { Core } from "../core";
import { sandboxTemplateSchema } from "./template-store";

const wabaId = z.string().regex(/^\d{1,30}$/);

export const replaceTemplatesSchema = z.strictObject({
  wabaId,
  templates: z.array(sandboxTemplateSchema).max(10_000),
});

/** Approves templates, as Meta's reviewers do, or puts them in the state that each names; the others of the account stay. */
export function addTemplates(core: Core, { wabaId, templates }: z.output<typeof replaceTemplatesSchema>): object {
  const keyOf = ({ name, language }: { readonly name: string; readonly language: string }): string =>
    `${language} ${name}`;
  const all = new Map([...core.templates.list(wabaId), ...templates].map((one) => [keyOf(one), one]));
  core.templates.replace(wabaId, [...all.values()]);
  return { templates: all.size };
}

export const templateEventSchema = z.strictObject({
  wabaId,
  name: z.string().min(1),
  language: z.string().min(2),
  event: z.string().min(1),
  reason: z.string().nullable().default(null),
  /** Unix seconds; absent: now. For events out of order. */
  time: z.number().int().optional(),
});

/** Sets a template's state, as Meta's reviewers do, and tells the subscriber by a signed webhook; the answer says what that came to. */
export async function changeTemplate(core: Core, input: z.output<typeof templateEventSchema>): Promise<object> {
  const status = input.event === "PENDING_DELETION" ? "DELETED" : input.event;
  const rest = core.templates.list(input.wabaId);
  core.templates.replace(
    input.wabaId,
    rest.map((one) =>
      one.name === input.name && one.language === input.language
        ? { ...one, status, rejected_reason: input.reason ?? "NONE" }
        : one,
    ),
  );
  return { webhook: await post(core, input) };
}

async function post(core: Core, input: z.output<typeof templateEventSchema>): Promise<number | null> {
  const subscription = core.subscriptions.whatsAppBusiness(input.wabaId);
  if (!subscription?.webhookUrl) return null;
  const value = {
    event: input.event,
    message_template_id: 700_000_000_000,
    message_template_name: input.name,
    message_template_language: input.language,
    reason: input.reason ?? "NONE",
  };
  const change = { field: "message_template_status_update", value };
  const time = input.time ?? Math.floor(Date.now() / 1_000);
  const entry = [{ id: input.wabaId, time, changes: [change] }];
  const body = JSON.stringify({ object: "whatsapp_business_account", entry });
  const signature = createHmac("sha256", subscription.appSecret).update(body).digest("hex");
  try {
    const answer = await request(subscription.webhookUrl, {
      method: "POST",
      dispatcher: core.agent,
      headers: { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` },
      body,
    });
    await answer.body.dump();
    return answer.statusCode;
  } catch {
    return null;
  }
}
