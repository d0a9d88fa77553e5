"use client";

import { useFormatter, useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { DefinitionList } from "@/components/ui/definition-list";
import { Dialog } from "@/components/ui/dialog";
import { formatMoney } from "@/components/ui/format-money";
import { HelpLink } from "@/components/ui/help-link";
import { Skeleton } from "@/components/ui/skeleton";
import { useFallbackForecast } from "@/lib/client/fallback";
import type { FallbackForecast } from "@/lib/schemas/accounts-fallback";

type TurnOnDialogProps = { readonly open: boolean; readonly onCancel: () => void; readonly onConfirm: () => void };

/** What to expect, from the account's own last days. A forecast that cannot be had does not keep anyone from turning it on. */
export function TurnOnDialog({ open, onCancel, onConfirm }: TurnOnDialogProps) {
  const t = useTranslations("fallback");
  const tCommon = useTranslations("common");
  const forecast = useFallbackForecast(open);
  return (
    <Dialog
      size="sm"
      open={open}
      onOpenChange={(next) => (next ? undefined : onCancel())}
      title={t("on.title")}
      description={t("on.text")}
      footer={
        <>
          <Button onClick={onCancel}>{tCommon("cancel")}</Button>
          <Button variant="primary" pending={forecast.isPending} onClick={onConfirm}>
            {t("on.confirm")}
          </Button>
        </>
      }
    >
      <p className="mb-2 flex items-center gap-1.5 text-sm font-[600]">
        {t("on.expect")}
        <HelpLink topic="segments" label={t("on.segmentsHelp")} />
      </p>
      {forecast.data === undefined ? (
        forecast.isError ? (
          <Callout tone="warn">{t("on.noForecast")}</Callout>
        ) : (
          <div role="status" aria-label={tCommon("loading")} className="flex flex-col gap-2">
            <Skeleton className="h-5" />
            <Skeleton className="h-5" />
            <Skeleton className="h-5" />
          </div>
        )
      ) : (
        <Forecast forecast={forecast.data} />
      )}
      <Callout tone="ok" className="mt-4" title={t("on.freeTitle")}>
        {t("on.freeText")}
      </Callout>
    </Dialog>
  );
}

function Forecast({ forecast }: { readonly forecast: FallbackForecast }) {
  const t = useTranslations("fallback");
  const format = useFormatter();
  const { share, segments, costMicros } = forecast;
  if (share === null || segments === null) {
    return (
      <div className="bg-surface-2 rounded-lg px-3.5 py-3">
        <p className="font-[600]">{t("on.noHistoryTitle")}</p>
        <p className="text-text-2 text-sm">{t("on.noHistoryText")}</p>
      </div>
    );
  }
  const segmentsText = t(forecast.segmentsKnown ? "on.segments" : "on.segmentsAtLeast", { n: segments });
  const cost = costMicros === null ? t("on.noPrice") : formatMoney(format, costMicros, forecast.currency);
  return (
    <>
      <DefinitionList
        items={[
          {
            key: "share",
            term: t("on.share"),
            value: t("on.shareOf", { share: format.number(share, "percent"), n: forecast.wouldFallBack }),
          },
          { key: "segments", term: t("on.smsParts"), value: segmentsText },
          { key: "cost", term: t("on.cost"), value: cost, strong: true },
        ]}
      />
      <p className="text-text-3 mt-2 text-xs">
        {t("on.basis", { days: forecast.days, recipients: forecast.recipients })}
      </p>
    </>
  );
}
