"use client";

import { useTranslations } from "next-intl";
import { ChannelMark, CHANNEL_NAME } from "@/components/ui/channel-mark";
import { DataTable, type Column } from "@/components/ui/data-table";
import { TimeAgo } from "@/components/ui/time-ago";
import type { TemplateSummary } from "@/lib/schemas/templates";
import { useLanguageName } from "./language-select";

export function TemplateTable({ templates }: { readonly templates: readonly TemplateSummary[] }) {
  const t = useTranslations("templates.list");
  const tc = useTranslations("common");
  const languageName = useLanguageName();
  const columns: readonly Column<TemplateSummary>[] = [
    { key: "name", header: t("name"), cell: (row) => <span className="block truncate">{row.name}</span> },
    { key: "category", header: t("category"), cell: (row) => tc(`category.${row.category}`), hideBelow: "sm" },
    { key: "language", header: t("language"), cell: (row) => languageName(row.language), hideBelow: "md" },
    {
      key: "channels",
      header: t("channels"),
      cell: (row) => (
        <span className="flex flex-wrap gap-x-2.5 gap-y-1">
          {row.channels.map((channel) => (
            <span key={channel} className="text-text-2 inline-flex items-center gap-1 text-xs">
              <ChannelMark channel={channel} className="size-2.5" />
              {CHANNEL_NAME[channel]}
            </span>
          ))}
        </span>
      ),
    },
    {
      key: "segments",
      header: t("segments"),
      numeric: true,
      cell: (row) => (
        <>
          {row.smsSegments}{" "}
          <span className="text-text-3 text-xs">{row.smsEncoding === "gsm7" ? "GSM-7" : "Unicode"}</span>
        </>
      ),
    },
    {
      key: "updated",
      header: t("updated"),
      numeric: true,
      hideBelow: "md",
      cell: (row) => <TimeAgo at={row.updatedAt} className="text-text-2" />,
    },
  ];
  return (
    <DataTable
      caption={t("caption")}
      columns={columns}
      rows={templates}
      rowKey={(row) => row.id}
      rowHref={(row) => `/templates/${row.id}`}
    />
  );
}
