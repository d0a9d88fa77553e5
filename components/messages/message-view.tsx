"use client";

import { useTranslations } from "next-intl";
import Link from "next/link";
import { PageHeader } from "@/components/ui/page-header";
import { StatusBadge } from "@/components/ui/status-badge";
import { Callout } from "@/components/ui/callout";
import { CopyButton } from "@/components/ui/copy-button";
import { useMessage } from "@/lib/client/messages";
import { buildTimeline, deliveredBy } from "@/lib/domain/timeline/build-timeline";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { isSettled, type MessageDetail } from "@/lib/schemas/messages";
import { ArrivedCard } from "./arrived-card";
import { CostCard } from "./cost-card";
import { PersonCard } from "./person-card";
import { TimelineCard } from "./timeline-card";
import { WhyBox } from "./why-box";

type MessageViewProps = { readonly id: string; readonly initial: MessageDetail; readonly seesCampaigns: boolean };

export function MessageView({ id, initial, seesCampaigns }: MessageViewProps) {
  const t = useTranslations("messages");
  const { data: detail, isError } = useMessage(id, initial);
  const { facts, phone } = detail;
  const by = deliveredBy(facts.attempts);
  const publicId = `msg_${id}`;
  return (
    <>
      <PageHeader
        crumbs={[
          { label: t("title"), href: "/messages" },
          { label: phone, href: `/messages?q=${encodeURIComponent(facts.e164)}` },
          { label: publicId },
        ]}
        title={detail.name ?? phone}
        meta={
          <>
            {detail.name === null ? null : (
              <Link
                href={`/messages?q=${encodeURIComponent(facts.e164)}`}
                className="number-link text-text-2 tabular text-lg"
              >
                {phone}
              </Link>
            )}
            <StatusBadge kind="message" status={detail.status} />
            {by === null ? null : <span className="text-sm">{t("one.by", { channel: CHANNEL_NAME[by] })}</span>}
          </>
        }
        actions={
          <span className="text-text-3 inline-flex items-center gap-1 text-xs">
            {isSettled(detail.status) ? null : <LiveDot />}
            <CopyButton text={publicId} what={t("one.id")} />
          </span>
        }
      />
      {isError ? (
        <Callout tone="warn" announce className="mb-3">
          {t("stale")}
        </Callout>
      ) : null}
      <WhyBox detail={detail} />
      <div className="mt-4 grid items-start gap-4 lg:grid-cols-[1.7fr_1fr]">
        <TimelineCard detail={detail} timeline={buildTimeline(facts)} seesCampaigns={seesCampaigns} />
        <div className="flex min-w-0 flex-col gap-4">
          <ArrivedCard detail={detail} />
          <CostCard detail={detail} />
          <PersonCard detail={detail} />
        </div>
      </div>
    </>
  );
}

function LiveDot() {
  const t = useTranslations("messages");
  return (
    <span className="mr-1 inline-flex items-center gap-1.5">
      <span aria-hidden className="bg-ok animate-breathe size-2 rounded-full" />
      {t("one.live")}
    </span>
  );
}
