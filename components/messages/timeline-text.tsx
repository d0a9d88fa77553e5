"use client";

import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { CHANNEL_COLOR, CHANNEL_NAME } from "@/components/ui/channel-mark";
import { formatMoney } from "@/components/ui/format-money";
import { isAboutCountry } from "@/lib/domain/reachability/unreachable-memory";
import type { DecisionEntry, OutcomeEntry, ReceiptEntry, TimelineEntry } from "@/lib/domain/timeline/build-timeline";
import type { Channel } from "@/lib/domain/vocabulary";

type TimelineTextProps = { readonly entry: Exclude<TimelineEntry, { kind: "queued" }>; readonly currency: string };

export function TimelineText({ entry, currency }: TimelineTextProps) {
  switch (entry.kind) {
    case "outcome":
      return <Outcome entry={entry} currency={currency} />;
    case "receipt":
      return <Receipt entry={entry} />;
    case "decision":
      return <Decision entry={entry} />;
    case "skipped":
      return <Skipped entry={entry} />;
    case "waiting":
      return <Waiting entry={entry} />;
  }
}

type LineProps = { readonly channel?: Channel; readonly children: ReactNode; readonly small?: readonly ReactNode[] };

function Line({ channel, children, small = [] }: LineProps) {
  const shown = small.filter((part) => part !== null && part !== "");
  return (
    <>
      <p suppressHydrationWarning>
        {channel === undefined ? null : (
          <span className="mr-1.5 text-xs font-[600] uppercase" style={{ color: CHANNEL_COLOR[channel] }}>
            {CHANNEL_NAME[channel]}
          </span>
        )}
        {children}
      </p>
      {shown.length === 0 ? null : (
        <p className="text-text-3 text-xs [overflow-wrap:anywhere] dotted" suppressHydrationWarning>
          {shown.map((part, index) => (
            <span key={index} suppressHydrationWarning>
              {part}
            </span>
          ))}
        </p>
      )}
    </>
  );
}

const strong = (chunks: ReactNode) => <b className="font-[570]">{chunks}</b>;

function Outcome({ entry, currency }: { readonly entry: OutcomeEntry; readonly currency: string }) {
  const t = useTranslations("messages.timeline");
  const tCommon = useTranslations("common.count");
  const format = useFormatter();
  const { attempt, channel, outcome } = entry;
  return (
    <Line
      channel={channel}
      small={[
        attempt.segments > 0 ? tCommon("segments", { count: attempt.segments }) : null,
        attempt.costMicros > 0 ? formatMoney(format, attempt.costMicros, currency, "price") : null,
        entry.after === null
          ? attempt.connectionName
          : t("byAfter", { name: attempt.connectionName ?? "–", before: entry.after }),
        attempt.carrierId === null ? null : <Mono key="id">{t("carrierId", { id: attempt.carrierId })}</Mono>,
        attempt.errorCode === null || outcome === "accepted" ? null : (
          <Mono key="code">{t("code", { code: attempt.errorCode })}</Mono>
        ),
        attempt.try > 0 ? t("tryNumber", { number: attempt.try + 1 }) : null,
      ]}
    >
      {t.rich(`outcome.${outcome}`, { strong })}
    </Line>
  );
}

function Receipt({ entry }: { readonly entry: ReceiptEntry }) {
  const t = useTranslations("messages.timeline");
  const format = useFormatter();
  const seconds = entry.afterMs / 1000;
  const drift = entry.carrierAtMs === null ? 0 : Math.abs(entry.carrierAtMs - entry.atMs);
  return (
    <Line
      channel={entry.channel}
      small={[
        entry.parts > 1 ? t("part", { part: entry.part, parts: entry.parts }) : null,
        t("after", { seconds: format.number(seconds, { maximumFractionDigits: seconds < 10 ? 1 : 0 }) }),
        entry.carrierAtMs === null || drift < 2_000
          ? null
          : t("carrierTime", { at: format.dateTime(entry.carrierAtMs, "full") }),
        entry.code === null ? null : <Mono key="code">{t("code", { code: entry.code })}</Mono>,
        entry.note === null ? null : t(`note.${entry.note}`),
      ]}
    >
      {t.rich(`receipt.${entry.receipt}`, { strong })}
    </Line>
  );
}

function Decision({ entry }: { readonly entry: DecisionEntry }) {
  const t = useTranslations("messages.timeline");
  const format = useFormatter();
  const { decision, channel, next } = entry;
  const lagS = (decision.receiptLagMs ?? 0) / 1000;
  return (
    <Line
      small={[
        t("policy", { version: decision.policyVersion, source: decision.policySource }),
        decision.receiptLagMs === null
          ? null
          : t("lag", { seconds: format.number(lagS, { maximumFractionDigits: 1 }) }),
        decision.errorCode === null ? null : <Mono key="code">{t("code", { code: decision.errorCode })}</Mono>,
      ]}
    >
      {decision.allowed
        ? t.rich("decided", {
            strong,
            trigger:
              decision.trigger === "memory" && isAboutCountry(channel, decision.errorCode)
                ? "country"
                : decision.trigger,
            wait: decision.waitS ?? 0,
            channel: CHANNEL_NAME[channel],
            since: format.dateTime(decision.evidenceAtMs ?? decision.decidedAtMs, "day"),
            next: next === null ? "–" : CHANNEL_NAME[next],
          })
        : t.rich("denied", { strong, reason: decision.denial ?? "policy" })}
    </Line>
  );
}

function Skipped({ entry }: { readonly entry: Extract<TimelineEntry, { kind: "skipped" }> }) {
  const t = useTranslations("messages.timeline");
  return <Line channel={entry.channel}>{t.rich("skipped", { strong, reason: entry.skipped.reason })}</Line>;
}

function Waiting({ entry }: { readonly entry: Extract<TimelineEntry, { kind: "waiting" }> }) {
  const t = useTranslations("messages.timeline");
  return (
    <Line channel={entry.channel} small={[entry.timer.held ? t("held") : null]}>
      {t("waiting", { wait: entry.timer.waitS, next: entry.next === null ? "none" : CHANNEL_NAME[entry.next] })}
    </Line>
  );
}

function Mono({ children }: { readonly children: ReactNode }) {
  return <code className="font-mono text-xs">{children}</code>;
}
