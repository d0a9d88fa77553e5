import { AppError } from "@/lib/domain/app-error";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { insertTemplate } from "./create-template";
import { getTemplate } from "./get-template";
import { withUniqueTemplateName } from "./template-name-taken";

const MOST_TRIES = 20;

/**
 * Copies the current version into a template of its own, at version 1. Where the wished name is taken
 * a number is added: "Spring offer (copy) 2".
 *
 * @throws AppError not_found | invalid_input (after twenty taken names)
 */
export async function duplicateTemplate(
  ctx: TenantContext,
  input: { readonly templateId: string; readonly name: string },
): Promise<{ templateId: string; name: string }> {
  authorise(ctx, "templates:write");
  const { content } = await getTemplate(ctx, input.templateId);
  for (let tries = 1; ; tries += 1) {
    const name = tries === 1 ? input.name : `${input.name.slice(0, 116)} ${tries}`;
    try {
      return await withUniqueTemplateName(() =>
        ctx.transaction(async (tx) => {
          const templateId = await insertTemplate(tx, ctx, { name, content });
          const detail = { name, from: input.templateId };
          await recordAudit(tx, ctx, { action: "template.duplicated", target: templateId, detail });
          return { templateId, name };
        }),
      );
    } catch (error) {
      const taken = error instanceof AppError && error.fields.name !== undefined;
      if (!taken || tries >= MOST_TRIES) throw error;
    }
  }
}
