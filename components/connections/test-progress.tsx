"use client";

import { useTranslations } from "next-intl";
import Link from "next/link";
import { TimelineCard } from "@/components/messages/timeline-card";
import { Callout } from "@/components/ui/callout";
import { Skeleton } from "@/components/ui/skeleton";
import { StatusBadge } from "@/components/ui/status-badge";
import { useTestMessage } from "@/lib/client/connection-test";
import { buildTimeline } from "@/lib/domain/timeline/build-timeline";

/** What becomes of a test, as the message's own page tells it. */
export function TestProgress({ messageId }: { readonly messageId: string }) {
  const t = useTranslations("connections.test");
  const { data: detail, error } = useTestMessage(messageId);
  return (
    <div className="flex flex-col gap-3">
      {error === null ? null : (
        <Callout tone="warn" announce>
          {error.message}
        </Callout>
      )}
      {detail === undefined ? (
        <Skeleton className="h-32" />
      ) : (
        <>
          <div className="flex flex-wrap items-center justify-between gap-2">
            <span className="flex items-center gap-2" role="status">
              <span className="tabular">{detail.phone}</span>
              <StatusBadge kind="message" status={detail.status} />
            </span>
            <Link href={`/messages/${messageId}`} className="link text-sm">
              {t("open")}
            </Link>
          </div>
          <TimelineCard detail={detail} timeline={buildTimeline(detail.facts)} seesCampaigns />
        </>
      )}
    </div>
  );
}
