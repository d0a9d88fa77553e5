"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { CHANNEL_NAME, ChannelMark } from "@/components/ui/channel-mark";
import type { RoutingPlan } from "@/lib/domain/routing/explain-routing";
import type { Channel } from "@/lib/domain/vocabulary";
import type { ConnectionRow } from "@/lib/schemas/connection-list";
import { ConnectionOrder } from "./connection-order";
import { RoutePreview } from "./route-preview";
import { usePrefixList } from "./use-prefix-list";

type RoutingCardProps = {
  readonly channel: Channel;
  /** All of the channel. */
  readonly connections: readonly ConnectionRow[];
  /** Of those that are active. */
  readonly plan: RoutingPlan<ConnectionRow>;
  readonly mayChange: boolean;
  readonly onChanged: () => Promise<void>;
};

/** Which numbers go by which connection, in words; the order to change; a number to try. */
export function RoutingCard({ channel, connections, plan, mayChange, onChanged }: RoutingCardProps) {
  const t = useTranslations("connections.routing");
  const listPrefixes = usePrefixList();
  const { groups, others } = plan;
  const name = CHANNEL_NAME[channel];
  const active = connections.filter(({ status }) => status === "active");
  return (
    <Card
      aria-label={t("title", { channel: name })}
      title={
        <span className="flex items-center gap-2">
          <ChannelMark channel={channel} />
          {t("title", { channel: name })}
        </span>
      }
    >
      <div className="grid gap-x-8 gap-y-5 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          <div className="flex flex-col gap-2 [overflow-wrap:anywhere]">
            {groups.map(({ prefixes, order }) => (
              <Way key={prefixes.join()} channel={channel} order={order} prefixes={listPrefixes(prefixes)} />
            ))}
            {others.length === 0 ? null : (
              <Way channel={channel} order={others} prefixes={groups.length === 0 ? "all" : "others"} />
            )}
          </div>
          {active.length === 0 ? <Callout tone="warn">{t("allPaused", { channel: name })}</Callout> : null}
          {active.length > 0 && others.length === 0 ? (
            <Callout tone="warn" title={t("unservedTitle")}>
              {t("unserved", { channel: name })}
            </Callout>
          ) : null}
          {active.length === 0 ? null : <RoutePreview connections={active} />}
        </div>
        <ConnectionOrder channel={channel} connections={connections} mayChange={mayChange} onChanged={onChanged} />
      </div>
    </Card>
  );
}

type WayProps = {
  readonly channel: Channel;
  readonly order: readonly ConnectionRow[];
  /** "all", "others", or the prefixes as people read them. */
  readonly prefixes: string;
};

function Way({ channel, order, prefixes }: WayProps) {
  const t = useTranslations("connections.routing");
  const [first, ...rest] = order;
  if (first === undefined) return null;
  const b = (chunks: ReactNode) => <strong className="font-[600]">{chunks}</strong>;
  const names = rest.reduce((before, { name }) => (before === "" ? name : t("thenBy", { before, name })), "");
  const numbers = prefixes === "all" || prefixes === "others" ? prefixes : "some";
  return (
    <p>
      {t.rich(numbers, { b, name: first.name, prefixes })}{" "}
      {names === "" ? null : (
        <span className="text-text-2">{t(channel === "sms" ? "failover" : "whileResting", { names })}</span>
      )}
    </p>
  );
}
