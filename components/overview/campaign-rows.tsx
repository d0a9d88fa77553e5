"use client";

import { useFormatter, useTranslations } from "next-intl";
import Link from "next/link";
import { Card } from "@/components/ui/card";
import { DataTable, type Column } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Money } from "@/components/ui/money";
import { channelSegments, ProgressBar } from "@/components/ui/progress-bar";
import { StatusBadge } from "@/components/ui/status-badge";
import { fallbackRate, reached, total } from "@/lib/domain/reports/rates";
import type { OverviewCampaign } from "@/lib/schemas/reports";

type CampaignRowsProps = { readonly campaigns: readonly OverviewCampaign[]; readonly currency: string };

/** Running first, then the newest; the bar shows deliveries by channel out of all recipients. */
export function CampaignRows({ campaigns, currency }: CampaignRowsProps) {
  const t = useTranslations("overview.campaigns");
  const columns = useColumns(currency);
  return (
    <Card
      title={t("title")}
      sub={t("sub")}
      padding="none"
      actions={
        <Link href="/campaigns" className="link text-sm">
          {t("all")}
        </Link>
      }
    >
      {campaigns.length === 0 ? (
        <EmptyState compact title={t("emptyTitle")} text={t("emptyText")} />
      ) : (
        <DataTable
          caption={t("title")}
          columns={columns}
          rows={campaigns}
          rowKey={(row) => row.id}
          rowHref={(row) => `/campaigns/${row.id}`}
        />
      )}
    </Card>
  );
}

function useColumns(currency: string): readonly Column<OverviewCampaign>[] {
  const t = useTranslations("overview.campaigns");
  const format = useFormatter();
  const recipients = (row: OverviewCampaign) => Math.max(row.planned, row.figures.queued, row.figures.recipients);
  return [
    { key: "name", header: t("name"), cell: (row) => row.name },
    { key: "status", header: t("status"), cell: (row) => <StatusBadge kind="campaign" status={row.status} /> },
    {
      key: "progress",
      header: t("progress"),
      className: "min-w-40",
      cell: (row) => (
        <ProgressBar
          label={t("progressOf", { name: row.name })}
          total={recipients(row)}
          segments={channelSegments(row.figures.delivered)}
        />
      ),
    },
    {
      key: "delivered",
      header: t("delivered"),
      numeric: true,
      cell: (row) => t("of", { n: reached(row.figures), all: recipients(row) }),
    },
    {
      key: "fallback",
      header: t("fallback"),
      numeric: true,
      cell: (row) => {
        const rate = fallbackRate(row.figures);
        return rate === null ? "–" : format.number(rate, "percent");
      },
    },
    {
      key: "segments",
      header: t("segments"),
      numeric: true,
      hideBelow: "md",
      cell: (row) => format.number(row.figures.smsSegments),
    },
    {
      key: "cost",
      header: t("cost"),
      numeric: true,
      cell: (row) => <Money micros={total(row.figures.costMicros)} currency={currency} />,
    },
  ];
}
