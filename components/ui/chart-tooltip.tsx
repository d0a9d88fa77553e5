"use client";

type TooltipEntry = {
  readonly name?: string | number | undefined;
  readonly value?: unknown;
  readonly color?: string | undefined;
  readonly dataKey?: unknown;
};

type ChartTooltipProps = {
  /** Filled in by Recharts: `<Tooltip content={<ChartTooltip formatValue={…} />} />`. */
  readonly active?: boolean;
  readonly payload?: readonly TooltipEntry[];
  readonly label?: string | number;
  readonly formatValue: (value: number) => string;
  readonly formatLabel?: (label: string | number) => string;
};

/** The numbers under the pointer, in the look of the page. */
export function ChartTooltip({ active = false, payload = [], label, formatValue, formatLabel }: ChartTooltipProps) {
  if (!active || payload.length === 0) return null;
  return (
    <div className="border-line bg-surface shadow-pop min-w-36 rounded-lg border px-3 py-2 text-xs">
      {label === undefined ? null : (
        <p className="text-text-3 mb-1">{formatLabel ? formatLabel(label) : String(label)}</p>
      )}
      {payload.map((entry) => (
        <p key={String(entry.name ?? entry.dataKey)} className="flex items-center gap-2">
          <span aria-hidden className="size-2 rounded-[2px]" style={{ background: entry.color }} />
          <span className="text-text-2">{entry.name}</span>
          <span className="tabular ml-auto pl-3 font-[600]">{formatValue(Number(entry.value))}</span>
        </p>
      ))}
    </div>
  );
}
