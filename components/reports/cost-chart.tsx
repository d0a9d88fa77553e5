"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useId, type ReactNode } from "react";
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { CHART_AXIS, CHART_GRID, ChartFrame } from "@/components/ui/chart-frame";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { formatMoney } from "@/components/ui/format-money";
import { total } from "@/lib/domain/reports/rates";
import { CHANNELS } from "@/lib/domain/vocabulary";
import type { Report } from "@/lib/schemas/reports";
import { useBucketAxis } from "./bucket-axis";
import { ChannelFills, channelFill } from "./channel-fills";
import { ChartHint } from "./chart-hint";

type CostChartProps = { readonly report: Report; readonly actions?: ReactNode };

export function CostChart({ report, actions }: CostChartProps) {
  const t = useTranslations("reports");
  const format = useFormatter();
  const fills = useId();
  const axis = useBucketAxis(report.span, report.buckets);
  const { currency } = report.span;
  const money = (micros: number) => formatMoney(format, micros, currency);
  const { costMicros, smsSegments } = report.totals;
  const data = report.buckets.map(({ at, figures }) => ({ at, ...figures.costMicros }));
  return (
    <ChartFrame
      title={t("cost.title")}
      sub={t("cost.sub", { cost: money(total(costMicros)), segments: smsSegments })}
      summary={t("cost.summary", {
        cost: money(total(costMicros)),
        segments: smsSegments,
        whatsapp: money(costMicros.whatsapp),
        viber: money(costMicros.viber),
        sms: money(costMicros.sms),
      })}
      legend={CHANNELS.map((channel) => ({ channel }))}
      actions={actions}
      state={total(costMicros) === 0 && smsSegments === 0 ? "empty" : "ready"}
      table={{
        columns: [t("time"), ...CHANNELS.map((channel) => CHANNEL_NAME[channel]), t("cost.segments")],
        rows: report.buckets.map(({ at, figures }) => [
          axis.full(at),
          ...CHANNELS.map((channel) => money(figures.costMicros[channel])),
          format.number(figures.smsSegments),
        ]),
      }}
    >
      <ResponsiveContainer width="100%" height="100%" minWidth={0}>
        <BarChart
          data={data}
          margin={{ top: 4, right: 4, bottom: 0, left: 0 }}
          barCategoryGap="22%"
          accessibilityLayer={false}
        >
          <ChannelFills prefix={fills} />
          <CartesianGrid {...CHART_GRID} />
          <XAxis {...CHART_AXIS} dataKey="at" ticks={axis.ticks} tickFormatter={axis.short} minTickGap={12} />
          <YAxis
            {...CHART_AXIS}
            width="auto"
            tickFormatter={(micros: number) =>
              formatMoney(format, micros, currency, micros % 1_000_000 === 0 ? "whole" : "amount")
            }
          />
          <Tooltip
            cursor={{ fill: "var(--surface-2)" }}
            isAnimationActive={false}
            content={({ active, payload, label }) => (
              <ChartHint active={active} payload={payload} label={label} formatLabel={axis.full} format={money} />
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
              maxBarSize={40}
              isAnimationActive={false}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </ChartFrame>
  );
}
