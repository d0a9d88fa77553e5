import { approvalState, isSendable, isStopCode } from "@/lib/domain/template/approval";
import type { TenantContext } from "../tenant-context";

/**
 * Whether a campaign that WhatsApp's word on its template had paused could go on: the template is approved again at every connection
 * that may send it. Nothing is resumed by itself: a person may have had a second thought meanwhile.
 *
 * @param reason as the campaign stores it, "whatsapp:132015"
 */
export async function isTemplateBack(ctx: TenantContext, campaignId: string, reason: string | null): Promise<boolean> {
  const [channel, code] = reason?.split(":") ?? [];
  if (channel !== "whatsapp" || code === undefined || !isStopCode(code)) return false;
  const { rows } = await ctx.sql.query<{ status: string | null }>(
    `SELECT w.status FROM campaign c
       JOIN template_version v ON v.account_id = c.account_id AND v.template_id = c.template_id AND v.version = c.template_version
       JOIN connection n ON n.account_id = c.account_id AND n.kind = 'whatsapp_cloud' AND n.status = 'active'
       LEFT JOIN whatsapp_template w ON w.account_id = c.account_id AND w.connection_id = n.id
         AND w.name = v.content->'whatsapp'->>'templateName'
         AND w.language = replace(coalesce(v.content->'whatsapp'->>'language', v.content->>'language'), '-', '_')
      WHERE c.account_id = $1 AND c.id = $2`,
    [ctx.accountId, campaignId],
  );
  return rows.length > 0 && rows.every(({ status }) => status !== null && isSendable(approvalState(status)));
}
