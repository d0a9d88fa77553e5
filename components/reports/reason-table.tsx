"use client";

import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { ChannelBadge } from "@/components/ui/channel-badge";
import { DataTable, type Column } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import type { ReasonCount, Report } from "@/lib/schemas/reports";
import { useCarrierSentence } from "./use-carrier-sentence";

const SHOWN = 20;

type ReasonTableProps = { readonly report: Report; readonly actions?: ReactNode };

/** Why sends failed, in the carrier's code and in words; and why people whose send failed got no SMS. */
export function ReasonTable({ report, actions }: ReasonTableProps) {
  const t = useTranslations("reports");
  const format = useFormatter();
  const sentence = useCarrierSentence();
  const errors = report.reasons.filter((one) => one.kind === "error").slice(0, SHOWN);
  const denied = report.reasons.filter((one) => one.kind === "denied");
  const words = (row: ReasonCount) =>
    row.kind === "error" ? sentence(row.channel, row.code) : t(`denied.${row.code}` as "denied.policy");
  const columns: readonly Column<ReasonCount>[] = [
    {
      key: "words",
      header: t("reasons.reason"),
      cell: (row) => <span className="block max-w-[70ch] font-normal sm:min-w-56 whitespace-normal">{words(row)}</span>,
    },
    {
      key: "channel",
      header: t("reasons.channel"),
      cell: (row) => <ChannelBadge channel={row.channel} variant="plain" />,
    },
    {
      key: "code",
      header: t("reasons.code"),
      hideBelow: "sm",
      cell: (row) => <code className="text-text-3 text-xs">{row.kind === "error" ? row.code : ""}</code>,
    },
    { key: "n", header: t("reasons.sends"), numeric: true, cell: (row) => format.number(row.n) },
  ];
  const keyOf = (row: ReasonCount) => `${row.kind} ${row.channel} ${row.code}`;
  return (
    <Card title={t("reasons.title")} sub={t("reasons.sub")} actions={actions} padding="none">
      {errors.length === 0 ? (
        <EmptyState compact title={t("reasons.emptyTitle")} text={t("reasons.emptyText")} />
      ) : (
        <DataTable caption={t("reasons.title")} columns={columns} rows={errors} rowKey={keyOf} dense phone="stack" />
      )}
      {denied.length === 0 ? null : (
        <>
          <h3 className="px-4 pt-4 pb-1 text-sm font-[600] sm:px-5">{t("reasons.deniedTitle")}</h3>
          <DataTable
            caption={t("reasons.deniedTitle")}
            columns={columns.filter((column) => column.key !== "code")}
            rows={denied}
            rowKey={keyOf}
            dense
            phone="stack"
          />
        </>
      )}
    </Card>
  );
}
