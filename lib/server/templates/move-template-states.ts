import { approvalState, stopCode } from "@/lib/domain/template/approval";
import type { Tx } from "../db/prisma";
import { pauseForFault } from "../dispatch/campaigns/pause-campaign";
import type { TenantContext } from "../tenant-context";

export type MovedTemplate = { readonly name: string; readonly language: string; readonly status: string };

/**
 * Pauses the running campaigns that send a template which WhatsApp has just stopped. The transaction holds the account's permission
 * lock and has written the new status, so that either both are there after a crash or neither, and the next webhook does it again.
 */
export async function pauseCampaignsOf(tx: Tx, ctx: TenantContext, moved: readonly MovedTemplate[]): Promise<number> {
  let paused = 0;
  for (const { name, language, status } of moved) {
    const code = stopCode(approvalState(status));
    if (code === null) continue;
    const campaigns = await tx.$queryRaw<{ id: string }[]>`
      SELECT c.id FROM campaign c
        JOIN template_version v ON v.account_id = c.account_id AND v.template_id = c.template_id AND v.version = c.template_version
       WHERE c.account_id = ${ctx.accountId}::uuid AND c.status = 'running' AND c.route LIKE 'whatsapp-%'
         AND v.content->'whatsapp'->>'templateName' = ${name}
         AND replace(coalesce(v.content->'whatsapp'->>'language', v.content->>'language'), '-', '_') = ${language}
       ORDER BY c.id`;
    for (const { id } of campaigns) await pauseForFault(tx, ctx, id, code, "whatsapp");
    paused += campaigns.length;
  }
  return paused;
}
