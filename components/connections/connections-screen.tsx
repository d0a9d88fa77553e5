"use client";

import { Cable, Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { HelpLink } from "@/components/ui/help-link";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";
import { useConnections, useRefreshConnections } from "@/lib/client/connections";
import { CHANNELS } from "@/lib/domain/vocabulary";
import type { ConnectionRow } from "@/lib/schemas/connection-list";
import { ChannelSection } from "./channel-section";

type ConnectionsScreenProps = { readonly initial: readonly ConnectionRow[]; readonly mayChange: boolean };

export function ConnectionsScreen({ initial, mayChange }: ConnectionsScreenProps) {
  const t = useTranslations("connections");
  const { data: connections, error } = useConnections(initial);
  const refresh = useRefreshConnections();
  const addLink = (
    <LinkButton href="/connections/new" variant="primary" icon={<Plus aria-hidden className="size-4" />}>
      {t("add")}
    </LinkButton>
  );
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={
          <>
            <HelpLink topic="channel-down" label={t("help")} withText className="text-sm" />
            {mayChange ? addLink : null}
          </>
        }
      />
      {error === null ? null : (
        <Callout tone="warn" announce className="mb-4">
          {error.message}
        </Callout>
      )}
      {connections.length === 0 ? (
        <Card>
          <EmptyState
            icon={<Cable />}
            title={<h2>{t("emptyTitle")}</h2>}
            text={t(mayChange ? "emptyText" : "emptyTextOthers")}
          />
        </Card>
      ) : (
        <div className="flex flex-col gap-8">
          {CHANNELS.map((channel) => {
            const own = connections.filter((one) => one.channel === channel);
            if (own.length === 0) return null;
            return <ChannelSection key={channel} {...{ channel, mayChange }} connections={own} onChanged={refresh} />;
          })}
        </div>
      )}
    </>
  );
}
