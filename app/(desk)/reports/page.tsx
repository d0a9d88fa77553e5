import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { redirect } from "next/navigation";
import { ReportScreen } from "@/components/reports/report-screen";
import { PageHeader } from "@/components/ui/page-header";
import { AppError } from "@/lib/domain/app-error";
import { reportInput } from "@/lib/schemas/reports";
import { listReportCampaigns } from "@/lib/server/reports/list-report-campaigns";
import { loadReport } from "@/lib/server/reports/load-report";
import { pageContext } from "@/lib/server/web/page-session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("reports");
  return { title: t("title") };
}

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function ReportsPage({ searchParams }: Props) {
  const [{ ctx }, t, query] = await Promise.all([
    pageContext("reports:read"),
    getTranslations("reports"),
    searchParams,
  ]);
  const filter = reportInput.safeParse(query);
  // An old or mistyped address shows the plain report rather than an error.
  if (!filter.success) redirect("/reports");
  const [report, choices] = await Promise.all([
    loadReport(ctx, filter.data).catch((error: unknown) => {
      if (error instanceof AppError && error.code === "not_found") redirect("/reports");
      throw error;
    }),
    listReportCampaigns(ctx),
  ]);
  return (
    <>
      <PageHeader title={t("title")} description={t("description", { timeZone: report.span.timeZone })} />
      <ReportScreen key={JSON.stringify(filter.data)} filter={filter.data} initial={report} choices={choices} />
    </>
  );
}
