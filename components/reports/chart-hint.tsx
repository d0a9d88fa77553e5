"use client";

import { ChannelMark } from "@/components/ui/channel-mark";
import { CHANNELS, type Channel } from "@/lib/domain/vocabulary";

type Entry = { readonly name?: unknown; readonly value?: unknown; readonly dataKey?: unknown };

type ChartHintProps = {
  /** From Recharts: `<Tooltip content={(hint) => <ChartHint active={hint.active} … />} />`. */
  readonly active: boolean;
  readonly payload: readonly Entry[] | undefined;
  /** The place on the axis; there is none until the pointer has been over the chart. */
  readonly label: string | number | undefined;
  readonly formatLabel: (label: string) => string;
  readonly format: (value: number) => string;
};

/** The numbers under the pointer, each with its channel's shape. */
export function ChartHint({ active, payload, label, formatLabel, format }: ChartHintProps) {
  if (!active || label === undefined || payload === undefined || payload.length === 0) return null;
  return (
    <div className="border-line bg-surface shadow-pop min-w-36 rounded-lg border px-3 py-2 text-xs">
      <p className="text-text-3 mb-1">{formatLabel(String(label))}</p>
      {payload.map((entry) => {
        const channel = asChannel(entry.dataKey);
        return (
          <p key={String(entry.dataKey)} className="flex items-center gap-2">
            {channel === null ? null : <ChannelMark channel={channel} className="size-2.5" />}
            <span className="text-text-2">{String(entry.name)}</span>
            <span className="tabular ml-auto pl-3 font-[600]">{format(Number(entry.value))}</span>
          </p>
        );
      })}
    </div>
  );
}

function asChannel(key: unknown): Channel | null {
  return CHANNELS.find((channel) => channel === key) ?? null;
}
