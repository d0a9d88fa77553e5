"use client";

import { useFormatter, useTranslations } from "next-intl";
import { Card } from "@/components/ui/card";
import { ChannelBadge } from "@/components/ui/channel-badge";
import { CHANNEL_COLOR } from "@/components/ui/channel-mark";
import { DataTable, type Column } from "@/components/ui/data-table";
import { Money } from "@/components/ui/money";
import { ProgressBar } from "@/components/ui/progress-bar";
import type { StepProgress } from "@/lib/domain/campaign/fold-progress";
import type { CampaignProgress } from "@/lib/schemas/campaigns";

type Props = { readonly progress: CampaignProgress; readonly currency: string };

/** One row a channel of the route. */
export function CampaignStepsTable({ progress, currency }: Props) {
  const t = useTranslations("campaigns.live");
  const format = useFormatter();
  const columns: readonly Column<StepProgress>[] = [
    { key: "channel", header: t("channel"), cell: (row) => <ChannelBadge channel={row.channel} /> },
    { key: "bar", header: t("progress"), className: "w-40", hideBelow: "sm", cell: (row) => <StepBar step={row} /> },
    { key: "sent", header: t("sent"), numeric: true, cell: (row) => format.number(row.sent) },
    { key: "delivered", header: t("delivered"), numeric: true, cell: (row) => format.number(row.delivered) },
    {
      key: "read",
      header: t("read"),
      numeric: true,
      hideBelow: "sm",
      cell: (row) => (row.channel === "sms" ? "–" : format.number(row.read)),
    },
    { key: "failed", header: t("failed"), numeric: true, cell: (row) => format.number(row.failed) },
    {
      key: "segments",
      header: t("segments"),
      numeric: true,
      hideBelow: "md",
      cell: (row) => (row.channel === "sms" ? format.number(row.segments) : "–"),
    },
    {
      key: "cost",
      header: t("cost"),
      numeric: true,
      cell: (row) => <Money micros={row.costMicros} currency={currency} />,
    },
  ];
  return (
    <Card title={t("byChannel")} padding="none">
      <DataTable
        caption={t("byChannel")}
        columns={columns}
        rows={progress.figures.steps}
        rowKey={(row) => String(row.step)}
      />
    </Card>
  );
}

function StepBar({ step }: { readonly step: StepProgress }) {
  const t = useTranslations("campaigns.live");
  return (
    <ProgressBar
      label={t("progress")}
      total={step.sent}
      segments={[
        { key: "delivered", value: step.delivered, label: t("delivered"), color: CHANNEL_COLOR[step.channel] },
        { key: "failed", value: step.failed, label: t("failed"), color: "var(--bad)", striped: true },
        { key: "unknown", value: step.unknown, label: t("unknown"), color: "var(--warn)", striped: true },
      ]}
    />
  );
}
