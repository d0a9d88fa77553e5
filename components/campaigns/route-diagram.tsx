"use client";

import { useTranslations } from "next-intl";
import { CHANNEL_COLOR, CHANNEL_NAME, ChannelMark } from "@/components/ui/channel-mark";
import { cn } from "@/components/ui/cn";
import { ROUTES, type Channel, type RouteKey } from "@/lib/domain/vocabulary";
import { useDuration } from "./use-duration";

type RouteDiagramProps = {
  readonly route: RouteKey;
  readonly waitS: number;
  /** Off: the steps after the first are shown, and that they are not taken. */
  readonly fallbackOn: boolean;
  readonly compact?: boolean;
};

/** Channels as boxes, and on the arrows when a message goes on: across on a desk, down on a phone. */
export function RouteDiagram({ route, waitS, fallbackOn, compact = false }: RouteDiagramProps) {
  const t = useTranslations("campaigns.route");
  const duration = useDuration();
  return (
    <ol className={cn("flex flex-col items-stretch sm:flex-row sm:items-center", compact && "max-w-md")}>
      {ROUTES[route].map((channel, step) => (
        <li key={channel} className="flex flex-col sm:flex-row sm:items-center [&:not(:first-child)]:sm:flex-1">
          {step === 0 ? null : (
            <span
              className={cn(
                "text-text-3 mx-2 my-1 flex-1 text-center text-xs max-sm:ml-4 max-sm:border-l-2 max-sm:border-dashed max-sm:py-1 max-sm:pl-3 max-sm:text-left sm:mt-4 sm:border-t-2 sm:border-dashed sm:pt-1",
                "border-line-strong",
              )}
            >
              {compact
                ? t("then")
                : fallbackOn
                  ? t("goesOn", { wait: duration(waitS), channel: previousName(route, step) })
                  : t("off")}
            </span>
          )}
          <Node channel={channel} faded={step > 0 && !fallbackOn} compact={compact} />
        </li>
      ))}
    </ol>
  );
}

function Node({
  channel,
  faded,
  compact,
}: {
  readonly channel: Channel;
  readonly faded: boolean;
  readonly compact: boolean;
}) {
  const t = useTranslations("campaigns.route");
  return (
    <span
      className={cn(
        "border-line bg-surface rounded-xl border border-l-4",
        compact ? "px-2.5 py-1.5" : "min-w-32 px-3.5 py-2.5",
        faded && "border-dashed grayscale",
      )}
      style={{ borderLeftColor: CHANNEL_COLOR[channel] }}
    >
      <span className="flex items-center gap-1.5 font-[620]">
        <ChannelMark channel={channel} className="size-2.5" />
        {CHANNEL_NAME[channel]}
      </span>
      {compact ? null : <span className="text-text-3 block text-xs">{t(`carries.${channel}`)}</span>}
    </span>
  );
}

function previousName(route: RouteKey, step: number): string {
  const channel = ROUTES[route][step - 1];
  return channel === undefined ? "" : CHANNEL_NAME[channel];
}
