"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useId, type ReactNode } from "react";
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { CHART_AXIS, CHART_GRID, ChartFrame } from "@/components/ui/chart-frame";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { CHANNELS } from "@/lib/domain/vocabulary";
import { total } from "@/lib/domain/reports/rates";
import type { Report } from "@/lib/schemas/reports";
import { useBucketAxis } from "./bucket-axis";
import { ChannelFills, channelFill } from "./channel-fills";
import { ChartHint } from "./chart-hint";

type DeliveryChartProps = {
  readonly report: Report;
  readonly actions?: ReactNode;
  readonly className?: string;
  readonly heightPx?: number;
};

/** Deliveries stacked by channel, in the hour the message was sent. */
export function DeliveryChart({ report, actions, className, heightPx }: DeliveryChartProps) {
  const t = useTranslations("reports");
  const format = useFormatter();
  const fills = useId();
  const axis = useBucketAxis(report.span, report.buckets);
  const { delivered } = report.totals;
  const data = report.buckets.map(({ at, figures }) => ({ at, ...figures.delivered }));
  return (
    <ChartFrame
      {...(className === undefined ? {} : { className })}
      {...(heightPx === undefined ? {} : { heightPx })}
      title={t("delivery.title")}
      sub={t(report.live ? "perUnitLive" : "perUnit", { unit: report.span.unit })}
      summary={t("delivery.summary", {
        whatsapp: delivered.whatsapp,
        viber: delivered.viber,
        sms: delivered.sms,
        rescued: report.totals.rescued,
      })}
      legend={CHANNELS.map((channel) => ({ channel }))}
      actions={actions}
      state={total(delivered) === 0 ? "empty" : "ready"}
      table={{
        columns: [t("time"), ...CHANNELS.map((channel) => CHANNEL_NAME[channel]), t("recipients")],
        rows: report.buckets.map(({ at, figures }) => [
          axis.full(at),
          ...CHANNELS.map((channel) => format.number(figures.delivered[channel])),
          format.number(figures.recipients),
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
            allowDecimals={false}
            tickFormatter={(n: number) => format.number(n, "compact")}
          />
          <Tooltip
            cursor={{ fill: "var(--surface-2)" }}
            isAnimationActive={false}
            content={({ active, payload, label }) => (
              <ChartHint
                active={active}
                payload={payload}
                label={label}
                formatLabel={axis.full}
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
              maxBarSize={40}
              isAnimationActive={false}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </ChartFrame>
  );
}
