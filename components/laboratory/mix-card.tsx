"use client";

import { useTranslations } from "next-intl";
import { useState, type CSSProperties } from "react";
import { toast } from "sonner";
import { setMixAction } from "@/app/(desk)/laboratory/actions";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { Disclosure } from "@/components/ui/disclosure";
import { FormError } from "@/components/ui/form-error";
import { Tabs } from "@/components/ui/tabs";
import { useAnswer } from "@/lib/client/use-answer";
import { balanceShares, toPercent } from "@/lib/domain/laboratory/balance-shares";
import { SCENARIOS, type Scenario } from "@/lib/domain/laboratory/vocabulary";
import { CHANNELS, type Channel } from "@/lib/domain/vocabulary";
import type { SandboxLink, Shares } from "@/lib/schemas/laboratory";

/** Rarer outcomes stand behind a fold. */
const COMMON_PERCENT = 1;

type MixCardProps = {
  readonly mix: Readonly<Record<Channel, Shares>>;
  readonly links: readonly SandboxLink[];
  readonly onChanged: () => Promise<void>;
};

/** What becomes of numbers for which nothing else is said: a slider a scenario, always 100 % together. */
export function MixCard({ mix, links, onChanged }: MixCardProps) {
  const t = useTranslations("laboratory");
  const channels = CHANNELS.filter((channel) => links.some((link) => link.channel === channel));
  return (
    <Card title={t("mix.title")} sub={t("mix.sub")}>
      <Tabs
        label={t("mix.title")}
        tabs={channels.map((channel) => ({
          value: channel,
          label: CHANNEL_NAME[channel],
          content: <MixForm channel={channel} shares={mix[channel]} onChanged={onChanged} />,
        }))}
      />
    </Card>
  );
}

type MixFormProps = {
  readonly channel: Channel;
  readonly shares: Shares;
  readonly onChanged: () => Promise<void>;
};

function MixForm({ channel, shares, onChanged }: MixFormProps) {
  const t = useTranslations("laboratory");
  const answer = useAnswer();
  const [draft, setDraft] = useState<Shares | null>(null);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const shown = draft ?? toPercent(shares);
  const scenarios = SCENARIOS.filter((scenario) => isPossible(scenario, channel));
  // By what is stored: none changes its place under the hand that moves it.
  const stored = toPercent(shares);
  const [common, rare] = [true, false].map((wanted) =>
    scenarios.filter((scenario) => (stored[scenario] ?? 0) >= COMMON_PERCENT === wanted),
  ) as [Scenario[], Scenario[]];
  const move = (scenario: Scenario, percent: number) => setDraft(balanceShares(shown, scenario, percent));

  async function save() {
    setPending(true);
    const result = await answer(setMixAction({ channel, shares: shown }));
    setPending(false);
    setProblem(result.ok ? null : result.error.message);
    if (!result.ok) return;
    await onChanged();
    setDraft(null);
    toast.success(t("mix.saved", { channel: CHANNEL_NAME[channel] }));
  }

  return (
    <div>
      <Sliders scenarios={common} shown={shown} onChange={move} />
      {rare.length === 0 ? null : (
        <Disclosure summary={t("mix.rare", { count: rare.length })} className="mt-2.5">
          <Sliders scenarios={rare} shown={shown} onChange={move} />
        </Disclosure>
      )}
      {problem === null ? null : <FormError>{problem}</FormError>}
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <Button
          variant="primary"
          size="sm"
          pending={pending}
          aria-disabled={draft === null}
          onClick={() => draft !== null && void save()}
        >
          {t("mix.save", { channel: CHANNEL_NAME[channel] })}
        </Button>
        {draft === null ? null : (
          <Button size="sm" onClick={() => setDraft(null)}>
            {t("mix.discard")}
          </Button>
        )}
        <span className="text-text-3 text-xs">{t("mix.total")}</span>
      </div>
    </div>
  );
}

type SlidersProps = {
  readonly scenarios: readonly Scenario[];
  readonly shown: Shares;
  readonly onChange: (scenario: Scenario, percent: number) => void;
};

function Sliders({ scenarios, shown, onChange }: SlidersProps) {
  const t = useTranslations("laboratory");
  return (
    <ul className="grid grid-cols-1 gap-x-5 gap-y-2 sm:grid-cols-2 xl:grid-cols-1">
      {scenarios.map((scenario) => (
        <li key={scenario}>
          <label className="grid grid-cols-[minmax(0,1fr)_3.5rem] items-center gap-x-3">
            <span className="truncate text-sm">{t(`scenario.${scenario}`)}</span>
            <output className="tabular text-text-2 text-right text-sm">
              {t("mix.percent", { n: shown[scenario] ?? 0 })}
            </output>
            <input
              type="range"
              min={0}
              max={100}
              step={0.1}
              value={shown[scenario] ?? 0}
              onChange={(event) => onChange(scenario, Number(event.target.value))}
              style={{ "--filled": `${shown[scenario] ?? 0}%` } as CSSProperties}
              className="slider col-span-2 pointer-coarse:h-10"
            />
          </label>
        </li>
      ))}
    </ul>
  );
}

function isPossible(scenario: Scenario, channel: Channel): boolean {
  if (scenario === "ids_hex" || scenario === "ids_decimal") return channel === "sms";
  if (scenario === "not_on_whatsapp") return channel === "whatsapp";
  if (scenario === "not_on_viber") return channel === "viber";
  return true;
}
