"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useId, type ReactNode } from "react";
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { CHART_AXIS, CHART_GRID, ChartFrame } from "@/components/ui/chart-frame";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { LATENCY_BUCKETS } from "@/lib/domain/dispatch/latency-bucket";
import { percentileBucket } from "@/lib/domain/reports/latency";
import { CHANNELS } from "@/lib/domain/vocabulary";
import type { LatencyCount, Report } from "@/lib/schemas/reports";
import { ChannelFills, channelFill } from "./channel-fills";
import { ChartHint } from "./chart-hint";
import { formatWait } from "./format-wait";

type LatencyChartProps = { readonly report: Report; readonly actions?: ReactNode };

/** From the moment of sending to the carrier's time of delivery. Columns are not of equal width in time: the labels say so. */
export function LatencyChart({ report, actions }: LatencyChartProps) {
  const t = useTranslations("reports");
  const tDuration = useTranslations("reports.duration");
  const format = useFormatter();
  const fills = useId();
  const label = (code: string) =>
    code === "more"
      ? t("latency.later", { wait: formatWait(tDuration, 86_400) })
      : t("latency.within", { wait: formatWait(tDuration, Number(code)) });
  const data = countByBucket(report.latency);
  const sums = new Map(data.map((row) => [row.code, row.whatsapp + row.viber + row.sms]));
  const [half, most] = [percentileBucket(sums, 0.5), percentileBucket(sums, 0.95)];
  const said = { half: label(half ?? "1"), most: label(most ?? "1") };
  return (
    <ChartFrame
      className="h-full"
      title={t("latency.title")}
      sub={half === null ? undefined : t("latency.sub", said)}
      summary={t("latency.summary", said)}
      legend={CHANNELS.map((channel) => ({ channel }))}
      actions={actions}
      state={half === null ? "empty" : "ready"}
      emptyText={t("latency.empty")}
      table={{
        columns: [t("latency.delivered"), ...CHANNELS.map((channel) => CHANNEL_NAME[channel])],
        rows: data.map((row) => [label(row.code), ...CHANNELS.map((channel) => format.number(row[channel]))]),
      }}
    >
      <ResponsiveContainer width="100%" height="100%" minWidth={0}>
        <BarChart
          data={data}
          margin={{ top: 4, right: 4, bottom: 0, left: 0 }}
          barCategoryGap="14%"
          accessibilityLayer={false}
        >
          <ChannelFills prefix={fills} />
          <CartesianGrid {...CHART_GRID} />
          <XAxis {...CHART_AXIS} dataKey="code" tickFormatter={label} minTickGap={8} />
          <YAxis
            {...CHART_AXIS}
            width="auto"
            allowDecimals={false}
            tickFormatter={(n: number) => format.number(n, "compact")}
          />
          <Tooltip
            cursor={{ fill: "var(--surface-2)" }}
            isAnimationActive={false}
            content={({ active, payload, label: code }) => (
              <ChartHint
                active={active}
                payload={payload}
                label={code}
                formatLabel={label}
                format={(n) => format.number(n)}
              />
            )}
          />
          {CHANNELS.map((channel) => (
            <Bar
              key={channel}
              dataKey={channel}
              name={CHANNEL_NAME[channel]}
              stackId="channels"
              fill={channelFill(fills, channel)}
              stroke="var(--surface)"
              strokeWidth={0.5}
              isAnimationActive={false}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </ChartFrame>
  );
}

function countByBucket(counts: readonly LatencyCount[]) {
  return LATENCY_BUCKETS.map(({ code }) => {
    const row = { code: code as string, whatsapp: 0, viber: 0, sms: 0 };
    for (const one of counts) if (one.bucket === code) row[one.channel] += one.n;
    return row;
  });
}
