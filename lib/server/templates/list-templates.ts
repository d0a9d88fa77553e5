import { fillVariables } from "@/lib/domain/template/variables";
import { checkTemplateContent } from "@/lib/domain/template/check-content";
import { deriveSmsText } from "@/lib/domain/template/derive-sms";
import { encodeSmart } from "@/lib/domain/sms/plain-characters";
import { measureSms } from "@/lib/domain/sms/segments";
import { CHANNELS, type Category } from "@/lib/domain/vocabulary";
import type { TemplateSummary } from "@/lib/schemas/templates";
import { usesSmartEncoding } from "../connections/uses-smart-encoding";
import { authorise, type TenantContext } from "../tenant-context";
import { readContent } from "./read-content";

/** More than anyone has of one kind; beyond it, search. */
const MOST = 500;

export type TemplateFilter = { readonly archived?: boolean; readonly search?: string | undefined };

/** Latest changed first. */
export async function listTemplates(ctx: TenantContext, filter: TemplateFilter = {}): Promise<TemplateSummary[]> {
  authorise(ctx, "templates:read");
  const { rows } = await ctx.sql.query<Row>(
    `SELECT t.id, t.name, t.category, t.language, t.current_version, t.updated_at, t.archived_at, v.content
       FROM template t
       JOIN template_version v
         ON v.account_id = t.account_id AND v.template_id = t.id AND v.version = t.current_version
      WHERE t.account_id = $1 AND (t.archived_at IS NOT NULL) = $2
        AND ($3 = '' OR strpos(lower(t.name), lower($3)) > 0)
      ORDER BY t.updated_at DESC, t.id
      LIMIT ${MOST}`,
    [ctx.accountId, filter.archived ?? false, filter.search ?? ""],
  );
  const isSmart = await usesSmartEncoding(ctx);
  return rows.map((row) => summarise(row, isSmart));
}

type Row = {
  readonly id: string;
  readonly name: string;
  readonly category: Category;
  readonly language: string;
  readonly current_version: number;
  readonly updated_at: Date;
  readonly archived_at: Date | null;
  readonly content: unknown;
};

function summarise(row: Row, isSmart: boolean): TemplateSummary {
  const content = readContent(row.content);
  const text = fillVariables(deriveSmsText(content), {}).text.normalize("NFC");
  const sms = measureSms(isSmart ? encodeSmart(text) : text);
  return {
    id: row.id,
    name: row.name,
    category: row.category,
    language: row.language,
    channels: CHANNELS.filter((channel) => checkTemplateContent(content, [channel]).length === 0),
    smsSegments: sms.segments,
    smsEncoding: sms.encoding,
    version: row.current_version,
    updatedAt: row.updated_at.toISOString(),
    archived: row.archived_at !== null,
  };
}
