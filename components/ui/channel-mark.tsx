import type { Channel } from "@/lib/domain/vocabulary";
import { cn } from "./cn";

/** The hue of a channel as a CSS value, for charts; the same on every chart and badge. */
export const CHANNEL_COLOR = {
  whatsapp: "var(--whatsapp)",
  viber: "var(--viber)",
  sms: "var(--sms)",
} as const satisfies Record<Channel, string>;

/** Names of carriers' products: the same in every language, therefore not in the catalogues. */
export const CHANNEL_NAME = { whatsapp: "WhatsApp", viber: "Viber", sms: "SMS" } as const satisfies Record<
  Channel,
  string
>;

const COLOR_CLASS = { whatsapp: "text-whatsapp", viber: "text-viber", sms: "text-sms" } as const satisfies Record<
  Channel,
  string
>;

type ChannelMarkProps = { readonly channel: Channel; readonly className?: string };

/** A shape per channel, so that colour never carries the meaning alone: circle, diamond, square. */
export function ChannelMark({ channel, className }: ChannelMarkProps) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 12 12"
      className={cn("size-3 shrink-0 fill-current", COLOR_CLASS[channel], className)}
    >
      {channel === "whatsapp" ? <circle cx="6" cy="6" r="5" /> : null}
      {channel === "viber" ? <rect x="2.1" y="2.1" width="7.8" height="7.8" rx="1" transform="rotate(45 6 6)" /> : null}
      {channel === "sms" ? <rect x="1.5" y="1.5" width="9" height="9" rx="1.5" /> : null}
    </svg>
  );
}
