import { notFound } from "next/navigation";
import { getLocale, getTranslations } from "next-intl/server";
import { ImportView } from "@/components/audiences/import-view";
import { PageHeader } from "@/components/ui/page-header";
import { can } from "@/lib/domain/permissions";
import { importId } from "@/lib/schemas/audiences-imports";
import { getImport } from "@/lib/server/audiences/get-import";
import { listAudiencesForPicker } from "@/lib/server/audiences/list-audiences";
import { listCountries } from "@/lib/server/audiences/list-countries";
import { pageContext } from "@/lib/server/web/page-session";
import { readOrNotFound } from "../../read-or-not-found";

export async function generateMetadata() {
  const t = await getTranslations("imports");
  return { title: t("title") };
}

type PageProps = {
  readonly params: Promise<{ readonly importId: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
};

export default async function ImportDetailPage({ params, searchParams }: PageProps) {
  const { session, ctx } = await pageContext("audiences:read");
  const input = importId.safeParse(await params);
  if (!input.success) notFound();
  const view = await readOrNotFound(getImport(ctx, input.data.importId));
  const [t, tAudiences, locale, audiences] = await Promise.all([
    getTranslations("imports"),
    getTranslations("audiences"),
    getLocale(),
    listAudiencesForPicker(ctx),
  ]);
  const proposed = (await searchParams)["audience"];
  return (
    <>
      <PageHeader
        title={view.fileName}
        meta={t("rowCount", { count: view.totalRows })}
        crumbs={[
          { label: tAudiences("title"), href: "/audiences" },
          { label: t("title"), href: "/audiences/import" },
          { label: view.fileName },
        ]}
      />
      <ImportView
        initial={view}
        audiences={audiences}
        countries={listCountries(locale)}
        proposed={audiences.find((audience) => audience.id === proposed)?.id ?? null}
        mayWrite={can(session.role, "audiences:write")}
      />
    </>
  );
}
