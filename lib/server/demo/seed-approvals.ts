import { approvedFromContent } from "@/lib/domain/template/from-approved";
import { metaLanguage } from "@/lib/domain/template/meta-limits";
import type { Tx } from "../db/prisma";
import { readContent } from "../templates/read-content";

/** What Meta gives templates for codes. */
const TTL_OF_CODES_S = 600;

/**
 * A demo account's templates as its business account has them: approved, and read a moment ago. The sandbox is told the same at every
 * start ({@link syncDemoCarriers}), so that the next reading finds them there.
 */
export async function seedApprovals(tx: Tx, accountId: string, now: Date): Promise<void> {
  const connections = await tx.connection.findMany({ where: { accountId, kind: "whatsapp_cloud" } });
  const versions = await tx.templateVersion.findMany({ where: { accountId } });
  const rows = versions.map(({ content }) => {
    const template = readContent(content);
    return {
      ...{ name: template.whatsapp.templateName, language: metaLanguage(template) },
      ...{ category: template.category.toUpperCase(), shape: approvedFromContent(template) },
      ttl_s: template.category === "authentication" ? TTL_OF_CODES_S : null,
    };
  });
  for (const { id } of connections) {
    await tx.$executeRaw`
      INSERT INTO whatsapp_template
        (account_id, connection_id, name, language, status, category, shape, ttl_s, status_at, synced_at)
      SELECT ${accountId}::uuid, ${id}::uuid, t.name, t.language, 'APPROVED', t.category, t.shape, t.ttl_s, ${now}, ${now}
        FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          AS t(name text, language text, category text, shape jsonb, ttl_s integer)`;
    await tx.$executeRaw`
      INSERT INTO whatsapp_template_sync (account_id, connection_id, synced_at, tried_at)
      VALUES (${accountId}::uuid, ${id}::uuid, ${now}, ${now})`;
  }
}
