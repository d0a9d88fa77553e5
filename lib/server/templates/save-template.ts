import { AppError } from "@/lib/domain/app-error";
import type { SaveTemplateInput } from "@/lib/schemas/templates";
import { recordAudit } from "../audit/record-audit";
import type { Tx } from "../db/prisma";
import { authorise, type TenantContext } from "../tenant-context";
import { requireSendable } from "./check-template";
import { templateNotFound } from "./get-template";
import { withUniqueTemplateName } from "./template-name-taken";

/**
 * Writes the next version; the earlier ones stay as they are, because messages refer to them.
 *
 * The version that was edited is part of the `where`: of two editors the first wins and the second
 * gets a conflict, with their text still in their browser.
 *
 * @throws AppError invalid_input | conflict | not_found
 */
export async function saveTemplate(ctx: TenantContext, input: SaveTemplateInput): Promise<{ version: number }> {
  authorise(ctx, "templates:write");
  requireSendable(input.content);
  const { templateId, baseVersion, name, content } = input;
  const version = baseVersion + 1;
  return withUniqueTemplateName(() =>
    ctx.transaction(async (tx) => {
      const { count } = await tx.template.updateMany({
        where: { id: templateId, accountId: ctx.accountId, currentVersion: baseVersion, archivedAt: null },
        data: {
          name,
          category: content.category,
          language: content.language,
          currentVersion: version,
          updatedAt: ctx.now(),
        },
      });
      if (count === 0) throw await explainMiss(tx, ctx, templateId);
      const createdBy = ctx.actor.kind === "user" ? ctx.actor.id : null;
      await tx.templateVersion.create({
        data: { accountId: ctx.accountId, templateId, version, content, createdBy, createdAt: ctx.now() },
      });
      await recordAudit(tx, ctx, { action: "template.saved", target: templateId, detail: { name, version } });
      return { version };
    }),
  );
}

async function explainMiss(tx: Tx, ctx: TenantContext, templateId: string): Promise<AppError> {
  const found = await tx.template.findFirst({
    where: { id: templateId, accountId: ctx.accountId },
    select: { currentVersion: true, archivedAt: true },
  });
  if (found === null) return templateNotFound();
  if (found.archivedAt !== null) {
    return new AppError("conflict", "The template was archived meanwhile.", { messageKey: "template.archived" });
  }
  return new AppError("conflict", "Someone saved a newer version while you were writing.", {
    messageKey: "template.changed",
    values: { version: found.currentVersion },
  });
}
