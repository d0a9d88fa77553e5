"use client";

import { useFormatter, useTranslations } from "next-intl";
import Link from "next/link";
import { Card } from "@/components/ui/card";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { DefinitionList } from "@/components/ui/definition-list";
import type { MessageDetail } from "@/lib/schemas/messages";

/** How this person has been reached lately, and what they do not want. */
export function PersonCard({ detail }: { readonly detail: MessageDetail }) {
  const t = useTranslations("messages.person");
  const format = useFormatter();
  const { channels, suppressions } = detail.person;
  return (
    <Card
      title={t("title")}
      actions={
        <Link href={`/messages?q=${encodeURIComponent(detail.facts.e164)}`} className="link text-sm">
          {t("all")}
        </Link>
      }
    >
      <DefinitionList
        items={[
          ...channels.map(({ channel, sent, reached }) => ({
            key: channel,
            term: t("reachedOn", { channel: CHANNEL_NAME[channel] }),
            value: <span suppressHydrationWarning>{t("ofSent", { reached, sent })}</span>,
          })),
          ...suppressions.map((one, index) => ({
            key: `suppression${index}`,
            term: t("suppressed", { reason: one.reason }),
            value: (
              <span suppressHydrationWarning>
                {t("suppressedScope", {
                  channel: one.channel === null ? "all" : CHANNEL_NAME[one.channel],
                  category: one.category ?? "all",
                  since: format.dateTime(one.sinceMs, "day"),
                })}
              </span>
            ),
          })),
          ...(suppressions.length === 0 ? [{ key: "none", term: t("optOut"), value: t("noOptOut") }] : []),
        ]}
      />
    </Card>
  );
}
