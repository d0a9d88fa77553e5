import { approvalState, compareWithApproved } from "@/lib/domain/template/approval";
import { metaLanguage } from "@/lib/domain/template/meta-limits";
import type { TemplateContent } from "@/lib/domain/template-content";
import { approvedShape, type ApprovalView } from "@/lib/schemas/whatsapp-templates";
import { authorise, type TenantContext } from "../tenant-context";
import { readBusinessAccounts } from "./read-business-accounts";

type Row = {
  readonly connection_id: string;
  readonly language: string;
  readonly status: string;
  readonly category: string | null;
  readonly shape: unknown;
  readonly rejected_reason: string | null;
  readonly quality: string | null;
  readonly ttl_s: number | null;
};

/** What WhatsApp says of a template with this content, at each WhatsApp connection of the account; none without one. */
export async function getTemplateApproval(
  ctx: TenantContext,
  content: TemplateContent,
): Promise<readonly ApprovalView[]> {
  authorise(ctx, "templates:read");
  const [accounts, { rows }] = await Promise.all([
    readBusinessAccounts(ctx),
    ctx.sql.query<Row>(
      `SELECT connection_id, language, status, category, shape, rejected_reason, quality, ttl_s FROM whatsapp_template
        WHERE account_id = $1 AND name = $2 ORDER BY language`,
      [ctx.accountId, content.whatsapp.templateName],
    ),
  ]);
  const wanted = metaLanguage(content);
  return accounts.map((account) => {
    const here = rows.filter((row) => row.connection_id === account.connectionId);
    const row = here.find(({ language }) => language === wanted);
    const shape = approvedShape.safeParse(row?.shape);
    const unseen = account.syncedAt === null ? "unknown" : "missing";
    return {
      ...account,
      state: row === undefined ? unseen : approvalState(row.status),
      reason: row?.rejected_reason ?? null,
      quality: row?.quality ?? null,
      ttlS: row?.ttl_s ?? null,
      differences: shape.success ? compareWithApproved(content, shape.data, row?.category ?? null) : [],
      languages: here.map(({ language, status }) => ({ language, state: approvalState(status) })),
    };
  });
}
