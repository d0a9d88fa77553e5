import { AppError } from "@/lib/domain/app-error";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { importNotFound } from "./get-import";

/** Throws away an uploaded file that is not to be imported after all. */
export async function discardImport(ctx: TenantContext, importId: string): Promise<void> {
  authorise(ctx, "audiences:write");
  await ctx.transaction(async (tx) => {
    const where = { accountId: ctx.accountId, id: importId };
    const { count } = await tx.contactImport.deleteMany({
      where: { ...where, status: { in: ["uploaded", "failed", "cancelled"] } },
    });
    if (count === 0) {
      if ((await tx.contactImport.count({ where })) === 0) throw importNotFound();
      throw new AppError("conflict", "This import is under way or completed.", { messageKey: "import.notDiscardable" });
    }
    await recordAudit(tx, ctx, { action: "import.discarded", target: importId });
  });
}
