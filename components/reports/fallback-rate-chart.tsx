"use client";

import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { CHART_AXIS, CHART_GRID, ChartFrame } from "@/components/ui/chart-frame";
import { fallbackRate } from "@/lib/domain/reports/rates";
import type { Report } from "@/lib/schemas/reports";
import { useBucketAxis } from "./bucket-axis";
import { ChartHint } from "./chart-hint";

type FallbackRateChartProps = { readonly report: Report; readonly actions?: ReactNode };

/** A gap where nobody could fall back: no rate is not a rate of nought. */
export function FallbackRateChart({ report, actions }: FallbackRateChartProps) {
  const t = useTranslations("reports");
  const format = useFormatter();
  const axis = useBucketAxis(report.span, report.buckets);
  const percent = (rate: number | null) => (rate === null ? "–" : format.number(rate, "percent"));
  const data = report.buckets.map(({ at, figures }) => ({ at, rate: fallbackRate(figures) }));
  const { fellBack, withFallback } = report.totals;
  return (
    <ChartFrame
      className="h-full"
      title={t("fallback.title")}
      sub={t("fallback.sub")}
      summary={t("fallback.summary", {
        rate: percent(fallbackRate(report.totals)),
        fellBack,
        recipients: withFallback,
      })}
      actions={actions}
      state={withFallback === 0 ? "empty" : "ready"}
      emptyText={t("fallback.empty")}
      table={{
        columns: [t("time"), t("fallback.rate"), t("fallback.fellBack"), t("fallback.couldFallBack")],
        rows: report.buckets.map(({ at, figures }) => [
          axis.full(at),
          percent(fallbackRate(figures)),
          format.number(figures.fellBack),
          format.number(figures.withFallback),
        ]),
      }}
    >
      <ResponsiveContainer width="100%" height="100%" minWidth={0}>
        <LineChart data={data} margin={{ top: 6, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid {...CHART_GRID} />
          <XAxis {...CHART_AXIS} dataKey="at" ticks={axis.ticks} tickFormatter={axis.short} minTickGap={12} />
          <YAxis {...CHART_AXIS} width="auto" tickFormatter={(rate: number) => format.number(rate, "percent")} />
          <Tooltip
            cursor={{ stroke: "var(--line-strong)" }}
            isAnimationActive={false}
            content={({ active, payload, label }) => (
              <ChartHint active={active} payload={payload} label={label} formatLabel={axis.full} format={percent} />
            )}
          />
          <Line
            dataKey="rate"
            name={t("fallback.rate")}
            type="linear"
            stroke="var(--accent-2)"
            strokeWidth={2}
            dot={{ r: 2, fill: "var(--accent-2)", strokeWidth: 0 }}
            activeDot={{ r: 4 }}
            connectNulls={false}
            isAnimationActive={false}
          />
        </LineChart>
      </ResponsiveContainer>
    </ChartFrame>
  );
}
