"use client";

import { useTranslations } from "next-intl";
import Link from "next/link";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { RadioCards } from "@/components/ui/radio-cards";
import { isFallbackOn } from "@/lib/domain/dispatch/dispatch-policy";
import { FALLBACK_MODES, ROUTES, type Channel, type FallbackMode, type RouteKey } from "@/lib/domain/vocabulary";
import type { CampaignDetail, LatencyHistory } from "@/lib/schemas/campaigns";
import type { DraftActions } from "./campaign-actions";
import { DoubleReachNote } from "./double-reach-note";
import { DraftFooter } from "./draft-footer";
import { RouteDiagram } from "./route-diagram";
import { useDraft } from "./use-draft";
import { WaitField } from "./wait-field";

const OFFERED = ["viber-sms", "whatsapp-sms", "whatsapp-viber-sms"] as const satisfies readonly RouteKey[];

type RouteStepProps = {
  readonly campaign: CampaignDetail;
  /** Channels that have an active connection. */
  readonly connected: readonly Channel[];
  readonly latency: LatencyHistory;
  readonly actions: DraftActions;
};

export function RouteStep({ campaign, connected, latency, actions }: RouteStepProps) {
  const t = useTranslations("campaigns.route");
  const tc = useTranslations("common");
  const draft = useDraft(campaign, actions);
  const [route, setRoute] = useState<RouteKey>(campaign.route);
  const [mode, setMode] = useState<FallbackMode>(campaign.fallbackMode);
  const [waitS, setWaitS] = useState(campaign.waitS);
  const [waitValid, setWaitValid] = useState(true);
  const { fallbackEnabled } = campaign.account;
  const fallbackOn = isFallbackOn(mode, { smsFallbackEnabled: fallbackEnabled });
  const accountState = fallbackEnabled ? tc("on") : tc("off");
  return (
    <div className="max-w-4xl">
      <div className="flex flex-col gap-4">
        <Card title={t("title")} sub={t("sub")}>
          <RadioCards<RouteKey>
            legend={t("title")}
            legendHidden
            name="route"
            value={route}
            onChange={(next) => {
              setRoute(next);
              void draft.save({ route: next });
            }}
            options={OFFERED.map((key) => ({
              value: key,
              label: <RouteDiagram route={key} waitS={waitS} fallbackOn={fallbackOn} compact={key !== route} />,
              hint: <Unconnected route={key} connected={connected} />,
            }))}
          />
        </Card>
        <Card title={t("when")} sub={t("whenSub")}>
          <div className="flex flex-col gap-4">
            <WaitField
              key={campaign.category}
              category={campaign.category}
              defaultWaitS={campaign.account.defaultWaitS}
              waitS={waitS}
              onValid={setWaitValid}
              onChange={setWaitS}
            />
            <DoubleReachNote
              route={route}
              category={campaign.category}
              waitS={waitS}
              people={campaign.audience.people}
              latency={latency}
            />
          </div>
        </Card>
        <Card
          title={t("switch")}
          sub={t("switchSub")}
          actions={
            <Badge tone={fallbackEnabled ? "ok" : "neutral"}>{t("accountState", { state: accountState })}</Badge>
          }
        >
          <RadioCards<FallbackMode>
            legend={t("switch")}
            legendHidden
            name="fallback"
            columns={3}
            value={mode}
            onChange={(next) => {
              setMode(next);
              void draft.save({ fallbackMode: next });
            }}
            options={FALLBACK_MODES.map((value) => ({
              value,
              label: t(`modes.${value}.label`, { state: accountState }),
              hint: t(`modes.${value}.hint`),
            }))}
          />
          {fallbackOn ? null : (
            <p className="text-text-2 mt-3 text-sm">
              {t("offNote")}{" "}
              <Link href="/settings/fallback" className="text-accent font-[550] hover:underline">
                {t("toSwitch")}
              </Link>
            </p>
          )}
        </Card>
      </div>
      <DraftFooter
        draft={draft}
        backHref={`/campaigns/${campaign.id}/edit?step=message`}
        continueDisabled={!waitValid}
        onContinue={() => void draft.goTo("review", { route, waitS, fallbackMode: mode })}
      />
    </div>
  );
}

function Unconnected({ route, connected }: { readonly route: RouteKey; readonly connected: readonly Channel[] }) {
  const t = useTranslations("campaigns.route");
  const missing = ROUTES[route].filter((channel) => !connected.includes(channel));
  if (missing.length === 0) return null;
  const names = { whatsapp: "WhatsApp", viber: "Viber", sms: "SMS" };
  return (
    <span className="text-warn text-xs">
      {t("unconnected", { channels: missing.map((key) => names[key]).join(", ") })}
    </span>
  );
}
