import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";
import { SmsEncoding } from "@/components/templates/sms-encoding";
import { TemplateEditor } from "@/components/templates/template-editor";
import { PageHeader } from "@/components/ui/page-header";
import { usesSmartEncoding } from "@/lib/server/connections/uses-smart-encoding";
import { listTemplateVariables } from "@/lib/server/templates/list-template-variables";
import { pageContext } from "@/lib/server/web/page-session";
import { createTemplateAction, getTemplateAction, saveTemplateAction } from "../actions";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("templates"))("new") };
}

export default async function NewTemplatePage() {
  const [{ ctx }, t, locale] = await Promise.all([
    pageContext("templates:write"),
    getTranslations("templates"),
    getLocale(),
  ]);
  const [variables, isSmart] = await Promise.all([listTemplateVariables(ctx), usesSmartEncoding(ctx)]);
  return (
    <>
      <PageHeader title={t("new")} crumbs={[{ label: t("title"), href: "/templates" }, { label: t("new") }]} />
      <SmsEncoding isSmart={isSmart}>
        <TemplateEditor
          template={null}
          language={locale}
          variables={variables}
          actions={{ create: createTemplateAction, save: saveTemplateAction, reload: getTemplateAction }}
        />
      </SmsEncoding>
    </>
  );
}
