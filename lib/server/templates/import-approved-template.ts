import { AppError } from "@/lib/domain/app-error";
import { contentFromApproved, importObstacle } from "@/lib/domain/template/from-approved";
import { approvedShape, type ImportApprovedInput } from "@/lib/schemas/whatsapp-templates";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { insertTemplate } from "./create-template";
import { templateNotFound } from "./get-template";
import { withUniqueTemplateName } from "./template-name-taken";

/**
 * Makes a template of ours out of one of the business account, by the name it has there. One with a picture comes without it: the
 * editor asks for it before the template can be saved or sent.
 *
 * @throws AppError not_found | conflict (it has what we cannot send) | invalid_input (the name is taken)
 */
export async function importApprovedTemplate(
  ctx: TenantContext,
  { connectionId, name, language }: ImportApprovedInput,
): Promise<{ templateId: string }> {
  authorise(ctx, "templates:write");
  const { rows } = await ctx.sql.query<{ category: string | null; shape: unknown }>(
    `SELECT category, shape FROM whatsapp_template
      WHERE account_id = $1 AND connection_id = $2 AND name = $3 AND language = $4`,
    [ctx.accountId, connectionId, name, language],
  );
  const row = rows[0];
  if (row === undefined) throw templateNotFound();
  const shape = approvedShape.safeParse(row.shape).data ?? null;
  if (shape === null || importObstacle(shape) !== null) {
    throw new AppError("conflict", "The template has parts that cannot be sent from here.", {
      messageKey: "template.cannotImport",
    });
  }
  const content = contentFromApproved({ name, language, category: row.category, shape });
  const ours = `${name} (${language})`.slice(0, 120);
  return withUniqueTemplateName(() =>
    ctx.transaction(async (tx) => {
      const templateId = await insertTemplate(tx, ctx, { name: ours, content });
      await recordAudit(tx, ctx, { action: "template.imported", target: templateId, detail: { name: ours } });
      return { templateId };
    }),
  );
}
