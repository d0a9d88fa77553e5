"use client";

import { useFormatter, useTranslations } from "next-intl";
import Link from "next/link";
import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { DataTable, type Column } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Money } from "@/components/ui/money";
import { channelSegments, ProgressBar } from "@/components/ui/progress-bar";
import { deliveryRate, fallbackRate, total } from "@/lib/domain/reports/rates";
import { NO_CAMPAIGN, type Report, type ReportCampaign } from "@/lib/schemas/reports";

type CampaignCostsProps = {
  readonly report: Report;
  readonly actions?: ReactNode;
  /** Address of this report narrowed to one campaign. */
  readonly hrefOf: (campaignId: string) => string;
};

/** Cost by campaign, the bar split by channel and as long as its share of the dearest. */
export function CampaignCosts({ report, actions, hrefOf }: CampaignCostsProps) {
  const t = useTranslations("reports");
  const format = useFormatter();
  const percent = (rate: number | null) => (rate === null ? "–" : format.number(rate, "percent"));
  const dearest = Math.max(0, ...report.campaigns.map((one) => total(one.figures.costMicros)));
  const nameOf = (row: ReportCampaign) => row.name ?? t(row.id === NO_CAMPAIGN ? "campaigns.api" : "campaigns.unknown");
  const columns: readonly Column<ReportCampaign>[] = [
    {
      key: "name",
      header: t("campaigns.name"),
      cell: (row) => (
        <Link href={hrefOf(row.id)} className="text-text number-link">
          {nameOf(row)}
        </Link>
      ),
    },
    { key: "recipients", header: t("recipients"), numeric: true, cell: (row) => format.number(row.figures.recipients) },
    {
      key: "reached",
      header: t("campaigns.reached"),
      numeric: true,
      cell: (row) => percent(deliveryRate(row.figures)),
    },
    { key: "fallback", header: t("fallback.rate"), numeric: true, cell: (row) => percent(fallbackRate(row.figures)) },
    {
      key: "segments",
      header: t("cost.segments"),
      numeric: true,
      hideBelow: "md",
      cell: (row) => format.number(row.figures.smsSegments),
    },
    {
      key: "bar",
      header: t("campaigns.byChannel"),
      hideBelow: "lg",
      className: "w-48",
      cell: (row) => (
        <ProgressBar
          label={t("campaigns.costOf", { name: nameOf(row) })}
          total={dearest}
          segments={channelSegments(row.figures.costMicros).map((one) => ({ ...one, value: one.value }))}
        />
      ),
    },
    {
      key: "cost",
      header: t("cost.cost"),
      numeric: true,
      cell: (row) => <Money micros={total(row.figures.costMicros)} currency={report.span.currency} />,
    },
  ];
  return (
    <Card title={t("campaigns.title")} sub={t("campaigns.sub")} actions={actions} padding="none">
      {report.campaigns.length === 0 ? (
        <EmptyState compact title={t("campaigns.emptyTitle")} text={t("campaigns.emptyText")} />
      ) : (
        <DataTable caption={t("campaigns.title")} columns={columns} rows={report.campaigns} rowKey={(row) => row.id} />
      )}
    </Card>
  );
}
