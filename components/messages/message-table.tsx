"use client";

import { ArrowRight } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import Link from "next/link";
import { ChannelBadge } from "@/components/ui/channel-badge";
import { DataTable, type Column } from "@/components/ui/data-table";
import { LocalTime } from "@/components/ui/local-time";
import { Money } from "@/components/ui/money";
import { RouteFlow } from "@/components/ui/route-flow";
import { StatusBadge } from "@/components/ui/status-badge";
import type { MessageRow } from "@/lib/schemas/messages";

type MessageTableProps = { readonly rows: readonly MessageRow[]; readonly currency: string };

export function MessageTable({ rows, currency }: MessageTableProps) {
  const t = useTranslations("messages");
  const format = useFormatter();
  const columns: readonly Column<MessageRow>[] = [
    {
      key: "recipient",
      header: t("column.recipient"),
      cell: (row) => (
        <span className="block min-w-0">
          <span className="tabular block whitespace-nowrap">{row.phone}</span>
          {row.name === null ? null : (
            <span className="text-text-2 block truncate text-xs font-normal">{row.name}</span>
          )}
        </span>
      ),
    },
    { key: "status", header: t("column.status"), cell: (row) => <StatusBadge kind="message" status={row.status} /> },
    { key: "way", header: t("column.way"), cell: (row) => <Way row={row} /> },
    {
      key: "from",
      header: t("column.from"),
      hideBelow: "md",
      cell: (row) =>
        row.campaign === null ? (
          <span className="text-text-3">{t("fromApi")}</span>
        ) : (
          <Link href={`/campaigns/${row.campaign.id}`} className="number-link block max-w-56 truncate">
            {row.campaign.name}
          </Link>
        ),
    },
    {
      key: "segments",
      header: t("column.segments"),
      numeric: true,
      hideBelow: "lg",
      cell: (row) =>
        row.segments === 0 ? (
          <span className="text-text-3">–</span>
        ) : (
          <span suppressHydrationWarning>{format.number(row.segments)}</span>
        ),
    },
    {
      key: "cost",
      header: t("column.cost"),
      numeric: true,
      hideBelow: "sm",
      cell: (row) => <Money micros={row.costMicros} currency={currency} precision="price" />,
    },
    { key: "time", header: t("column.time"), numeric: true, cell: (row) => <LocalTime at={row.queuedAtMs} /> },
  ];
  return (
    <DataTable
      caption={t("caption")}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      rowHref={(row) => `/messages/${row.id}`}
      phone="stack"
      dense
    />
  );
}

/** What it went by; before anything was sent, what it is meant to go by. */
function Way({ row }: { readonly row: MessageRow }) {
  const tCommon = useTranslations("common");
  if (row.sends.length === 0) return <RouteFlow route={row.route} className="grayscale" />;
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      {row.sends.map((send, index) => (
        <span key={send.channel} className="inline-flex items-center gap-1.5">
          {index === 0 ? null : (
            <>
              <ArrowRight aria-hidden className="text-text-3 size-3.5" />
              <span className="sr-only">{tCommon("then")}</span>
            </>
          )}
          <ChannelBadge channel={send.channel} variant={send.channel === row.deliveredBy ? "pill" : "plain"} />
          <span className="sr-only">{tCommon(`status.attempt.${send.status}`)}</span>
        </span>
      ))}
    </span>
  );
}
