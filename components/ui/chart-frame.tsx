import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "./button";
import { CHANNEL_NAME, ChannelMark } from "./channel-mark";
import { cn } from "./cn";
import { Disclosure } from "./disclosure";
import { EmptyState } from "./empty-state";
import { Skeleton } from "./skeleton";
import type { Channel } from "@/lib/domain/vocabulary";

export type ChartLegendItem =
  { readonly channel: Channel } | { readonly label: string; readonly color: string; readonly line?: boolean };

/** What the chart shows, as a table: first column names the row, the others hold texts ready to read. */
export type ChartTable = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

type ChartFrameProps = {
  readonly title: string;
  /** Unit and span: "per hour, last 24 h". */
  readonly sub?: ReactNode;
  /** One sentence that says what the picture says, for those who cannot see it. */
  readonly summary: string;
  readonly legend?: readonly ChartLegendItem[];
  readonly table: ChartTable;
  readonly state?: "ready" | "loading" | "empty" | "error";
  readonly emptyTitle?: string;
  readonly emptyText?: string;
  readonly errorText?: string;
  readonly onRetry?: () => void;
  readonly actions?: ReactNode;
  /** Kept in every state, so that nothing jumps. */
  readonly heightPx?: number;
  readonly children?: ReactNode;
  readonly className?: string;
};

export function ChartFrame({ state = "ready", heightPx = 240, ...props }: ChartFrameProps) {
  const t = useTranslations("common");
  return (
    <section
      aria-label={props.title}
      aria-busy={state === "loading" || undefined}
      className={cn(
        "border-line bg-surface shadow-card flex min-w-0 flex-col rounded-xl border px-4 py-4 sm:px-5",
        props.className,
      )}
    >
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <div className="min-w-0">
          <h2 className="text-base font-[600]">{props.title}</h2>
          {props.sub ? <p className="text-text-3 text-xs">{props.sub}</p> : null}
        </div>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          {props.legend ? <Legend items={props.legend} /> : null}
          {props.actions}
        </div>
      </div>
      <div className="mt-3 min-w-0" style={{ height: heightPx }}>
        <ChartBody {...props} state={state} />
      </div>
      {state === "ready" ? (
        <Disclosure summary={t("chart.showAsTable")} className="mt-3">
          <ChartTableView title={props.title} table={props.table} />
        </Disclosure>
      ) : null}
    </section>
  );
}

function ChartBody({ state, ...props }: ChartFrameProps) {
  const t = useTranslations("common");
  if (state === "loading") {
    return (
      <div role="status" aria-label={t("loading")} className="flex h-full items-end gap-2">
        {[38, 52, 44, 70, 88, 76, 94, 66, 58, 80, 62, 48].map((percent, index) => (
          <span key={index} className="flex-1" style={{ height: `${percent}%` }}>
            <Skeleton className="h-full" />
          </span>
        ))}
      </div>
    );
  }
  if (state === "empty") {
    return (
      <div className="grid h-full place-items-center">
        <EmptyState
          compact
          title={props.emptyTitle ?? t("chart.emptyTitle")}
          text={props.emptyText ?? t("chart.emptyText")}
        />
      </div>
    );
  }
  if (state === "error") {
    return (
      <div role="alert" className="grid h-full place-items-center">
        <EmptyState
          compact
          title={t("chart.errorTitle")}
          text={props.errorText ?? t("chart.errorText")}
          action={props.onRetry ? <Button onClick={props.onRetry}>{t("tryAgain")}</Button> : undefined}
        />
      </div>
    );
  }
  return (
    <div role="img" aria-label={props.summary} className="h-full min-w-0 [&_.recharts-surface]:outline-none">
      {props.children}
    </div>
  );
}

function Legend({ items }: { readonly items: readonly ChartLegendItem[] }) {
  return (
    <ul className="text-text-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs">
      {items.map((item) =>
        "channel" in item ? (
          <li key={item.channel} className="flex items-center gap-1.5">
            <ChannelMark channel={item.channel} className="size-2.5" />
            {CHANNEL_NAME[item.channel]}
          </li>
        ) : (
          <li key={item.label} className="flex items-center gap-1.5">
            <span
              aria-hidden
              className={cn(item.line ? "h-0.5 w-4 rounded-full" : "size-2.5 rounded-[3px]")}
              style={{ background: item.color }}
            />
            {item.label}
          </li>
        ),
      )}
    </ul>
  );
}

function ChartTableView({ title, table }: { readonly title: string; readonly table: ChartTable }) {
  return (
    <div role="region" aria-label={title} tabIndex={0} className="max-h-80 overflow-auto">
      <table className="w-full text-sm">
        <caption className="sr-only">{title}</caption>
        <thead>
          <tr>
            {table.columns.map((column, index) => (
              <th
                key={column}
                scope="col"
                className={cn(
                  "border-line bg-surface text-text-3 sticky top-0 border-b px-2 py-1.5 text-xs font-[500] whitespace-nowrap",
                  index === 0 ? "text-left" : "text-right",
                )}
              >
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, rowIndex) => (
            <tr key={rowIndex} className="border-line border-b last:border-0">
              {row.map((cell, index) =>
                index === 0 ? (
                  <th key={index} scope="row" className="px-2 py-1.5 text-left font-normal whitespace-nowrap">
                    {cell}
                  </th>
                ) : (
                  <td key={index} className="tabular px-2 py-1.5 text-right whitespace-nowrap">
                    {cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Props for Recharts axes and grids, so that every chart has the same quiet frame. */
export const CHART_AXIS = {
  tickLine: false,
  axisLine: false,
  tick: { fill: "var(--text-3)", fontSize: 11 },
} as const;

export const CHART_GRID = { vertical: false, stroke: "var(--line)" } as const;
