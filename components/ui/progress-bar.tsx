import { useFormatter } from "next-intl";
import type { Channel } from "@/lib/domain/vocabulary";
import { CHANNEL_COLOR, CHANNEL_NAME } from "./channel-mark";
import { cn } from "./cn";

export type ProgressSegment = {
  readonly key: string;
  readonly value: number;
  /** In the reader's language. */
  readonly label: string;
  /** A CSS colour: `CHANNEL_COLOR.viber`, `var(--bad)`. */
  readonly color: string;
  /** Diagonal stripes, for what must differ without colour (failed, unknown). */
  readonly striped?: boolean;
};

type ProgressBarProps = {
  /** What is under way, for screen readers. */
  readonly label: string;
  readonly total: number;
  readonly segments: readonly ProgressSegment[];
  readonly size?: "sm" | "md";
  readonly className?: string;
};

/** Parts of a whole in one line; what is not yet done stays the track. */
export function ProgressBar({ label, total, segments, size = "sm", className }: ProgressBarProps) {
  const format = useFormatter();
  const done = segments.reduce((sum, segment) => sum + segment.value, 0);
  const share = (value: number) => (total > 0 ? Math.min(1, value / total) : 0);
  const said = segments
    .filter((segment) => segment.value > 0)
    .map((segment) => `${segment.label} ${format.number(segment.value)}`);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share(done) * 100)}
      aria-valuetext={[format.number(share(done), "percent"), ...said].join(", ")}
      className={cn(
        "bg-surface-2 flex w-full min-w-20 gap-px overflow-hidden",
        size === "sm" ? "h-2 rounded-[4px]" : "h-3 rounded-md",
        className,
      )}
    >
      {segments.map((segment) => (
        <span
          key={segment.key}
          title={`${segment.label} ${format.number(segment.value)}`}
          className="h-full transition-[width] duration-300 ease-out"
          style={{
            width: `${share(segment.value) * 100}%`,
            backgroundColor: segment.color,
            backgroundImage: segment.striped
              ? "repeating-linear-gradient(135deg, transparent 0 3px, color-mix(in oklab, var(--surface) 55%, transparent) 3px 5px)"
              : undefined,
          }}
        />
      ))}
    </div>
  );
}

/** Segments in the fixed order and hue of the channels. */
export function channelSegments(counts: Readonly<Partial<Record<Channel, number>>>): ProgressSegment[] {
  return (["whatsapp", "viber", "sms"] as const).map((channel) => ({
    key: channel,
    value: counts[channel] ?? 0,
    label: CHANNEL_NAME[channel],
    color: CHANNEL_COLOR[channel],
  }));
}
