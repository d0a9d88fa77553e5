"use client";

import { CHANNEL_COLOR } from "@/components/ui/channel-mark";
import type { Channel } from "@/lib/domain/vocabulary";

/** `fill` of a channel's bars in the chart whose id prefix this is. */
export function channelFill(prefix: string, channel: Channel): string {
  return channel === "whatsapp" ? CHANNEL_COLOR.whatsapp : `url(#${prefix}-${channel})`;
}

/**
 * Patterns beside the hues, so that colour never carries the meaning alone: WhatsApp solid, Viber striped, SMS dotted. Goes inside
 * a Recharts chart.
 */
export function ChannelFills({ prefix }: { readonly prefix: string }) {
  return (
    <defs>
      <pattern id={`${prefix}-viber`} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="6" height="6" fill={CHANNEL_COLOR.viber} />
        <rect width="2" height="6" fill="var(--surface)" fillOpacity="0.45" />
      </pattern>
      <pattern id={`${prefix}-sms`} width="6" height="6" patternUnits="userSpaceOnUse">
        <rect width="6" height="6" fill={CHANNEL_COLOR.sms} />
        <circle cx="3" cy="3" r="1.2" fill="var(--surface)" fillOpacity="0.6" />
      </pattern>
    </defs>
  );
}
