import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { SmsEncoding } from "@/components/templates/sms-encoding";
import { Previews, TemplateEditor } from "@/components/templates/template-editor";
import { ApprovalCard } from "@/components/templates/approval-card";
import { TemplateMenu } from "@/components/templates/template-menu";
import { Badge } from "@/components/ui/badge";
import { Callout } from "@/components/ui/callout";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";
import { TimeAgo } from "@/components/ui/time-ago";
import { AppError } from "@/lib/domain/app-error";
import { can } from "@/lib/domain/permissions";
import { metaLanguage } from "@/lib/domain/template/meta-limits";
import { templateIdInput, type TemplateDetail } from "@/lib/schemas/templates";
import { getTemplate } from "@/lib/server/templates/get-template";
import { getTemplateApproval } from "@/lib/server/templates/get-template-approval";
import { usesSmartEncoding } from "@/lib/server/connections/uses-smart-encoding";
import { listTemplateVariables } from "@/lib/server/templates/list-template-variables";
import type { TenantContext } from "@/lib/server/tenant-context";
import { pageContext } from "@/lib/server/web/page-session";
import {
  createTemplateAction,
  duplicateTemplateAction,
  getTemplateAction,
  saveTemplateAction,
  setTemplateArchivedAction,
  syncTemplatesAction,
} from "../actions";

type Props = { readonly params: Promise<{ templateId: string }> };

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("templates"))("title") };
}

export default async function TemplatePage({ params }: Props) {
  const [{ session, ctx }, t] = await Promise.all([pageContext("templates:read"), getTranslations("templates")]);
  const template = await findTemplate(ctx, await params);
  const mayWrite = can(session.role, "templates:write");
  const approval = await getTemplateApproval(ctx, template.content);
  return (
    <>
      <PageHeader
        title={template.name}
        crumbs={[{ label: t("title"), href: "/templates" }, { label: template.name }]}
        meta={
          <>
            {template.archived ? <Badge tone="outline">{t("list.archivedBadge")}</Badge> : null}
            <span>
              {t("editor.versionBy", { version: template.version, who: template.updatedBy ?? "–" })}{" "}
              <TimeAgo at={template.updatedAt} />
            </span>
          </>
        }
        actions={
          mayWrite ? (
            <>
              {template.archived ? null : (
                <LinkButton href={`/campaigns/new?template=${template.id}`}>{t("menu.newCampaign")}</LinkButton>
              )}
              <TemplateMenu
                template={template}
                actions={{ duplicate: duplicateTemplateAction, setArchived: setTemplateArchivedAction }}
              />
            </>
          ) : undefined
        }
      />
      <div className="mb-4 empty:hidden">
        <ApprovalCard
          views={approval}
          language={metaLanguage(template.content)}
          sync={mayWrite ? syncTemplatesAction : null}
        />
      </div>
      <SmsEncoding isSmart={await usesSmartEncoding(ctx)}>
        {mayWrite && !template.archived ? (
          <TemplateEditor
            key={template.id}
            template={template}
            language={template.content.language}
            variables={await listTemplateVariables(ctx)}
            actions={{ create: createTemplateAction, save: saveTemplateAction, reload: getTemplateAction }}
          />
        ) : (
          <div className="flex max-w-3xl flex-col gap-4">
            {template.archived ? <Callout tone="info">{t("editor.archivedNote")}</Callout> : null}
            <Previews content={template.content} values={{}} />
          </div>
        )}
      </SmsEncoding>
    </>
  );
}

async function findTemplate(ctx: TenantContext, params: unknown): Promise<TemplateDetail> {
  const parsed = templateIdInput.safeParse(params);
  if (!parsed.success) notFound();
  try {
    return await getTemplate(ctx, parsed.data.templateId);
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  }
}
