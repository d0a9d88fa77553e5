"use client";

import { useFormatter, useTranslations } from "next-intl";
import { Card } from "@/components/ui/card";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { formatMoney } from "@/components/ui/format-money";
import { HelpLink } from "@/components/ui/help-link";
import { Money } from "@/components/ui/money";
import { ROUTES, type RouteKey } from "@/lib/domain/vocabulary";
import type { CampaignEstimateView } from "@/lib/schemas/campaigns";
import { useDuration } from "./use-duration";

type CostCardProps = { readonly estimate: CampaignEstimateView; readonly route: RouteKey };

/** What it will cost: what is expected from the account's own history, and the bounds that hold in any case. */
export function CostCard({ estimate, route }: CostCardProps) {
  const t = useTranslations("campaigns.cost");
  const { cost, currency } = estimate;
  return (
    <Card title={t("title")} actions={<HelpLink topic="estimate" label={t("help")} />}>
      {cost.expectedMicros === null || estimate.rate === null ? (
        <p className="text-text-2">{t("noHistory", { channel: CHANNEL_NAME[ROUTES[route][0]] })}</p>
      ) : (
        <ExpectedTable estimate={estimate} route={route} expectedMicros={cost.expectedMicros} />
      )}
      <CostRange cost={cost} currency={currency} />
      <Notes estimate={estimate} />
    </Card>
  );
}

function ExpectedTable({ estimate, route, expectedMicros }: CostCardProps & { readonly expectedMicros: number }) {
  const t = useTranslations("campaigns.cost");
  const { cost, currency, fallbackOn } = estimate;
  const [first, ...rest] = ROUTES[route];
  const unreached = cost.unreachedWithoutFallback ?? 0;
  return (
    <table className="w-full">
      <caption className="sr-only">{t("title")}</caption>
      <tbody className="tabular">
        <tr className="border-line border-b">
          <th scope="row" className="py-1.5 text-left font-normal">
            {t("ifDelivered", { channel: CHANNEL_NAME[first] })}
          </th>
          <td className="text-text-2 py-1.5 text-right">
            {t("expectedPeople", { count: cost.recipients - unreached })}
          </td>
          <td className="py-1.5 pl-3 text-right">
            <Money micros={cost.withoutFallbackMicros} currency={currency} />
          </td>
        </tr>
        {fallbackOn && rest.length > 0 ? (
          <tr className="border-line border-b">
            <th scope="row" className="py-1.5 text-left font-normal">
              {t("byFallback", {
                channels: rest.map((channel) => CHANNEL_NAME[channel]).join(", "),
                segments: estimate.usualSegments,
              })}
            </th>
            <td className="text-text-2 py-1.5 text-right">{t("expectedPeople", { count: unreached })}</td>
            <td className="py-1.5 pl-3 text-right">
              <Money micros={expectedMicros - cost.withoutFallbackMicros} currency={currency} />
            </td>
          </tr>
        ) : null}
        <tr className="text-md font-[620]">
          <th scope="row" className="py-2 text-left">
            {t("expected")}
          </th>
          <td />
          <td className="py-2 pl-3 text-right">
            <Money micros={expectedMicros} currency={currency} />
          </td>
        </tr>
      </tbody>
    </table>
  );
}

type CostRangeProps = Pick<CampaignEstimateView, "cost" | "currency">;

/** From the least to the most that carriers can bill; the coloured part is where nine of ten campaigns end. */
function CostRange({ cost, currency }: CostRangeProps) {
  const t = useTranslations("campaigns.cost");
  const format = useFormatter();
  const say = (micros: number) =>
    formatMoney(format, micros, currency, cost.maxMicros >= 100_000_000 ? "whole" : "amount");
  const { minMicros, maxMicros, likelyMicros } = cost;
  const span = Math.max(1, maxMicros - minMicros);
  const from = likelyMicros === null ? 0 : ((likelyMicros.from - minMicros) / span) * 100;
  const to = likelyMicros === null ? 100 : ((likelyMicros.to - minMicros) / span) * 100;
  const likely =
    likelyMicros === null ? null : t("nineOfTen", { from: say(likelyMicros.from), to: say(likelyMicros.to) });
  return (
    <div className="mt-3">
      <div aria-hidden className="bg-surface-2 relative h-2 rounded-[4px]">
        <span
          className="bg-accent-2 absolute inset-y-0 rounded-[4px]"
          style={{
            left: `${clamp(from)}%`,
            width: `${Math.max(2, clamp(to) - clamp(from))}%`,
            opacity: likely === null ? 0.35 : 1,
          }}
        />
      </div>
      <p className="text-text-3 tabular mt-1 flex justify-between gap-3 text-xs">
        <span>
          <span className="sr-only">{t("least")} </span>
          {say(minMicros)}
        </span>
        {likely === null ? null : <span className="text-text-2 text-center">{likely}</span>}
        <span>
          <span className="sr-only">{t("most")} </span>
          {say(maxMicros)}
        </span>
      </p>
    </div>
  );
}

function clamp(percent: number): number {
  return Math.min(100, Math.max(0, percent));
}

function Notes({ estimate }: { readonly estimate: CampaignEstimateView }) {
  const t = useTranslations("campaigns.cost");
  const format = useFormatter();
  const duration = useDuration();
  const { cost, costWithFallback, currency, ratePerSecond, fallbackOn } = estimate;
  const seconds = ratePerSecond === null ? null : Math.max(1, Math.ceil(estimate.people / ratePerSecond));
  const rounded = seconds === null ? null : seconds >= 120 ? Math.ceil(seconds / 60) * 60 : seconds;
  const unreached = cost.unreachedWithoutFallback;
  const without = formatMoney(format, cost.withoutFallbackMicros, currency);
  return (
    <div className="text-text-3 mt-3 flex flex-col gap-1 text-xs">
      {unreached === null ? null : fallbackOn ? (
        <p>{t("withoutFallback", { amount: without, count: unreached })}</p>
      ) : (
        <p>
          {t("withFallback", {
            amount: formatMoney(format, costWithFallback.expectedMicros ?? costWithFallback.maxMicros, currency),
            count: unreached,
          })}
        </p>
      )}
      {fallbackOn && cost.worstSegments > 0 ? <p>{t("worst", { segments: cost.worstSegments })}</p> : null}
      {rounded === null ? null : <p>{t("takes", { rate: ratePerSecond ?? 0, time: duration(rounded) })}</p>}
      {estimate.rate === null ? null : (
        <p>
          {t("history", {
            tried: estimate.historyTried,
            share: format.number(estimate.rate.expected, "percent"),
            low: format.number(estimate.rate.low, "percent"),
            high: format.number(estimate.rate.high, "percent"),
          })}
        </p>
      )}
    </div>
  );
}
