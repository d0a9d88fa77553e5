"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useFormatter, useTranslations } from "next-intl";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { formatMoney } from "@/components/ui/format-money";
import { LinkButton } from "@/components/ui/link-button";
import { Skeleton } from "@/components/ui/skeleton";
import { useAnswer } from "@/lib/client/use-answer";
import { campaignEstimateQuery } from "@/lib/client/campaigns";
import { isFallbackOn } from "@/lib/domain/dispatch/dispatch-policy";
import type { VariableValues } from "@/lib/domain/template/variables";
import { ROUTES } from "@/lib/domain/vocabulary";
import type { ClientError } from "@/lib/schemas/action-result";
import type { CampaignDetail, CampaignEstimateView, LatencyHistory } from "@/lib/schemas/campaigns";
import type { DraftActions } from "./campaign-actions";
import { CostCard } from "./cost-card";
import { DoubleReachNote } from "./double-reach-note";
import { LaunchChecks } from "./launch-checks";
import { TemplatePreviews } from "./message-step";
import { RouteDiagram } from "./route-diagram";
import { useDraft } from "./use-draft";

type ReviewStepProps = {
  readonly campaign: CampaignDetail;
  readonly sample: VariableValues;
  readonly latency: LatencyHistory;
  readonly actions: DraftActions;
};

export function ReviewStep({ campaign, sample, latency, actions }: ReviewStepProps) {
  const t = useTranslations("campaigns.review");
  const router = useRouter();
  const draft = useDraft(campaign, actions);
  const estimate = useQuery(campaignEstimateQuery(campaign.id, campaign.updatedAt));

  async function takeNewest() {
    if (await draft.save({ templateId: campaign.template.id })) router.refresh();
  }

  return (
    <div className="grid items-start gap-4 lg:grid-cols-[1.25fr_1fr]">
      <div className="flex min-w-0 flex-col gap-4">
        <WayCard
          campaign={campaign}
          latency={latency}
          people={estimate.data?.people ?? campaign.audience.people}
          templateTtlS={estimate.data?.templateTtlS ?? null}
        />
        <Card
          title={t("see")}
          actions={
            <LinkButton size="sm" variant="ghost" href={`/campaigns/${campaign.id}/edit?step=message`}>
              {t("change")}
            </LinkButton>
          }
        >
          <TemplatePreviews campaign={campaign} sample={sample} channels={ROUTES[campaign.route]} />
        </Card>
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        {estimate.isPending ? (
          <EstimateSkeleton />
        ) : estimate.isError ? (
          <Callout
            tone="bad"
            title={estimate.error.message}
            actions={<Button onClick={() => void estimate.refetch()}>{t("again")}</Button>}
          >
            {t("estimateFailed")}
          </Callout>
        ) : (
          <>
            <LaunchChecks campaign={campaign} estimate={estimate.data} onTakeNewest={() => void takeNewest()} />
            <CostCard estimate={estimate.data} route={campaign.route} />
          </>
        )}
        {draft.error ? <Callout tone="bad" announce title={draft.error.message} /> : null}
        <LaunchBar campaign={campaign} estimate={estimate.data ?? null} launch={actions.launch} />
      </div>
    </div>
  );
}

type WayCardProps = {
  readonly campaign: CampaignDetail;
  readonly latency: LatencyHistory;
  readonly people: number;
  readonly templateTtlS: number | null;
};

function WayCard({ campaign, latency, people, templateTtlS }: WayCardProps) {
  const t = useTranslations("campaigns.review");
  const tc = useTranslations("common");
  const { fallbackEnabled } = campaign.account;
  const fallbackOn = isFallbackOn(campaign.fallbackMode, { smsFallbackEnabled: fallbackEnabled });
  const state = fallbackEnabled ? tc("on") : tc("off");
  return (
    <Card
      title={t("way")}
      actions={
        <LinkButton size="sm" variant="ghost" href={`/campaigns/${campaign.id}/edit?step=route`}>
          {t("change")}
        </LinkButton>
      }
    >
      <RouteDiagram route={campaign.route} waitS={campaign.waitS} fallbackOn={fallbackOn} />
      <p className="text-text-3 mt-3 text-xs">{t(`fallback.${campaign.fallbackMode}`, { state })}</p>
      <div className="mt-1">
        {fallbackOn ? (
          <DoubleReachNote
            route={campaign.route}
            category={campaign.category}
            waitS={campaign.waitS}
            people={people}
            latency={latency}
            templateTtlS={templateTtlS}
          />
        ) : null}
      </div>
    </Card>
  );
}

type LaunchBarProps = {
  readonly campaign: CampaignDetail;
  readonly estimate: CampaignEstimateView | null;
  readonly launch: DraftActions["launch"];
};

/** One press sends; the button says to how many and for how much at most. */
function LaunchBar({ campaign, estimate, launch }: LaunchBarProps) {
  const t = useTranslations("campaigns.review");
  const answer = useAnswer();
  const format = useFormatter();
  const router = useRouter();
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ClientError | null>(null);
  const blocked = estimate === null || estimate.problems.length > 0;

  async function press() {
    setPending(true);
    setError(null);
    const result = await answer(launch({ campaignId: campaign.id, updatedAt: campaign.updatedAt }));
    if (result.ok) {
      router.refresh();
      return router.push(`/campaigns/${campaign.id}`);
    }
    setPending(false);
    setError(result.error);
  }

  return (
    <div className="flex flex-col gap-3">
      {error ? (
        <Callout tone="bad" announce title={error.message}>
          {error.code === "conflict" ? (
            <Link href={`/campaigns/${campaign.id}`} className="text-accent font-[550] hover:underline">
              {t("lookAgain")}
            </Link>
          ) : null}
        </Callout>
      ) : null}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <LinkButton size="lg" href="/campaigns">
          {t("later")}
        </LinkButton>
        <Button
          variant="primary"
          size="lg"
          pending={pending}
          disabled={blocked}
          onClick={() => void press()}
          className="max-sm:h-auto max-sm:min-h-11 max-sm:w-full max-sm:py-2 max-sm:whitespace-normal"
        >
          {estimate === null
            ? t("sending")
            : t("send", {
                count: estimate.people,
                amount: formatMoney(format, estimate.cost.maxMicros, estimate.currency),
              })}
        </Button>
      </div>
      {estimate !== null && estimate.problems.length > 0 ? (
        <p className="text-text-3 text-right text-xs">{t("blocked", { count: estimate.problems.length })}</p>
      ) : null}
    </div>
  );
}

function EstimateSkeleton() {
  const t = useTranslations("campaigns.review");
  return (
    <Card title={t("counting")}>
      <div role="status" aria-label={t("counting")} className="flex flex-col gap-3">
        {[0, 1, 2, 3, 4, 5].map((row) => (
          <Skeleton key={row} className="h-5" />
        ))}
      </div>
    </Card>
  );
}
