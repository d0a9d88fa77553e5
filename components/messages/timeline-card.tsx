"use client";

import { useFormatter, useTranslations } from "next-intl";
import Link from "next/link";
import { Card } from "@/components/ui/card";
import { CHANNEL_COLOR, CHANNEL_NAME } from "@/components/ui/channel-mark";
import { cn } from "@/components/ui/cn";
import { CodeBlock } from "@/components/ui/code-block";
import { Disclosure } from "@/components/ui/disclosure";
import { LocalTime } from "@/components/ui/local-time";
import { RouteFlow } from "@/components/ui/route-flow";
import type { TimelineEntry } from "@/lib/domain/timeline/build-timeline";
import type { MessageDetail } from "@/lib/schemas/messages";
import { TimelineText } from "./timeline-text";

type TimelineCardProps = {
  readonly detail: MessageDetail;
  readonly timeline: readonly TimelineEntry[];
  readonly seesCampaigns: boolean;
};

export function TimelineCard({ detail, timeline, seesCampaigns }: TimelineCardProps) {
  const t = useTranslations("messages");
  const format = useFormatter();
  const queuedAt = detail.facts.queuedAtMs;
  return (
    <Card
      title={t("timeline.title")}
      sub={<span suppressHydrationWarning>{t("timeline.sub", { day: format.dateTime(queuedAt, "day") })}</span>}
    >
      <ol className="relative before:absolute before:top-3 before:bottom-3 before:left-[99px] before:w-0.5 before:bg-line before:content-[''] max-sm:before:left-[5px]">
        {timeline.map((entry) => (
          <li
            key={entry.key}
            className={cn(
              "grid grid-cols-[86px_28px_1fr] items-start py-1.5 max-sm:grid-cols-[24px_1fr]",
              entry.kind === "waiting" && "text-text-2",
            )}
          >
            <span className="text-text-3 pt-px text-xs max-sm:col-start-2 max-sm:row-start-2">
              <LocalTime at={entry.atMs} format={isSameDay(queuedAt, entry.atMs) ? "timeTenths" : "minute"} />
            </span>
            <Dot entry={entry} />
            <div className="min-w-0 max-sm:col-start-2 max-sm:row-start-1">
              {entry.kind === "queued" ? (
                <Queued detail={detail} seesCampaigns={seesCampaigns} />
              ) : (
                <TimelineText entry={entry} currency={detail.currency} />
              )}
            </div>
          </li>
        ))}
      </ol>
      <RawPayloads detail={detail} />
    </Card>
  );
}

const DAY_MS = 86_400_000;

/** Close enough to leave the date out: the first line of the card says it. */
function isSameDay(a: number, b: number): boolean {
  return Math.abs(b - a) < DAY_MS / 2;
}

/** Filled: it did something. Hollow: it is only said. The colour repeats what the words say. */
function Dot({ entry }: { readonly entry: TimelineEntry }) {
  const filled =
    entry.kind === "outcome" || entry.kind === "decision" || (entry.kind === "receipt" && entry.receipt !== "expired");
  return (
    <span
      aria-hidden
      style={{ borderColor: colorOf(entry), backgroundColor: filled ? colorOf(entry) : "var(--surface)" }}
      className={cn(
        "z-1 mt-1 ml-2 size-3 rounded-full border-[2.5px] max-sm:row-span-2 max-sm:ml-0",
        entry.kind === "waiting" && "animate-breathe border-dashed",
      )}
    />
  );
}

function colorOf(entry: TimelineEntry): string {
  switch (entry.kind) {
    case "queued":
      return "var(--line-strong)";
    case "decision":
      return entry.decision.allowed ? "var(--accent-2)" : "var(--text-3)";
    case "waiting":
      return "var(--accent-2)";
    case "skipped":
      return "var(--text-3)";
    case "outcome":
      if (entry.outcome === "accepted") return CHANNEL_COLOR[entry.channel];
      return entry.outcome === "unknown" ? "var(--warn)" : "var(--bad)";
    case "receipt":
      if (entry.receipt === "delivered" || entry.receipt === "read") return "var(--ok)";
      if (entry.note === "after_fallback") return "var(--line-strong)";
      return entry.receipt === "failed" || entry.receipt === "expired" ? "var(--bad)" : CHANNEL_COLOR[entry.channel];
  }
}

function Queued({ detail, seesCampaigns }: { readonly detail: MessageDetail; readonly seesCampaigns: boolean }) {
  const t = useTranslations("messages.timeline");
  const { facts, template } = detail;
  const by = facts.campaign;
  return (
    <>
      <p>
        <b className="font-[570]">{t("queued")}</b>{" "}
        {by === null
          ? startedBy(detail, t)
          : t.rich("byCampaign", {
              name: by.name,
              link: (chunks) =>
                seesCampaigns ? (
                  <Link href={`/campaigns/${by.id}`} className="link">
                    {chunks}
                  </Link>
                ) : (
                  <span>{chunks}</span>
                ),
            })}
      </p>
      <div className="text-text-3 flex flex-wrap items-center text-xs dotted">
        <span>
          <RouteFlow route={facts.route} />
        </span>
        {template === null ? (
          <span>{t("noTemplate")}</span>
        ) : (
          <span suppressHydrationWarning>{t("template", { name: template.name, version: template.version })}</span>
        )}
        <span suppressHydrationWarning>{t("mode", { mode: facts.fallbackMode, wait: facts.waitS })}</span>
      </div>
    </>
  );
}

function startedBy(
  { testOf, apiKeyName }: MessageDetail,
  t: ReturnType<typeof useTranslations<"messages.timeline">>,
): string {
  if (testOf !== null) return t("byTest", { name: testOf });
  return apiKeyName === null ? t("byApi") : t("byKey", { name: apiKeyName });
}

function RawPayloads({ detail }: { readonly detail: MessageDetail }) {
  const t = useTranslations("messages.raw");
  const format = useFormatter();
  const receipts = detail.facts.receipts.filter((receipt) => receipt.raw !== null);
  const answers = detail.facts.attempts.filter((attempt) => attempt.detail !== null);
  if (receipts.length + answers.length === 0) return null;
  const channelOf = (step: number) => detail.facts.attempts.find((attempt) => attempt.step === step)?.channel;
  return (
    <Disclosure summary={t("title", { count: receipts.length + answers.length })} className="mt-3">
      <div className="flex flex-col gap-2">
        {answers.map((attempt) => (
          <CodeBlock
            key={`${attempt.step}.${attempt.try}`}
            label={t("answer", {
              channel: CHANNEL_NAME[attempt.channel],
              at: format.dateTime(attempt.outcomeAtMs ?? attempt.sentAtMs, "timeSeconds"),
            })}
            text={attempt.detail ?? ""}
          />
        ))}
        {receipts.map((receipt, index) => {
          const channel = channelOf(receipt.step);
          const label = t("receipt", {
            channel: channel === undefined ? "–" : CHANNEL_NAME[channel],
            kind: receipt.kind,
            at: format.dateTime(receipt.receivedAtMs, "timeSeconds"),
          });
          return (
            <div key={index}>
              <p className="text-text-3 mb-1 text-xs" suppressHydrationWarning>
                {label}
              </p>
              <CodeBlock label={label} text={prettyRaw(receipt.raw ?? "")} />
            </div>
          );
        })}
      </div>
    </Disclosure>
  );
}

/** Only laid out, never interpreted: it is shown as text. */
function prettyRaw(raw: string): string {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2);
  } catch {
    return raw;
  }
}
