import { FileText, Plus } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { TemplateTable } from "@/components/templates/template-table";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";
import { SearchField } from "@/components/ui/search-field";
import { SegmentedLinks } from "@/components/ui/segmented-links";
import { can } from "@/lib/domain/permissions";
import { listTemplatesInput } from "@/lib/schemas/templates";
import { listTemplates } from "@/lib/server/templates/list-templates";
import { pageContext } from "@/lib/server/web/page-session";

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("templates"))("title") };
}

export default async function TemplatesPage({ searchParams }: Props) {
  const [{ session, ctx }, t, query] = await Promise.all([
    pageContext("templates:read"),
    getTranslations("templates"),
    searchParams,
  ]);
  const filter = listTemplatesInput.safeParse(query).data ?? { archived: false };
  const templates = await listTemplates(ctx, filter);
  const mayWrite = can(session.role, "templates:write");
  const newButton = mayWrite ? (
    <LinkButton href="/templates/new" variant="primary" icon={<Plus aria-hidden />}>
      {t("new")}
    </LinkButton>
  ) : undefined;
  return (
    <>
      <PageHeader
        title={t("title")}
        actions={
          <>
            <LinkButton href="/templates/whatsapp">{t("approval.pageTitle")}</LinkButton>
            {newButton}
          </>
        }
      />
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <SegmentedLinks
          label={t("list.which")}
          current={filter.archived ? "archived" : "active"}
          items={[
            { key: "active", label: t("list.active"), href: "/templates" },
            { key: "archived", label: t("list.archived"), href: "/templates?archived=1" },
          ]}
        />
        <form action="/templates" className="w-full max-w-72">
          {filter.archived ? <input type="hidden" name="archived" value="1" /> : null}
          <SearchField name="search" label={t("list.search")} defaultValue={filter.search ?? ""} maxLength={120} />
        </form>
      </div>
      <Card padding="none">
        {templates.length > 0 ? (
          <TemplateTable templates={templates} />
        ) : filter.archived || filter.search ? (
          <EmptyState icon={<FileText />} title={t("list.nothing")} text={t("list.nothingText")} />
        ) : (
          <EmptyState icon={<FileText />} title={t("list.emptyTitle")} text={t("list.emptyText")} action={newButton} />
        )}
      </Card>
    </>
  );
}
