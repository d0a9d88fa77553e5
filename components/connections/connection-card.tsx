"use client";

import { ExternalLink, Pause, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { useCarrierSentence } from "@/components/reports/use-carrier-sentence";
import { Badge } from "@/components/ui/badge";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { ChannelMark } from "@/components/ui/channel-mark";
import { CopyButton } from "@/components/ui/copy-button";
import { LocalTime } from "@/components/ui/local-time";
import type { ConnectionRow } from "@/lib/schemas/connection-list";
import { ConnectionFacts } from "./connection-facts";
import { PauseButton } from "./pause-button";

type ConnectionCardProps = {
  readonly connection: ConnectionRow;
  readonly mayChange: boolean;
  readonly onChanged: () => Promise<void>;
};

export function ConnectionCard({ connection, mayChange, onChanged }: ConnectionCardProps) {
  const t = useTranslations("connections");
  const { breaker, ledgerUrl, webhookUrl } = connection;
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-2">
          <ChannelMark channel={connection.channel} />
          <span className="min-w-0 [overflow-wrap:anywhere]">{connection.name}</span>
          <StateBadge connection={connection} />
        </span>
      }
      sub={t(`kind.${connection.kind}`)}
      actions={
        <>
          {ledgerUrl === null ? null : (
            <a
              href={ledgerUrl}
              target="_blank"
              rel="noreferrer"
              className="text-text-2 hover:text-text inline-flex min-h-8 items-center gap-1.5 px-1 text-sm"
            >
              <ExternalLink aria-hidden className="size-3.5" />
              {t("ledger")}
            </a>
          )}
          {mayChange ? <PauseButton connection={connection} onChanged={onChanged} /> : null}
        </>
      }
    >
      {breaker === null || connection.status === "paused" ? null : <BreakerNote connection={connection} />}
      {connection.sender === null ? (
        <Callout tone="bad" className="mb-3">
          {t("unreadable")}
        </Callout>
      ) : null}
      <ConnectionFacts connection={connection} />
      {webhookUrl === null ? null : (
        <div className="border-line mt-4 border-t pt-3">
          <p className="text-text-2 text-xs font-[550]">{t("webhook")}</p>
          <div className="flex items-center gap-2">
            <code className="text-text min-w-0 font-mono text-xs [overflow-wrap:anywhere]">{webhookUrl}</code>
            <CopyButton text={webhookUrl} what={t("webhookOf", { name: connection.name })} />
          </div>
          <p className="text-text-3 mt-1 max-w-[80ch] text-xs">{t("webhookHint")}</p>
        </div>
      )}
    </Card>
  );
}

function StateBadge({ connection }: { readonly connection: ConnectionRow }) {
  const t = useTranslations("connections.state");
  if (connection.status === "paused") {
    return (
      <Badge tone="warn" icon={<Pause aria-hidden />}>
        {t("paused")}
      </Badge>
    );
  }
  if (connection.breaker !== null) {
    return (
      <Badge tone="bad" icon={<TriangleAlert aria-hidden />}>
        {t("resting")}
      </Badge>
    );
  }
  return <Badge tone="ok">{t("active")}</Badge>;
}

function BreakerNote({ connection }: { readonly connection: ConnectionRow }) {
  const t = useTranslations("connections");
  const sentence = useCarrierSentence();
  if (connection.breaker === null) return null;
  const { untilIso, code } = connection.breaker;
  return (
    <Callout
      tone="bad"
      className="mb-3"
      title={t.rich("breakerTitle", { time: () => <LocalTime at={untilIso} format="time" /> })}
    >
      {code === null ? null : `${sentence(connection.channel, code)} `}
      {t("breakerText")}
      {code === null ? null : <code className="text-text-2 ml-1 font-mono text-xs">{code}</code>}
    </Callout>
  );
}
