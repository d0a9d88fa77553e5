"use client";

import { useFormatter, useTranslations } from "next-intl";
import { formatMoney } from "@/components/ui/format-money";
import { HelpLink } from "@/components/ui/help-link";
import { StatTile, type StatDelta } from "@/components/ui/stat-tile";
import { deliveryRate, fallbackRate, reached, segmentsPerSms, total } from "@/lib/domain/reports/rates";
import type { Report } from "@/lib/schemas/reports";

type FigureTilesProps = {
  readonly report: Report;
  /** Where the numbers' rows are. */
  readonly hrefs: Readonly<Record<"delivered" | "fallback" | "segments" | "cost", string>>;
};

/** Half a tenth of a point: less would be shown as "0.0". */
const SMALLEST_CHANGE = 0.0005;

/** The four figures of a span, each against the span before. The definitions are those of lib/domain/reports/rates.ts. */
export function FigureTiles({ report, hrefs }: FigureTilesProps) {
  const t = useTranslations("reports");
  const tHelp = useTranslations("reports.tiles");
  const format = useFormatter();
  const { totals, previous, span, allBySmsMicros } = report;
  const percent = (rate: number | null) => (rate === null ? "–" : format.number(rate, "percent"));
  const each = segmentsPerSms(totals);
  const cost = total(totals.costMicros);
  const saved = allBySmsMicros === null ? null : allBySmsMicros - cost;
  const change = (now: number | null, before: number | null, goodWhen: "up" | "down"): { delta?: StatDelta } => {
    if (now === null || before === null || Math.abs(now - before) < SMALLEST_CHANGE) return {};
    const direction = now > before ? "up" : "down";
    const points = format.number(Math.abs(now - before) * 100, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
    return { delta: { text: t("tiles.points", { points }), direction, tone: direction === goodWhen ? "ok" : "bad" } };
  };
  return (
    <div className="mb-4 grid grid-cols-2 gap-3 lg:grid-cols-4">
      <StatTile
        label={t("tiles.delivered")}
        value={percent(deliveryRate(totals))}
        href={hrefs.delivered}
        sub={t("tiles.reachedOf", { reached: reached(totals), recipients: totals.recipients })}
        {...change(deliveryRate(totals), deliveryRate(previous), "up")}
      />
      <StatTile
        label={t("tiles.fallbackRate")}
        value={percent(fallbackRate(totals))}
        href={hrefs.fallback}
        sub={t("tiles.rescued", { n: totals.rescued })}
        help={<HelpLink topic="fallback" label={tHelp("fallbackHelp")} />}
        {...change(fallbackRate(totals), fallbackRate(previous), "down")}
      />
      <StatTile
        label={t("tiles.segments")}
        value={format.number(totals.smsSegments)}
        href={hrefs.segments}
        sub={
          each === null
            ? t("tiles.noSms")
            : t("tiles.segmentsEach", {
                each: format.number(each, { maximumFractionDigits: 1 }),
                n: totals.attempts.sms,
              })
        }
        help={<HelpLink topic="segments" label={tHelp("segmentsHelp")} />}
      />
      <StatTile
        label={t("tiles.cost")}
        value={formatMoney(format, cost, span.currency)}
        href={hrefs.cost}
        sub={
          saved === null
            ? t("tiles.costNoCompare")
            : t(saved >= 0 ? "tiles.saved" : "tiles.dearer", {
                amount: formatMoney(format, Math.abs(saved), span.currency),
              })
        }
      />
    </div>
  );
}
