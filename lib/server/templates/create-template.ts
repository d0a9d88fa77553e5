import type { CreateTemplateInput } from "@/lib/schemas/templates";
import { recordAudit } from "../audit/record-audit";
import type { Tx } from "../db/prisma";
import { authorise, type TenantContext } from "../tenant-context";
import { requireSendable } from "./check-template";
import { withUniqueTemplateName } from "./template-name-taken";

/** @throws AppError invalid_input (also when the name is taken) */
export async function createTemplate(
  ctx: TenantContext,
  input: CreateTemplateInput,
): Promise<{ templateId: string; version: number }> {
  authorise(ctx, "templates:write");
  requireSendable(input.content);
  return withUniqueTemplateName(() =>
    ctx.transaction(async (tx) => {
      const templateId = await insertTemplate(tx, ctx, input);
      await recordAudit(tx, ctx, { action: "template.created", target: templateId, detail: { name: input.name } });
      return { templateId, version: 1 };
    }),
  );
}

/** The template and its first version. */
export async function insertTemplate(tx: Tx, ctx: TenantContext, input: CreateTemplateInput): Promise<string> {
  const createdBy = ctx.actor.kind === "user" ? ctx.actor.id : null;
  const { category, language } = input.content;
  const now = ctx.now();
  const { id } = await tx.template.create({
    data: {
      accountId: ctx.accountId,
      name: input.name,
      category,
      language,
      currentVersion: 1,
      createdBy,
      createdAt: now,
      updatedAt: now,
    },
    select: { id: true },
  });
  await tx.templateVersion.create({
    data: { accountId: ctx.accountId, templateId: id, version: 1, content: input.content, createdBy, createdAt: now },
  });
  return id;
}
