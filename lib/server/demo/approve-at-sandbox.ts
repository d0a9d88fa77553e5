import { componentsOf } from "@/lib/carriers/whatsapp/template-components";
import { createHttpPoster } from "@/lib/carriers/wire/post-once";
import { isLoopbackHost } from "@/lib/domain/connection/loopback";
import type { TemplateContent } from "@/lib/domain/template-content";
import { approvedFromContent } from "@/lib/domain/template/from-approved";
import { isMetaLanguage, metaLanguage } from "@/lib/domain/template/meta-limits";
import { whatsAppConfig } from "@/lib/schemas/connection";
import { logger } from "../logger";
import { syncWhatsAppTemplates } from "../templates/sync-whatsapp-templates";
import type { TenantContext } from "../tenant-context";

const WIRE_TIMEOUT_MS = 3_000;

/**
 * Nobody reviews templates at the sandbox: what is saved in a demo account is approved there at once, as a person would get it done in
 * WhatsApp Manager, unless Meta has no such language. Best effort: the template is saved whatever becomes of this, and its page says
 * how it stands. Accounts that are not for trying out, and connections to a true carrier, are left alone.
 */
export async function approveAtSandbox(ctx: TenantContext, content: TemplateContent): Promise<void> {
  try {
    const account = await ctx.db.account.findUnique({ where: { id: ctx.accountId }, select: { isDemo: true } });
    if (account?.isDemo !== true || content.whatsapp.templateName === "" || !isMetaLanguage(metaLanguage(content)))
      return;
    const rows = await ctx.db.connection.findMany({
      where: { accountId: ctx.accountId, kind: "whatsapp_cloud", status: { not: "deleted" } },
    });
    const links = rows.flatMap((row) => whatsAppConfig.safeParse(row.config).data ?? []);
    const told = await Promise.all(
      links.map(({ baseUrl, wabaId }) =>
        wabaId !== null && isLoopbackHost(new URL(baseUrl).hostname) ? tell(baseUrl, wabaId, content) : false,
      ),
    );
    if (told.includes(true)) await syncWhatsAppTemplates(ctx);
  } catch (err) {
    logger().warn({ err, accountId: ctx.accountId }, "the sandbox could not be told of a template");
  }
}

async function tell(baseUrl: string, wabaId: string, content: TemplateContent): Promise<boolean> {
  const template = {
    ...{ name: content.whatsapp.templateName, language: metaLanguage(content), status: "APPROVED" },
    ...{ category: content.category.toUpperCase(), components: componentsOf(approvedFromContent(content)) },
  };
  const poster = createHttpPoster({ baseUrl, wireTimeoutMs: WIRE_TIMEOUT_MS, connections: 1 });
  try {
    const body = JSON.stringify({ wabaId, templates: [template] });
    const answer = await poster.post("/_sandbox/templates", { "content-type": "application/json" }, body, () => true);
    return answer.kind === "response" && answer.status === 200;
  } finally {
    await poster.close(0);
  }
}
