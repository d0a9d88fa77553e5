"use client";

import { useTranslations } from "next-intl";
import { useReport } from "@/lib/client/reports";
import type { CampaignChoice, Report, ReportChart, ReportInput } from "@/lib/schemas/reports";
import { CampaignCosts } from "./campaign-costs";
import { CostChart } from "./cost-chart";
import { CsvButton } from "./csv-button";
import { DeliveryChart } from "./delivery-chart";
import { FallbackRateChart } from "./fallback-rate-chart";
import { FigureTiles } from "./figure-tiles";
import { LatencyChart } from "./latency-chart";
import { ReasonTable } from "./reason-table";
import { ReportFilters } from "./report-filters";
import { StaleNotice } from "./stale-notice";

type ReportScreenProps = {
  readonly filter: ReportInput;
  readonly initial: Report;
  readonly choices: readonly CampaignChoice[];
};

export function ReportScreen({ filter, initial, choices }: ReportScreenProps) {
  const t = useTranslations("reports");
  const { data: report, error, refetch } = useReport(filter, initial);
  const csv = (chart: ReportChart, title: string) => <CsvButton chart={chart} title={title} filter={filter} />;
  const hrefOf = (campaign: string) => `/reports?${new URLSearchParams({ range: filter.range, campaign }).toString()}`;
  return (
    <>
      <ReportFilters filter={filter} choices={choices} />
      <StaleNotice error={error} onRetry={() => void refetch()} />
      <FigureTiles
        report={report}
        hrefs={{ delivered: "#delivery", fallback: "#fallback", segments: "#cost", cost: "#campaigns" }}
      />
      <div className="flex flex-col gap-4">
        <div id="delivery">
          <DeliveryChart report={report} actions={csv("channels", t("delivery.title"))} />
        </div>
        <div className="grid gap-4 lg:grid-cols-2">
          <div id="fallback" className="min-w-0">
            <FallbackRateChart report={report} actions={csv("fallback", t("fallback.title"))} />
          </div>
          <div id="latency" className="min-w-0">
            <LatencyChart report={report} actions={csv("latency", t("latency.title"))} />
          </div>
        </div>
        <div id="cost">
          <CostChart report={report} actions={csv("cost", t("cost.title"))} />
        </div>
        <div id="campaigns">
          <CampaignCosts report={report} actions={csv("campaigns", t("campaigns.title"))} hrefOf={hrefOf} />
        </div>
        <div id="reasons">
          <ReasonTable report={report} actions={csv("reasons", t("reasons.title"))} />
        </div>
      </div>
    </>
  );
}
