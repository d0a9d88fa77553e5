"use client";

import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";
import { LocalTime } from "@/components/ui/local-time";
import { TimeAgo } from "@/components/ui/time-ago";
import type { ConnectionRow } from "@/lib/schemas/connection-list";
import { CallsNote } from "./calls-note";

/** From here on an admin should look: a carrier has a bad moment now and then. */
const NOTABLE_FAULTS = { share: 0.05, sends: 20 };
/** Receipts further behind than this delay fallback noticeably. */
const NOTABLE_LAG_MS = 5_000;

export function ConnectionFacts({ connection }: { readonly connection: ConnectionRow }) {
  const t = useTranslations("connections");
  const format = useFormatter();
  const { recent, lastSuccessAt, calls } = connection;
  const { attempts: count } = recent;
  const share = (part: number) => (count === 0 ? 0 : part / count);
  const ofSends = (part: number) =>
    count === 0 ? (
      <span className="text-text-3">{t("noSends")}</span>
    ) : (
      t("errorsValue", { share: format.number(share(part), "percent"), count })
    );
  return (
    <dl className="grid grid-cols-1 gap-x-6 gap-y-3 sm:grid-cols-2 lg:grid-cols-3">
      <Fact term={t(`sender.${connection.kind}`)}>
        <span className="font-mono text-sm">{connection.sender ?? "–"}</span>
      </Fact>
      <Fact term={t("host")}>
        <span className="font-mono text-sm">{connection.host ?? "–"}</span>
      </Fact>
      <Fact term={t("speed")}>
        {t("speedValue", { count: connection.ratePerSecond })}
        <SlowedNote slowed={connection.slowed} />
      </Fact>
      <Fact term={t("lastSuccess")}>
        {lastSuccessAt === null ? (
          <span className="text-text-3">{t("noSuccess")}</span>
        ) : (
          <TimeAgo at={lastSuccessAt} />
        )}
      </Fact>
      <Fact
        term={t("faults")}
        tone={share(recent.faults) >= NOTABLE_FAULTS.share && count >= NOTABLE_FAULTS.sends ? "bad" : "plain"}
      >
        {ofSends(recent.faults)}
      </Fact>
      <Fact term={t("unreached")}>{ofSends(recent.unreached)}</Fact>
      <IntakeFact connection={connection} />
      {calls === null ? null : (
        <Fact term={t("carrierCalls")}>
          <CallsNote calls={calls} />
        </Fact>
      )}
    </dl>
  );
}

function SlowedNote({ slowed }: { readonly slowed: ConnectionRow["slowed"] }) {
  const t = useTranslations("connections");
  if (slowed === null) return null;
  const { pausedUntilIso, nowPerSecond } = slowed;
  return (
    <span className="text-warn block text-xs">
      {pausedUntilIso === null
        ? t("slowed", { rate: Math.max(1, Math.round(nowPerSecond)) })
        : t.rich("slowedPaused", { time: () => <LocalTime at={pausedUntilIso} format="time" /> })}
    </span>
  );
}

function IntakeFact({ connection }: { readonly connection: ConnectionRow }) {
  const t = useTranslations("connections");
  const format = useFormatter();
  const { intake, kind, status } = connection;
  const term = t(kind === "smpp" ? "bind" : "receipts");
  if (intake.state === "deaf") {
    const isExpected = kind === "smpp" && status === "paused";
    return (
      <Fact term={term} tone={isExpected ? "plain" : "bad"}>
        {t(kind === "smpp" ? "unbound" : "deaf")}
      </Fact>
    );
  }
  const lag = format.number(intake.lagMs / 1_000, { maximumFractionDigits: 1 });
  return (
    <Fact term={term} tone={intake.lagMs >= NOTABLE_LAG_MS ? "bad" : "plain"}>
      {t(kind === "smpp" ? "boundValue" : "listeningValue", { lag })}
      {intake.backlog === 0 ? null : (
        <span className="text-text-3 block text-xs">{t("backlog", { count: intake.backlog })}</span>
      )}
    </Fact>
  );
}

type FactProps = { readonly term: string; readonly tone?: "plain" | "bad"; readonly children: ReactNode };

function Fact({ term, tone = "plain", children }: FactProps) {
  return (
    <div className="min-w-0">
      <dt className="text-text-3 text-xs">{term}</dt>
      <dd className={cn("tabular [overflow-wrap:anywhere]", tone === "bad" && "text-bad font-[550]")}>{children}</dd>
    </div>
  );
}
