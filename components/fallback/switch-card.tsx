"use client";

import { useTranslations } from "next-intl";
import Link from "next/link";
import { useState, type ReactNode } from "react";
import { toast } from "sonner";
import { setSmsFallbackAction } from "@/app/(desk)/settings/actions";
import { Callout } from "@/components/ui/callout";
import { HelpLink } from "@/components/ui/help-link";
import { LocalTime } from "@/components/ui/local-time";
import { Money } from "@/components/ui/money";
import { Switch } from "@/components/ui/switch";
import { formatWait } from "@/components/reports/format-wait";
import { useFallback, useFlipFallback } from "@/lib/client/fallback";
import type { FallbackState } from "@/lib/schemas/accounts-fallback";
import { StateMark } from "./state-mark";
import { TurnOffDialog } from "./turn-off-dialog";
import { TurnOnDialog } from "./turn-on-dialog";

type SwitchCardProps = {
  readonly initial: FallbackState;
  /** Others see the state and whom to ask. */
  readonly canFlip: boolean;
  readonly personName: string;
};

/** The switch: state, since when and by whom, what it did today. A click opens what to expect; one more flips it. */
export function SwitchCard({ initial, canFlip, personName }: SwitchCardProps) {
  const t = useTranslations("fallback");
  const [asking, setAsking] = useState<"on" | "off" | null>(null);
  const { data: state, isError } = useFallback(initial);
  const flip = useFlipFallback({
    flip: setSmsFallbackAction,
    personName,
    unreachableText: t("unreachable"),
    onRefused: (message) => toast.error(t("refused"), { description: message }),
  });
  const confirm = (enabled: boolean) => {
    setAsking(null);
    flip.mutate(enabled);
  };
  return (
    <section
      aria-labelledby="sms-fallback-state"
      className="border-line bg-surface shadow-card mb-4 rounded-xl border px-4 py-4 sm:px-5 sm:py-[18px]"
    >
      <div className="grid items-center gap-x-5 gap-y-3 sm:grid-cols-[auto_1fr] lg:grid-cols-[auto_1fr_auto]">
        {canFlip ? (
          <Switch
            size="lg"
            checked={state.enabled}
            pending={flip.isPending}
            label={t("name")}
            onCheckedChange={(on) => setAsking(on ? "on" : "off")}
          />
        ) : (
          <StateMark on={state.enabled} />
        )}
        <div className="min-w-0">
          <h2 id="sms-fallback-state" aria-live="polite" className="flex items-center gap-2 text-lg font-[650]">
            {t(state.enabled ? "isOn" : "isOff")}
            <HelpLink topic="fallback" label={t("help")} />
          </h2>
          <p className="text-text-2 max-w-[78ch] text-pretty">
            <StateSentence state={state} canFlip={canFlip} />
          </p>
        </div>
        <Today state={state} />
      </div>
      {isError ? (
        <Callout tone="warn" className="mt-3">
          {t("stale")}
        </Callout>
      ) : null}
      <TurnOnDialog open={asking === "on"} onCancel={() => setAsking(null)} onConfirm={() => confirm(true)} />
      <TurnOffDialog open={asking === "off"} onCancel={() => setAsking(null)} onConfirm={() => confirm(false)} />
    </section>
  );
}

function StateSentence({ state, canFlip }: { readonly state: FallbackState; readonly canFlip: boolean }) {
  const t = useTranslations("fallback");
  const tDuration = useTranslations("reports.duration");
  const b = (chunks: ReactNode) => <b className="text-text font-[600]">{chunks}</b>;
  const wait = formatWait(tDuration, state.policy.waitMarketingS);
  const admins = state.admins.join(", ");
  const since = () => (state.changedAt === null ? null : <LocalTime at={state.changedAt} format="minute" />);
  return (
    <>
      {t.rich(state.enabled ? "meansOn" : "meansOff", { wait, b })}{" "}
      {state.changedAt === null
        ? null
        : t.rich(state.enabled ? "turnedOnBy" : "turnedOffBy", { name: state.changedBy ?? t("somebody"), since })}{" "}
      {state.enabled ? t("free") : null}{" "}
      {canFlip || admins === "" ? null : t(state.enabled ? "askToTurnOff" : "askToTurnOn", { admins })}
    </>
  );
}

function Today({ state }: { readonly state: FallbackState }) {
  const t = useTranslations("fallback");
  const { rescued, costMicros, doubleReaches, deniedBySwitch } = state.today;
  const wouldHave = !state.enabled && deniedBySwitch > 0;
  const cost = () => <Money micros={costMicros} currency={state.currency} />;
  return (
    <div className="sm:col-start-2 lg:col-start-auto lg:text-right">
      <Link
        href="/reports?range=today#fallback"
        className="number-link tabular block text-[22px] leading-7 font-[650] tracking-[-0.02em]"
      >
        {wouldHave ? t("wouldHave", { n: deniedBySwitch }) : t("rescued", { n: rescued })}
      </Link>
      <span className="text-text-2 text-sm">
        {wouldHave ? t("todayOff", { n: rescued }) : t.rich("today", { cost, doubles: doubleReaches })}
      </span>
    </div>
  );
}
