"use client";

import { useQuery } from "@tanstack/react-query";
import { useFormatter, useTranslations } from "next-intl";
import { DataTable, type Column } from "@/components/ui/data-table";
import { Money } from "@/components/ui/money";
import { PaginationKeyset } from "@/components/ui/pagination-keyset";
import { channelSegments, ProgressBar } from "@/components/ui/progress-bar";
import { RouteFlow } from "@/components/ui/route-flow";
import { StatusBadge } from "@/components/ui/status-badge";
import { campaignListQuery } from "@/lib/client/campaigns";
import type { CampaignPage, CampaignSummary } from "@/lib/schemas/campaigns";

type CampaignTableProps = { readonly before: string | null; readonly initial: CampaignPage };

/** Live while something runs: the figures move by themselves. */
export function CampaignTable({ before, initial }: CampaignTableProps) {
  const t = useTranslations("campaigns.list");
  const format = useFormatter();
  const { data } = useQuery(campaignListQuery(before, initial));
  const columns: readonly Column<CampaignSummary>[] = [
    {
      key: "name",
      header: t("name"),
      cell: (row) => (
        <span className="block min-w-0">
          <span className="block truncate">{row.name}</span>
          <span className="text-text-3 block truncate text-xs font-normal">{row.audienceName}</span>
        </span>
      ),
    },
    { key: "status", header: t("status"), cell: (row) => <StatusBadge kind="campaign" status={row.status} /> },
    {
      key: "route",
      header: t("route"),
      hideBelow: "lg",
      cell: (row) => <RouteFlow route={row.route} className="min-w-40" />,
    },
    {
      key: "progress",
      header: t("progress"),
      hideBelow: "md",
      className: "w-44",
      cell: (row) => <Progress row={row} />,
    },
    { key: "delivered", header: t("delivered"), numeric: true, cell: (row) => <Delivered row={row} /> },
    {
      key: "fallback",
      header: t("fallback"),
      numeric: true,
      hideBelow: "md",
      cell: (row) => (row.fallbackShare === null ? "–" : format.number(row.fallbackShare, "percent")),
    },
    {
      key: "segments",
      header: t("segments"),
      numeric: true,
      hideBelow: "lg",
      cell: (row) => (row.people === null ? "–" : format.number(row.segments)),
    },
    {
      key: "cost",
      header: t("cost"),
      numeric: true,
      cell: (row) => (row.people === null ? "–" : <Money micros={row.costMicros} currency={data.currency} />),
    },
  ];
  return (
    <>
      <DataTable
        caption={t("caption")}
        columns={columns}
        rows={data.campaigns}
        rowKey={(row) => row.id}
        rowHref={(row) => `/campaigns/${row.id}`}
      />
      <PaginationKeyset
        newerHref={before === null ? null : "/campaigns"}
        olderHref={data.older === null ? null : `/campaigns?before=${encodeURIComponent(data.older)}`}
      />
    </>
  );
}

function Progress({ row }: { readonly row: CampaignSummary }) {
  const t = useTranslations("campaigns.list");
  if (row.people === null) return <span className="text-text-3">–</span>;
  return (
    <ProgressBar
      label={t("progressOf", { name: row.name })}
      total={Math.max(row.people, row.reachedTotal + row.failed)}
      segments={[
        ...channelSegments(row.reached),
        { key: "failed", value: row.failed, label: t("failed"), color: "var(--bad)", striped: true },
      ]}
    />
  );
}

function Delivered({ row }: { readonly row: CampaignSummary }) {
  const t = useTranslations("campaigns.list");
  const format = useFormatter();
  if (row.people === null) return <>–</>;
  return <>{t("of", { part: format.number(row.reachedTotal), whole: format.number(row.people) })}</>;
}
