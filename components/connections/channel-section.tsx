"use client";

import { explainRouting, firstChoices } from "@/lib/domain/routing/explain-routing";
import type { Channel } from "@/lib/domain/vocabulary";
import type { ConnectionRow } from "@/lib/schemas/connection-list";
import { ConnectionCard } from "./connection-card";
import { RoutingCard } from "./routing-card";

type ChannelSectionProps = {
  readonly channel: Channel;
  /** Of this channel, in their order. */
  readonly connections: readonly ConnectionRow[];
  readonly mayChange: boolean;
  readonly onChanged: () => Promise<void>;
};

/** A channel's connections; which of them is used for what, once there is a choice. */
export function ChannelSection({ channel, connections, mayChange, onChanged }: ChannelSectionProps) {
  const plan = explainRouting(connections.filter(({ status }) => status === "active"));
  const firsts = firstChoices(plan);
  const hasChoice = connections.length > 1 || connections.some(({ prefixes }) => prefixes.length > 0);
  return (
    <div className="flex flex-col gap-4">
      {hasChoice ? <RoutingCard {...{ channel, connections, plan, mayChange, onChanged }} /> : null}
      <ul className="flex flex-col gap-4">
        {connections.map((connection) => (
          <li key={connection.id}>
            <ConnectionCard
              connection={connection}
              isFirst={firsts.has(connection.id)}
              mayChange={mayChange}
              onChanged={onChanged}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}
