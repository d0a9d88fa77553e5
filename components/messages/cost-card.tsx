"use client";

import { useFormatter, useTranslations } from "next-intl";
import { Card } from "@/components/ui/card";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { DefinitionList } from "@/components/ui/definition-list";
import { formatMoney } from "@/components/ui/format-money";
import { Money } from "@/components/ui/money";
import type { AttemptFact } from "@/lib/domain/timeline/message-facts";
import type { MessageDetail } from "@/lib/schemas/messages";

export function CostCard({ detail }: { readonly detail: MessageDetail }) {
  const t = useTranslations("messages.cost");
  const tStatus = useTranslations("common.status.attempt");
  const format = useFormatter();
  const { attempts } = detail.facts;
  if (attempts.length === 0) return null;
  const total = attempts.reduce((sum, attempt) => sum + attempt.costMicros, 0);
  const term = (attempt: AttemptFact) =>
    attempt.segments > 0
      ? t("segments", {
          channel: CHANNEL_NAME[attempt.channel],
          count: attempt.segments,
          price: formatMoney(format, attempt.priceMicros, detail.currency, "price"),
        })
      : t("attempt", { channel: CHANNEL_NAME[attempt.channel], status: tStatus(attempt.status).toLocaleLowerCase() });
  return (
    <Card title={t("title")}>
      <DefinitionList
        items={[
          ...attempts.map((attempt) => ({
            key: `${attempt.step}.${attempt.try}`,
            term: <span suppressHydrationWarning>{term(attempt)}</span>,
            value: <Money micros={attempt.costMicros} currency={detail.currency} precision="price" />,
          })),
          {
            key: "total",
            term: t("total"),
            value: <Money micros={total} currency={detail.currency} precision="price" />,
            strong: true,
          },
        ]}
      />
    </Card>
  );
}
