import { AppError } from "@/lib/domain/app-error";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";
import { importNotFound } from "./get-import";

/**
 * Stops an import that waits or runs: nothing of it stays, and it can be started again. The worker's last statement asks for
 * status `running`, so either this or the completion wins, never both.
 */
export async function cancelImport(ctx: TenantContext, importId: string): Promise<void> {
  authorise(ctx, "audiences:write");
  await ctx.transaction(async (tx) => {
    const [cancelled] = await tx.contactImport.updateManyAndReturn({
      where: { accountId: ctx.accountId, id: importId, status: { in: ["queued", "running"] } },
      data: { status: "cancelled", finishedAt: ctx.now() },
      select: { fileName: true },
    });
    if (cancelled === undefined) {
      if ((await tx.contactImport.count({ where: { accountId: ctx.accountId, id: importId } })) === 0)
        throw importNotFound();
      throw new AppError("conflict", "This import is not running any more.", { messageKey: "import.notRunning" });
    }
    await recordAudit(tx, ctx, { action: "import.cancelled", target: importId, detail: { name: cancelled.fileName } });
  });
}
