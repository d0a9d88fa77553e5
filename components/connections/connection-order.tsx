"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { arrangeConnectionsAction } from "@/app/(desk)/connections/actions";
import { IconButton } from "@/components/ui/icon-button";
import { useAnswer } from "@/lib/client/use-answer";
import type { Channel } from "@/lib/domain/vocabulary";
import type { ConnectionRow } from "@/lib/schemas/connection-list";
import { usePrefixList } from "./use-prefix-list";

type ConnectionOrderProps = {
  readonly channel: Channel;
  readonly connections: readonly ConnectionRow[];
  readonly mayChange: boolean;
  readonly onChanged: () => Promise<void>;
};

/** In which order connections that serve the same numbers are asked. */
export function ConnectionOrder({ channel, connections, mayChange, onChanged }: ConnectionOrderProps) {
  const t = useTranslations("connections.routing");
  const answer = useAnswer();
  const [isPending, setPending] = useState(false);
  const listPrefixes = usePrefixList();
  if (connections.length < 2) return null;

  async function move(from: number, to: number) {
    const ids = connections.map(({ id }) => id);
    ids.splice(to, 0, ...ids.splice(from, 1));
    setPending(true);
    const result = await answer(arrangeConnectionsAction({ channel, connectionIds: ids }));
    if (!result.ok) toast.error(result.error.message);
    await onChanged();
    setPending(false);
  }

  return (
    <div className="min-w-0">
      <h3 className="text-sm font-[550]">{t("order")}</h3>
      <p className="text-text-3 mb-2 max-w-[64ch] text-xs">{t("orderHint")}</p>
      <ol className="border-line divide-line divide-y rounded-lg border" aria-busy={isPending || undefined}>
        {connections.map(({ id, name, prefixes, status }, place) => (
          <li key={id} className="flex items-center gap-3 px-3 py-2">
            <span aria-hidden className="text-text-3 tabular w-4 text-right text-sm">
              {place + 1}
            </span>
            <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
              {name}
              <span className="text-text-3 block text-xs">
                {prefixes.length === 0 ? t("everyNumber") : listPrefixes(prefixes)}
                {status === "paused" ? ` · ${t("paused")}` : null}
              </span>
            </span>
            {mayChange ? (
              <span className="flex">
                <IconButton
                  size="sm"
                  icon={<ArrowUp aria-hidden />}
                  label={t("earlier", { name })}
                  disabled={isPending || place === 0}
                  onClick={() => void move(place, place - 1)}
                />
                <IconButton
                  size="sm"
                  icon={<ArrowDown aria-hidden />}
                  label={t("later", { name })}
                  disabled={isPending || place === connections.length - 1}
                  onClick={() => void move(place, place + 1)}
                />
              </span>
            ) : null}
          </li>
        ))}
      </ol>
    </div>
  );
}
