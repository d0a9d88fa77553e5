"use client";

import { Square } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { stopFaultAction } from "@/app/(desk)/laboratory/actions";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { EmptyState } from "@/components/ui/empty-state";
import { LocalTime } from "@/components/ui/local-time";
import { useAnswer } from "@/lib/client/use-answer";
import type { LabFault } from "@/lib/schemas/laboratory";
import { useDescribeFault } from "./use-describe-fault";
import { useSecondsLeft } from "./use-seconds-left";

type ActiveFaultsProps = {
  readonly faults: readonly LabFault[];
  readonly nowMs: number;
  readonly onChanged: () => Promise<void>;
};

const TONE = { active: "bad", waiting: "warn", ended: "neutral" } as const;

/** What goes wrong now, what is about to, and what lately did. */
export function ActiveFaults({ faults, nowMs, onChanged }: ActiveFaultsProps) {
  const t = useTranslations("laboratory");
  const active = faults.filter((fault) => fault.state === "active").length;
  return (
    <Card title={t("active.title")} sub={<span role="status">{t("active.count", { count: active })}</span>}>
      {faults.length === 0 ? (
        <EmptyState compact title={t("active.emptyTitle")} text={t("active.emptyText")} />
      ) : (
        <ul className="divide-line -my-1 divide-y">
          {faults.map((fault) => (
            <FaultLine key={fault.id} fault={fault} nowMs={nowMs} onChanged={onChanged} />
          ))}
        </ul>
      )}
    </Card>
  );
}

type FaultLineProps = { readonly fault: LabFault; readonly nowMs: number; readonly onChanged: () => Promise<void> };

function FaultLine({ fault, nowMs, onChanged }: FaultLineProps) {
  const t = useTranslations("laboratory");
  const format = useFormatter();
  const describe = useDescribeFault();
  const scope = [
    fault.channel === null ? t("everyChannel") : CHANNEL_NAME[fault.channel],
    fault.sharePercent < 100 ? t("active.share", { share: fault.sharePercent }) : null,
    fault.numbers.length > 0 ? format.list(fault.numbers.slice(0, 3)) : null,
    fault.numbers.length > 3 ? t("active.moreNumbers", { count: fault.numbers.length - 3 }) : null,
    fault.note === "" ? null : fault.note,
  ].filter((part) => part !== null);
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-1.5 py-3">
      <Badge tone={TONE[fault.state]}>{t(`state.${fault.state}`)}</Badge>
      <div className="min-w-48 flex-1">
        <p className="font-[570]">{describe(fault)}</p>
        <p className="text-text-3 text-sm [overflow-wrap:anywhere]">
          {scope.join(" · ")} · {t("active.hits", { count: fault.hits })} ·{" "}
          <span className="font-mono">{fault.id}</span>
        </p>
      </div>
      <Timing fault={fault} nowMs={nowMs} />
      {fault.state === "ended" ? null : <StopButton fault={fault} onChanged={onChanged} />}
    </li>
  );
}

function Timing({ fault, nowMs }: { readonly fault: LabFault; readonly nowMs: number }) {
  const t = useTranslations("laboratory");
  const left = useSecondsLeft(nowMs, fault.state === "waiting" ? fault.startsAtMs : fault.endsAtMs);
  const className = "text-text-2 tabular self-center text-sm";
  if (fault.state === "ended") {
    return (
      <span className={className}>
        {fault.endsAtMs === null ? null : <LocalTime at={fault.endsAtMs} format="timeSeconds" />}
      </span>
    );
  }
  if (left === null) return <span className={className}>{t("active.untilStopped")}</span>;
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return (
    <span role="timer" className={className}>
      {t(fault.state === "waiting" ? "active.startsIn" : "active.left", { clock })}
    </span>
  );
}

function StopButton({ fault, onChanged }: { readonly fault: LabFault; readonly onChanged: () => Promise<void> }) {
  const t = useTranslations("laboratory");
  const describe = useDescribeFault();
  const answer = useAnswer();
  const [pending, setPending] = useState(false);
  if (!fault.isOwn) return <span className="text-text-3 max-w-40 text-xs">{t("active.foreign")}</span>;

  async function stop() {
    setPending(true);
    const result = await answer(stopFaultAction({ id: fault.id }));
    setPending(false);
    if (result.ok) toast.success(t("active.stopped"));
    else toast.error(result.error.message);
    await onChanged();
  }

  return (
    <Button
      size="sm"
      pending={pending}
      onClick={() => void stop()}
      aria-label={t("active.stopLabel", { fault: describe(fault) })}
      icon={<Square aria-hidden />}
    >
      {t("active.stop")}
    </Button>
  );
}
