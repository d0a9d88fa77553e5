"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useCarrierSentence } from "@/components/reports/use-carrier-sentence";
import { Card } from "@/components/ui/card";
import { ChannelMark, CHANNEL_NAME } from "@/components/ui/channel-mark";
import type { Reason } from "@/lib/domain/campaign/fold-progress";
import { FALLBACK_TRIGGERS } from "@/lib/domain/vocabulary";
import type { CampaignProgress } from "@/lib/schemas/campaigns";

type CampaignReasonsProps = { readonly campaignId: string; readonly progress: CampaignProgress };

/** Why people fell back, and why attempts failed, in sentences; the most frequent first. */
export function CampaignReasons({ progress }: CampaignReasonsProps) {
  const t = useTranslations("campaigns.live");
  const format = useFormatter();
  const { triggers, failures, deniedBySwitch } = progress.figures;
  const isEmpty = triggers.length === 0 && failures.length === 0 && deniedBySwitch === 0;
  return (
    <Card title={t("reasons")}>
      {isEmpty ? <p className="text-text-3">{t("noReasons")}</p> : null}
      {triggers.length + deniedBySwitch > 0 ? (
        <ul className="mb-3 flex flex-col gap-1">
          {triggers.map(({ trigger, n }) => (
            <li key={trigger} className="flex justify-between gap-4">
              <span className="text-text-2">
                {t(`triggers.${FALLBACK_TRIGGERS.find((known) => known === trigger) ?? "failure"}`)}
              </span>
              <span className="tabular font-[600]">{format.number(n)}</span>
            </li>
          ))}
          {deniedBySwitch > 0 ? (
            <li className="flex justify-between gap-4">
              <span className="text-warn">{t("deniedBySwitch")}</span>
              <span className="tabular font-[600]">{format.number(deniedBySwitch)}</span>
            </li>
          ) : null}
        </ul>
      ) : null}
      {failures.length > 0 ? (
        <>
          <h3 className="text-text-3 mb-1 text-xs font-[550]">{t("failures")}</h3>
          <ul className="flex flex-col gap-2">
            {failures.map((reason) => (
              <FailureRow key={`${reason.channel} ${reason.code}`} reason={reason} />
            ))}
          </ul>
        </>
      ) : null}
    </Card>
  );
}

function FailureRow({ reason }: { readonly reason: Reason }) {
  const t = useTranslations("campaigns.live");
  const sentence = useCarrierSentence();
  const format = useFormatter();
  return (
    <li className="flex items-baseline justify-between gap-4 text-sm">
      <span className="min-w-0">
        <ChannelMark channel={reason.channel} className="mr-1.5 inline size-2.5" />
        {reason.code === ""
          ? t("noWords", { channel: CHANNEL_NAME[reason.channel] })
          : sentence(reason.channel, reason.code)}
        {reason.code === "" ? null : <span className="text-text-3 ml-1.5 font-mono text-xs">{reason.code}</span>}
      </span>
      <span className="tabular font-[600]">{format.number(reason.n)}</span>
    </li>
  );
}
