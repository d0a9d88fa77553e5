"use client";

import type { ReactNode } from "react";
import { useTranslations } from "next-intl";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { Dialog } from "@/components/ui/dialog";
import type {
  CampaignDetail,
  CampaignEstimateView,
  EstimateSample,
  LaunchProblem,
  LaunchWarning,
} from "@/lib/schemas/campaigns";
import { CheckRow } from "./check-row";

type LaunchChecksProps = {
  readonly campaign: CampaignDetail;
  readonly estimate: CampaignEstimateView;
  readonly onTakeNewest: () => void;
};

/** "Before it goes": what is in order, what to look at, and what stands in the way. */
export function LaunchChecks({ campaign, estimate, onTakeNewest }: LaunchChecksProps) {
  const t = useTranslations("campaigns.checks");
  const templateHref = `/templates/${campaign.template.id}`;
  return (
    <Card title={t("title")}>
      <ul>
        <PeopleRow estimate={estimate} />
        {estimate.missing.length === 0 ? (
          <CheckRow tone="ok" said={t("ok")}>
            {t("variablesOk")}
          </CheckRow>
        ) : (
          <CheckRow tone="warn" said={t("look")} note={<NoteLink href={templateHref}>{t("addSpare")}</NoteLink>}>
            {estimate.missing.map(({ variable, people }) => (
              <p key={variable}>{t("missing", { variable, count: people })}</p>
            ))}
            {estimate.missingPeople > 0 ? <p>{t("missingOut", { count: estimate.missingPeople })}</p> : null}
          </CheckRow>
        )}
        <SegmentsRow estimate={estimate} templateHref={templateHref} />
        {estimate.fallbackOn ? null : (
          <CheckRow tone="warn" said={t("look")} note={<NoteLink href="/settings/fallback">{t("toSwitch")}</NoteLink>}>
            {estimate.cost.unreachedWithoutFallback === null
              ? t("fallbackOff")
              : t("fallbackOffPeople", { count: estimate.cost.unreachedWithoutFallback })}
          </CheckRow>
        )}
        {estimate.warnings.map((warning, index) => (
          <WarningRow key={index} warning={warning} onTakeNewest={onTakeNewest} />
        ))}
        {estimate.problems.map((problem, index) => (
          <ProblemRow key={index} problem={problem} templateHref={templateHref} />
        ))}
      </ul>
    </Card>
  );
}

function PeopleRow({ estimate }: { readonly estimate: CampaignEstimateView }) {
  const t = useTranslations("campaigns.checks");
  const { people, optedOut, leftOut } = estimate;
  if (people === 0) return null;
  const notes = [
    ...(leftOut === null ? [] : [t("leftOut", { duplicates: leftOut.duplicates, refused: leftOut.refused })]),
    t("optedOut", { count: optedOut }),
  ];
  return (
    <CheckRow tone="ok" said={t("ok")} note={notes.join(" · ")}>
      {t("people", { count: people })}
    </CheckRow>
  );
}

function SegmentsRow({
  estimate,
  templateHref,
}: {
  readonly estimate: CampaignEstimateView;
  readonly templateHref: string;
}) {
  const t = useTranslations("campaigns.checks");
  const { outliers, usualSegments, distribution, people } = estimate;
  if (distribution.length === 0 || people === 0) return null;
  if (outliers.people === 0) {
    return (
      <CheckRow tone="ok" said={t("ok")}>
        {t("segmentsSame", { count: usualSegments })}
      </CheckRow>
    );
  }
  return (
    <CheckRow
      tone="warn"
      said={t("look")}
      note={
        <span className="flex flex-wrap items-center gap-x-2">
          <OutliersDialog samples={outliers.samples} count={outliers.people} usual={usualSegments} />
          <NoteLink href={templateHref}>{t("shorten")}</NoteLink>
        </span>
      }
    >
      {t("outliers", { count: outliers.people, usual: usualSegments })}
    </CheckRow>
  );
}

