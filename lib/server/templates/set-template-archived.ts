import { AppError } from "@/lib/domain/app-error";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { templateNotFound } from "./get-template";
import { withUniqueTemplateName } from "./template-name-taken";

/**
 * Archived templates are offered for nothing new; what was sent with them stays readable and a running
 * campaign goes on. Archiving frees the name, so bringing one back may find it taken.
 *
 * Doing it twice is harmless: the second call changes nothing and audits nothing.
 *
 * @throws AppError not_found | invalid_input (name taken) | conflict (a draft still uses it)
 */
export async function setTemplateArchived(ctx: TenantContext, templateId: string, archived: boolean): Promise<void> {
  authorise(ctx, "templates:write");
  await withUniqueTemplateName(() =>
    ctx.transaction(async (tx) => {
      const where = { id: templateId, accountId: ctx.accountId };
      const { count } = await tx.template.updateMany({
        where: { ...where, archivedAt: archived ? null : { not: null } },
        data: { archivedAt: archived ? ctx.now() : null },
      });
      const template = await tx.template.findFirst({ where, select: { name: true } });
      if (template === null) throw templateNotFound();
      if (count === 0) return;
      if (archived) await refuseWhileDrafted();
      await recordAudit(tx, ctx, {
        action: archived ? "template.archived" : "template.restored",
        target: templateId,
        detail: { name: template.name },
      });

      async function refuseWhileDrafted(): Promise<void> {
        const drafts = await tx.campaign.count({
          where: { accountId: ctx.accountId, templateId, status: "draft" },
        });
        if (drafts === 0) return;
        throw new AppError("conflict", "Draft campaigns use this template.", {
          messageKey: "template.usedByDrafts",
          values: { count: drafts },
        });
      }
    }),
  );
}
