"use client";

import { useFormatter, useTranslations } from "next-intl";
import { Callout } from "@/components/ui/callout";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { channelTtlS } from "@/lib/domain/campaign/channel-ttl";
import { lateShare } from "@/lib/domain/campaign/late-share";
import { ROUTES, type Category, type RouteKey } from "@/lib/domain/vocabulary";
import type { LatencyHistory } from "@/lib/schemas/campaigns";
import { useDuration } from "./use-duration";

type DoubleReachNoteProps = {
  readonly route: RouteKey;
  readonly category: Category;
  readonly waitS: number;
  readonly people: number;
  /** Of WhatsApp, the one channel that goes on trying after we have stopped waiting. */
  readonly latency: LatencyHistory;
  /** Of the template at WhatsApp; null: not known. */
  readonly templateTtlS?: number | null;
};

/** A wait shorter than the channel's time to live can reach a person twice: how many, before it is saved. */
export function DoubleReachNote({
  route,
  category,
  waitS,
  people,
  latency,
  templateTtlS = null,
}: DoubleReachNoteProps) {
  const t = useTranslations("campaigns.route.twice");
  const format = useFormatter();
  const duration = useDuration();
  const steps = ROUTES[route];
  const at = steps.slice(0, -1).find((channel) => (channelTtlS(channel, category, templateTtlS) ?? 0) > waitS);
  if (at === undefined) {
    return steps[0] === "viber" ? <p className="text-text-3 text-xs">{t("viberNever")}</p> : null;
  }
  const ttl = duration(channelTtlS(at, category, templateTtlS) ?? 0);
  const share = lateShare(latency.buckets, waitS);
  return (
    <Callout tone="warn" title={t("title", { channel: CHANNEL_NAME[at], ttl, wait: duration(waitS) })}>
      {share === null
        ? t("noHistory")
        : t("expected", { share: format.number(share, "percent"), people: Math.round(share * people) })}
    </Callout>
  );
}
