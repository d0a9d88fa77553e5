import type { Channel } from "@/lib/domain/vocabulary";
import { CHANNEL_NAME, ChannelMark } from "./channel-mark";
import { cn } from "./cn";

const TINT = {
  whatsapp: "text-whatsapp bg-[color-mix(in_oklab,var(--whatsapp)_10%,var(--surface))]",
  viber: "text-viber bg-[color-mix(in_oklab,var(--viber)_10%,var(--surface))]",
  sms: "text-sms bg-[color-mix(in_oklab,var(--sms)_10%,var(--surface))]",
} as const satisfies Record<Channel, string>;

type ChannelBadgeProps = {
  readonly channel: Channel;
  /** `plain` is mark and name without the pill, for tables and legends. */
  readonly variant?: "pill" | "plain";
  readonly className?: string;
};

export function ChannelBadge({ channel, variant = "pill", className }: ChannelBadgeProps) {
  return (
    <span
      className={cn(
        "inline-flex items-center gap-1.5 text-xs font-[600] whitespace-nowrap",
        variant === "pill" ? cn("rounded-full px-2 py-0.5", TINT[channel]) : "text-text-2 font-[500]",
        className,
      )}
    >
      <ChannelMark channel={channel} className="size-2.5" />
      {CHANNEL_NAME[channel]}
    </span>
  );
}
