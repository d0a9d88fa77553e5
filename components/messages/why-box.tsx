"use client";

import { useFormatter, useTranslations } from "next-intl";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { formatMoney } from "@/components/ui/format-money";
import { HelpLink } from "@/components/ui/help-link";
import { classifyRefusal } from "@/lib/domain/carrier-codes/classify-refusal";
import { deliveredBy } from "@/lib/domain/timeline/build-timeline";
import type { MessageDetail } from "@/lib/schemas/messages";

/** Why it went the way it went, in sentences: the first thing that support reads. */
export function WhyBox({ detail }: { readonly detail: MessageDetail }) {
  const t = useTranslations("messages");
  const tWhy = useTranslations("why");
  const format = useFormatter();
  const by = deliveredBy(detail.facts.attempts);
  const changed = detail.facts.decisions.some((decision) => decision.allowed);
  const title = by !== null && changed ? t("one.whyChannel", { channel: CHANNEL_NAME[by] }) : t("one.whatHappened");
  const sentences = detail.why.map(({ key, values, costMicros }) =>
    tWhy(key, {
      ...values,
      ...(costMicros !== null && { cost: formatMoney(format, costMicros, detail.currency, "price") }),
    }),
  );
  return (
    <section
      aria-label={title}
      className="bg-accent-soft rounded-xl border border-[color-mix(in_oklab,var(--accent)_30%,transparent)] px-4 py-3.5 text-md sm:px-5"
    >
      <p className="text-pretty" suppressHydrationWarning>
        <b className="font-[620]">{title}</b> {sentences.join(" ")}
        <HelpLink topic="fallback" label={t("one.helpFallback")} className="ml-1.5 align-middle" />
      </p>
      <CodeNotes detail={detail} />
      {detail.facts.attempts.some((attempt) => attempt.status === "unknown") ? (
        <p className="text-text-2 mt-2 text-sm">
          {t("one.unknownExplained")}
          <HelpLink topic="unknown-outcome" label={t("one.helpUnknown")} className="ml-1.5 align-middle" />
        </p>
      ) : null}
    </section>
  );
}

/** What the carriers' codes mean, each once. */
function CodeNotes({ detail }: { readonly detail: MessageDetail }) {
  const t = useTranslations("carrierCodes");
  const notes = detail.facts.attempts.flatMap(({ channel, errorCode, negative }) => {
    if (errorCode === null) return [];
    const { messageKey } = classifyRefusal(channel, errorCode, negative ? "receipt" : "refusal");
    return t.has(messageKey) ? [{ key: `${channel}.${errorCode}`, code: errorCode, text: t(messageKey) }] : [];
  });
  const distinct = notes.filter((note, i) => notes.findIndex((other) => other.key === note.key) === i);
  if (distinct.length === 0) return null;
  return (
    <ul className="mt-2 flex flex-col gap-1">
      {distinct.map((note) => (
        <li key={note.key} className="text-text-2 text-sm">
          <code className="text-text mr-1.5 font-mono text-xs">{note.code}</code>
          {note.text}
        </li>
      ))}
    </ul>
  );
}