type OutliersDialogProps = {
  readonly samples: readonly EstimateSample[];
  readonly count: number;
  readonly usual: number;
};

function OutliersDialog({ samples, count, usual }: OutliersDialogProps) {
  const t = useTranslations("campaigns.checks");
  const tc = useTranslations("common");
  return (
    <Dialog
      size="lg"
      trigger={
        <button type="button" className="text-accent rounded-sm font-[550] hover:underline">
          {t("seeThem")}
        </button>
      }
      title={t("outliersTitle", { count })}
      description={t("outliersText", { usual })}
    >
      <ul className="divide-line divide-y">
        {samples.map((sample) => (
          <li key={sample.contactId} className="py-2.5">
            <p className="flex flex-wrap items-baseline gap-x-2">
              <span className="font-[550]">{sample.name ?? sample.phone}</span>
              {sample.name === null ? null : <span className="text-text-3 tabular text-xs">{sample.phone}</span>}
              <span className="text-warn ml-auto text-xs font-[600]">
                {tc("count.segments", { count: sample.segments })}
              </span>
            </p>
            <p dir="auto" className="text-text-2 text-sm whitespace-pre-wrap [overflow-wrap:anywhere]">
              {sample.text}
            </p>
          </li>
        ))}
      </ul>
      {count > samples.length ? (
        <p className="text-text-3 mt-2 text-xs">{t("andMore", { count: count - samples.length })}</p>
      ) : null}
    </Dialog>
  );
}

function NoteLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  return (
    <Link href={href} className="text-accent font-[550] hover:underline">
      {children}
    </Link>
  );
}

function WarningRow({ warning, onTakeNewest }: { readonly warning: LaunchWarning; readonly onTakeNewest: () => void }) {
  const t = useTranslations("campaigns.checks");
  if (warning.kind === "template_newer") {
    return (
      <CheckRow
        tone="warn"
        said={t("look")}
        note={
          <Button size="sm" className="mt-1" onClick={onTakeNewest}>
            {t("takeNewest", { version: warning.version })}
          </Button>
        }
      >
        {t("templateNewer")}
      </CheckRow>
    );
  }
  if (!("channel" in warning)) {
    return (
      <CheckRow tone="warn" said={t("look")} note={<NoteLink href="/templates/whatsapp">{t("toApproval")}</NoteLink>}>
        {t(`approval.${warning.kind}`, warning)}
      </CheckRow>
    );
  }
  const channel = CHANNEL_NAME[warning.channel];
  if (warning.kind === "unpriced") {
    return (
      <CheckRow tone="warn" said={t("look")} note={<NoteLink href="/settings/prices">{t("toPrices")}</NoteLink>}>
        {t("unpriced", { channel, country: warning.country, count: warning.recipients })}
      </CheckRow>
    );
  }
  return (
    <CheckRow tone="warn" said={t("look")} note={<NoteLink href="/help/channel-down">{t("channelDownHelp")}</NoteLink>}>
      {t("breaker", { channel })}
    </CheckRow>
  );
}

function ProblemRow({ problem, templateHref }: { readonly problem: LaunchProblem; readonly templateHref: string }) {
  const t = useTranslations("campaigns.checks");
  const channel = "channel" in problem ? CHANNEL_NAME[problem.channel] : "";
  const href = {
    no_people: "/audiences",
    no_connection: "/connections",
    connection_paused: "/connections",
    template_incomplete: templateHref,
    template_archived: templateHref,
    template_state: templateHref,
    template_differs: templateHref,
  }[problem.kind];
  const state = "state" in problem ? problem.state : "";
  const connection = "connection" in problem ? problem.connection : "";
  return (
    <CheckRow
      tone="bad"
      said={t("blocked")}
      note={<NoteLink href={href}>{t(`problemLinks.${problem.kind}`)}</NoteLink>}
    >
      {t(`problems.${problem.kind}`, { channel, state, connection })}
    </CheckRow>
  );
}
