"use client";

import { useFormatter, useTranslations } from "next-intl";
import Link from "next/link";
import { useCarrierSentence } from "@/components/reports/use-carrier-sentence";
import { Card } from "@/components/ui/card";
import { CHANNEL_NAME, ChannelMark } from "@/components/ui/channel-mark";
import { EmptyState } from "@/components/ui/empty-state";
import type { Report, ReasonCount } from "@/lib/schemas/reports";

/** What started the fallbacks, by the channel that was left; under a failure the carrier's most frequent words for it. */
export function WhyFellBack({ report }: { readonly report: Report }) {
  const t = useTranslations("overview.why");
  const rows = report.reasons.filter((one) => one.kind === "fallback");
  const all = rows.reduce((sum, one) => sum + one.n, 0);
  const most = Math.max(1, ...rows.map((one) => one.n));
  return (
    <Card title={t("title")} sub={t("sub", { n: all, range: report.span.range })}>
      {rows.length === 0 ? (
        <EmptyState compact title={t("emptyTitle")} text={t("emptyText")} />
      ) : (
        <ul className="flex flex-col gap-3.5">
          {rows.map((row) => (
            <Reason key={`${row.channel} ${row.code}`} row={row} most={most} report={report} />
          ))}
        </ul>
      )}
    </Card>
  );
}

type ReasonProps = { readonly row: ReasonCount; readonly most: number; readonly report: Report };

function Reason({ row, most, report }: ReasonProps) {
  const t = useTranslations("overview.why");
  const format = useFormatter();
  const sentence = useCarrierSentence();
  const cause =
    row.code === "failure"
      ? report.reasons.find((one) => one.kind === "error" && one.channel === row.channel)
      : undefined;
  return (
    <li>
      <div className="flex items-baseline justify-between gap-3">
        <span className="flex min-w-0 items-baseline gap-2">
          <ChannelMark channel={row.channel} className="size-2.5 translate-y-px" />
          {t(`trigger.${row.code}` as "trigger.silence", { channel: CHANNEL_NAME[row.channel] })}
        </span>
        <Link
          href={`/reports?range=${report.span.range}&channel=${row.channel}#reasons`}
          className="number-link tabular font-[550]"
        >
          {format.number(row.n)}
        </Link>
      </div>
      <div aria-hidden className="bg-surface-2 mt-1.5 h-2 overflow-hidden rounded-[4px]">
        <div className="bg-accent-2 h-full" style={{ width: `${(row.n / most) * 100}%` }} />
      </div>
      {cause === undefined ? null : (
        <p className="text-text-3 mt-1 text-xs">{t("mostly", { sentence: sentence(cause.channel, cause.code) })}</p>
      )}
    </li>
  );
}
