"use client";

import { useQuery } from "@tanstack/react-query";
import { useFormatter, useTranslations } from "next-intl";
import Link from "next/link";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { HelpLink } from "@/components/ui/help-link";
import { Money } from "@/components/ui/money";
import { channelSegments, ProgressBar } from "@/components/ui/progress-bar";
import { StatTile } from "@/components/ui/stat-tile";
import { StatusBadge } from "@/components/ui/status-badge";
import { campaignProgressQuery } from "@/lib/client/campaigns";
import { classifyRefusal } from "@/lib/domain/carrier-codes/classify-refusal";
import { CHANNELS } from "@/lib/domain/vocabulary";
import type { CampaignProgress } from "@/lib/schemas/campaigns";
import { CampaignReasons } from "./campaign-reasons";
import { CampaignStepsTable } from "./campaign-steps-table";

type CampaignLiveProps = {
  readonly campaignId: string;
  readonly initial: CampaignProgress;
  readonly currency: string;
};

/** Where everyone of the campaign is, every second and a half while it runs. */
export function CampaignLive({ campaignId, initial, currency }: CampaignLiveProps) {
  const t = useTranslations("campaigns.live");
  const query = useQuery(campaignProgressQuery(campaignId, initial));
  const progress = query.data;
  return (
    <div className="flex flex-col gap-4">
      {query.isError ? <Callout tone="warn">{t("stale")}</Callout> : null}
      <PausedNote progress={progress} />
      <Headline progress={progress} />
      <Tiles campaignId={campaignId} progress={progress} currency={currency} />
      <div className="grid items-start gap-4 lg:grid-cols-[1.4fr_1fr]">
        <CampaignStepsTable progress={progress} currency={currency} />
        <CampaignReasons campaignId={campaignId} progress={progress} />
      </div>
    </div>
  );
}

/** In the head of the page, where it must not stay "Running" when the figures below say that it is over. */
export function CampaignStatus({ campaignId, initial }: Pick<CampaignLiveProps, "campaignId" | "initial">) {
  const { data } = useQuery(campaignProgressQuery(campaignId, initial));
  return <StatusBadge kind="campaign" status={data.status} />;
}

/** "whatsapp:132001": the channel and the carrier's code that made the sender stop. Nothing: a person did. */
function PausedNote({ progress }: { readonly progress: CampaignProgress }) {
  const t = useTranslations("campaigns.live");
  const codes = useTranslations("carrierCodes");
  if (progress.status !== "paused") return null;
  const [channel = "", code = ""] = progress.pausedReason?.split(":") ?? [];
  if (progress.pausedReason === null || code === "") {
    return (
      <Callout tone="warn" title={t("pausedTitle")}>
        {t("pausedByPerson", { count: progress.figures.notSent })}
      </Callout>
    );
  }
  if (progress.templateIsBack) {
    return (
      <Callout tone="info" title={t("templateBack")}>
        {t("templateBackNext", { count: progress.figures.notSent })}
      </Callout>
    );
  }
  const known = CHANNELS.find((one) => one === channel);
  const reason = known === undefined ? t("code", { code }) : codes(classifyRefusal(known, code, "refusal").messageKey);
  return (
    <Callout
      tone="bad"
      title={t("pausedByFault", { channel: CHANNEL_NAME[channel as keyof typeof CHANNEL_NAME] ?? channel })}
    >
      {reason} {t("pausedByFaultNext", { count: progress.figures.notSent })}
    </Callout>
  );
}

