"use client";

import { useTranslations } from "next-intl";
import { DataTable, type Column } from "@/components/ui/data-table";
import { LocalTime } from "@/components/ui/local-time";
import type { AuditRow } from "@/lib/schemas/accounts";
import { useAuditSentence } from "./use-audit-sentence";

export function AuditTable({ entries }: { readonly entries: readonly AuditRow[] }) {
  const t = useTranslations("audit");
  const sentence = useAuditSentence();
  const columns: readonly Column<AuditRow>[] = [
    {
      key: "what",
      header: t("what"),
      cell: (row) => <span className="block min-w-52 font-normal whitespace-normal">{sentence(row)}</span>,
    },
    {
      key: "who",
      header: t("who"),
      cell: (row) => (row.actorKind === "user" ? row.actorName : t(`actor.${row.actorKind}`, { name: row.actorName })),
    },
    { key: "when", header: t("when"), cell: (row) => <LocalTime at={row.at} format="full" /> },
    { key: "seq", header: t("number"), numeric: true, hideBelow: "md", cell: (row) => row.seq },
  ];
  return <DataTable caption={t("title")} columns={columns} rows={entries} rowKey={(row) => String(row.seq)} dense />;
}
