import { FileUp, UsersRound } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { AudienceTable } from "@/components/audiences/audience-table";
import { OpenImports } from "@/components/audiences/open-imports";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";
import { SegmentedLinks } from "@/components/ui/segmented-links";
import { can } from "@/lib/domain/permissions";
import { listOpenImports } from "@/lib/server/audiences/get-import";
import { listAudiences } from "@/lib/server/audiences/list-audiences";
import { pageContext } from "@/lib/server/web/page-session";

export async function generateMetadata() {
  const t = await getTranslations("audiences");
  return { title: t("title") };
}

type PageProps = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> };

export default async function AudiencesPage({ searchParams }: PageProps) {
  const { session, ctx } = await pageContext("audiences:read");
  const archived = (await searchParams)["view"] === "archived";
  const [t, audiences, imports] = await Promise.all([
    getTranslations("audiences"),
    listAudiences(ctx, { archived }),
    archived ? [] : listOpenImports(ctx),
  ]);
  const importButton = can(session.role, "audiences:write") ? (
    <LinkButton href="/audiences/import" variant="primary" icon={<FileUp aria-hidden />}>
      {t("import")}
    </LinkButton>
  ) : undefined;
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} actions={importButton} />
      <OpenImports imports={imports} />
      <SegmentedLinks
        label={t("view.label")}
        current={archived ? "archived" : "inUse"}
        className="mb-3"
        items={[
          { key: "inUse", label: t("view.inUse"), href: "/audiences" },
          { key: "archived", label: t("view.archived"), href: "/audiences?view=archived" },
        ]}
      />
      <Card padding="none">
        {audiences.length > 0 ? (
          <AudienceTable audiences={audiences} />
        ) : archived ? (
          <EmptyState title={t("empty.archivedTitle")} text={t("empty.archivedText")} />
        ) : (
          <EmptyState
            icon={<UsersRound />}
            title={t("empty.title")}
            text={importButton === undefined ? t("empty.textReader") : t("empty.text")}
            action={importButton}
          />
        )}
      </Card>
    </>
  );
}
