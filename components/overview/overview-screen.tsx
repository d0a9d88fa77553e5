"use client";

import { DeliveryChart } from "@/components/reports/delivery-chart";
import { FigureTiles } from "@/components/reports/figure-tiles";
import { StaleNotice } from "@/components/reports/stale-notice";
import { useOverview } from "@/lib/client/reports";
import type { Overview, ReportRange } from "@/lib/schemas/reports";
import { CampaignRows } from "./campaign-rows";
import { FirstSteps, type StepPermissions } from "./first-steps";
import { WhyFellBack } from "./why-fell-back";

type OverviewScreenProps = {
  readonly range: ReportRange;
  readonly initial: Overview;
  readonly may: StepPermissions;
};

/** Everything under the switch. A new account sees its first steps instead of empty charts. */
export function OverviewScreen({ range, initial, may }: OverviewScreenProps) {
  const { data, error, refetch } = useOverview(range, initial);
  const { report } = data;
  if (!data.setup.launched) return <FirstSteps setup={data.setup} may={may} />;
  const reports = `/reports?range=${range}`;
  return (
    <>
      <StaleNotice error={error} onRetry={() => void refetch()} />
      <FigureTiles
        report={report}
        hrefs={{
          delivered: `${reports}#delivery`,
          fallback: `${reports}#fallback`,
          segments: `${reports}#cost`,
          cost: `${reports}#campaigns`,
        }}
      />
      <div className="mb-4 grid gap-4 lg:grid-cols-[1.6fr_1fr]">
        <DeliveryChart report={report} heightPx={320} />
        <WhyFellBack report={report} />
      </div>
      <CampaignRows campaigns={data.campaigns} currency={report.span.currency} />
    </>
  );
}