function Headline({ progress }: { readonly progress: CampaignProgress }) {
  const t = useTranslations("campaigns.live");
  const { figures, people } = progress;
  const byChannel = Object.fromEntries(figures.steps.map(({ channel, delivered }) => [channel, delivered]));
  return (
    <Card>
      <p className="mb-2 flex flex-wrap items-baseline gap-x-2">
        <span className="tabular text-2xl font-[650] tracking-[-0.02em]">
          {t("reachedOf", { reached: figures.reached, people })}
        </span>
        <span className="text-text-2">
          {t(progress.planned ? "headline" : "planning", { waiting: figures.waiting, unsent: figures.notSent })}
        </span>
      </p>
      <ProgressBar
        size="md"
        label={t("progress")}
        total={Math.max(people, 1)}
        segments={[
          ...channelSegments(byChannel),
          { key: "failed", value: figures.failed, label: t("failed"), color: "var(--bad)", striped: true },
          { key: "unknown", value: figures.unknown, label: t("unknown"), color: "var(--warn)", striped: true },
        ]}
      />
      {progress.excluded > 0 ? (
        <p className="text-text-3 mt-2 text-xs">{t("excluded", { count: progress.excluded })}</p>
      ) : null}
    </Card>
  );
}

type TilesProps = { readonly campaignId: string; readonly progress: CampaignProgress; readonly currency: string };

function Tiles({ campaignId, progress, currency }: TilesProps) {
  const t = useTranslations("campaigns.live");
  const format = useFormatter();
  const { figures, people, status } = progress;
  const messages = (filter: string) => `/messages?campaign=${campaignId}${filter}`;
  const tried = figures.steps[0]?.sent ?? 0;
  const isOver = status === "completed" || status === "cancelled";
  const share = (part: number) => (people === 0 ? undefined : format.number(part / people, "percent"));
  return (
    <div className="grid grid-cols-2 gap-3 md:grid-cols-4">
      <StatTile label={t("sent")} value={format.number(tried)} href={messages("")} sub={t("ofPeople", { people })} />
      <StatTile
        label={t("delivered")}
        value={format.number(figures.reached)}
        href={messages("&status=delivered")}
        sub={t("readSub", { count: figures.read })}
      />
      <StatTile
        label={t("fellBack")}
        value={format.number(figures.fellBack)}
        href={messages("&channel=sms")}
        sub={
          figures.fallbackShare === null
            ? t("noFallbackYet")
            : t("fallbackSub", { share: format.number(figures.fallbackShare, "percent") })
        }
        help={<HelpLink topic="fallback" label={t("fallbackHelp")} />}
      />
      <StatTile
        label={t("cost")}
        value={<Money micros={figures.costMicros} currency={currency} />}
        href={`/reports?campaign=${campaignId}`}
        sub={t("segmentsSub", { count: figures.segments })}
      />
      <StatTile
        label={isOver ? t("noAnswer") : t("waiting")}
        value={format.number(figures.waiting)}
        href={messages("&status=waiting")}
        sub={figures.doubleReaches > 0 ? t("doubleSub", { count: figures.doubleReaches }) : undefined}
      />
      <StatTile
        label={t("failed")}
        value={format.number(figures.failed)}
        href={messages("&status=failed")}
        sub={share(figures.failed)}
      />
      <StatTile
        label={t("unknown")}
        value={format.number(figures.unknown)}
        href={messages("&status=unknown")}
        help={<HelpLink topic="unknown-outcome" label={t("unknownHelp")} />}
      />
      {status === "cancelled" ? (
        <StatTile
          label={t("cancelled")}
          value={format.number(figures.cancelled)}
          sub={leftOutText(t, figures.suppressed)}
        />
      ) : (
        <StatTile
          label={t("notSent")}
          value={format.number(figures.notSent)}
          sub={leftOutText(t, figures.suppressed)}
        />
      )}
    </div>
  );
}

function leftOutText(t: ReturnType<typeof useTranslations<"campaigns.live">>, count: number): string | undefined {
  return count > 0 ? t("suppressedSub", { count }) : undefined;
}

export function CampaignLinks({ campaignId }: { readonly campaignId: string }) {
  const t = useTranslations("campaigns.live");
  return (
    <span className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
      <Link href={`/messages?campaign=${campaignId}`} className="text-accent font-[550] hover:underline">
        {t("toMessages")}
      </Link>
      <Link href={`/reports?campaign=${campaignId}`} className="text-accent font-[550] hover:underline">
        {t("toReports")}
      </Link>
    </span>
  );
}
