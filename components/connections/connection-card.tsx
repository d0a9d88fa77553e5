"use client";

import { ExternalLink, Pause, Pencil, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { Badge } from "@/components/ui/badge";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { ChannelMark } from "@/components/ui/channel-mark";
import { CopyButton } from "@/components/ui/copy-button";
import { LinkButton } from "@/components/ui/link-button";
import type { ConnectionRow } from "@/lib/schemas/connection-list";
import { BreakerNote } from "./breaker-note";
import { CheckButton } from "./check-button";
import { ConnectionFacts } from "./connection-facts";
import { PauseButton } from "./pause-button";
import { TestButton } from "./test-button";
import { useCheck } from "./use-check";
import { VerdictNote } from "./verdict-note";

type ConnectionCardProps = {
  readonly connection: ConnectionRow;
  /** The first choice for some numbers. */
  readonly isFirst: boolean;
  readonly mayChange: boolean;
  readonly onChanged: () => Promise<void>;
};

export function ConnectionCard({ connection, isFirst, mayChange, onChanged }: ConnectionCardProps) {
  const t = useTranslations("connections");
  const check = useCheck();
  const { breaker, ledgerUrl, webhookUrl } = connection;
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-2">
          <ChannelMark channel={connection.channel} />
          <span className="min-w-0 [overflow-wrap:anywhere]">{connection.name}</span>
          <StateBadge connection={connection} isFirst={isFirst} />
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
          {mayChange ? (
            <>
              <CheckButton connectionId={connection.id} name={connection.name} check={check} />
              {connection.status === "active" ? <TestButton connection={connection} /> : null}
              <LinkButton
                href={`/connections/${connection.id}`}
                size="sm"
                icon={<Pencil aria-hidden className="size-4" />}
                aria-label={t("editOf", { name: connection.name })}
              >
                {t("edit")}
              </LinkButton>
              <PauseButton connection={connection} onChanged={onChanged} />
            </>
          ) : null}
        </>
      }
    >
      {check.verdict === null ? null : (
        <div className="mb-3">
          <VerdictNote verdict={check.verdict} />
        </div>
      )}
      {breaker === null || connection.status === "paused" ? null : (
        <BreakerNote connection={connection} mayChange={mayChange} onChanged={onChanged} />
      )}
      {connection.sender === null ? (
        <Callout tone="bad" className="mb-3">
          {t(mayChange ? "unreadable" : "unreadableOthers")}
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

function StateBadge({ connection, isFirst }: Pick<ConnectionCardProps, "connection" | "isFirst">) {
  const t = useTranslations("connections.state");
  if (connection.status === "paused") {
    return (
      <Badge tone="warn" icon={<Pause aria-hidden />}>
        {t("paused")}
      </Badge>
    );
  }
  if (connection.breaker !== null) {
    const isResting = connection.breaker.state === "resting";
    return (
      <Badge tone={isResting ? "bad" : "warn"} icon={<TriangleAlert aria-hidden />}>
        {t(isResting ? "resting" : "trying")}
      </Badge>
    );
  }
  if (!isFirst) return <Badge>{t("standby")}</Badge>;
  return <Badge tone="ok">{t("active")}</Badge>;
}
