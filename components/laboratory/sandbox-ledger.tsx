"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { ChannelBadge } from "@/components/ui/channel-badge";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { DataTable, type Column } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { LocalTime } from "@/components/ui/local-time";
import { SearchField } from "@/components/ui/search-field";
import { Select } from "@/components/ui/select";
import { useSandboxLedger } from "@/lib/client/laboratory";
import { CHANNELS, type Channel } from "@/lib/domain/vocabulary";
import type { LedgerLine } from "@/lib/schemas/laboratory";

/** What the carriers of the sandbox took, as it comes. */
export function SandboxLedger() {
  const t = useTranslations("laboratory");
  const [to, setTo] = useState("");
  const [channel, setChannel] = useState<Channel | "">("");
  const [before, setBefore] = useState(0);
  const { data, error } = useSandboxLedger({ to, channel, before });
  return (
    <Card padding="none" title={t("ledger.title")} sub={t("ledger.sub")}>
      <div className="flex flex-wrap gap-2 px-4 pb-3 sm:px-5">
        <SearchField
          label={t("ledger.number")}
          inputMode="tel"
          value={to}
          onChange={(value) => {
            setTo(value);
            setBefore(0);
          }}
          className="min-w-48 flex-1"
        />
        <Select
          aria-label={t("ledger.channel")}
          value={channel}
          onChange={(event) => {
            setChannel(CHANNELS.find((one) => one === event.target.value) ?? "");
            setBefore(0);
          }}
          className="w-40"
        >
          <option value="">{t("everyChannel")}</option>
          {CHANNELS.map((one) => (
            <option key={one} value={one}>
              {CHANNEL_NAME[one]}
            </option>
          ))}
        </Select>
      </div>
      {error === null ? null : (
        <Callout tone="warn" className="mx-4 mb-4">
          {error.message}
        </Callout>
      )}
      {data !== undefined && data.lines.length === 0 ? (
        <EmptyState compact title={t("ledger.emptyTitle")} text={t("ledger.emptyText")} />
      ) : (
        <Lines lines={data?.lines ?? []} />
      )}
      <div className="flex gap-2 px-4 py-3 sm:px-5">
        {before === 0 ? null : (
          <Button size="sm" onClick={() => setBefore(0)}>
            {t("ledger.newest")}
          </Button>
        )}
        {data?.next ? (
          <Button size="sm" onClick={() => setBefore(data.next ?? 0)}>
            {t("ledger.older")}
          </Button>
        ) : null}
      </div>
    </Card>
  );
}

/** Where a carrier has no field for our reference, the history is asked for the number. */
function hrefOf({ messageId, to }: LedgerLine): string {
  return messageId === null ? `/messages?q=${encodeURIComponent(to)}` : `/messages/${messageId}`;
}

function Lines({ lines }: { readonly lines: readonly LedgerLine[] }) {
  const t = useTranslations("laboratory");
  const columns: Column<LedgerLine>[] = [
    { key: "to", header: t("ledger.to"), cell: (line) => <span className="tabular">{line.to}</span> },
    { key: "channel", header: t("ledger.channel"), cell: (line) => <ChannelBadge channel={line.channel} /> },
    { key: "at", header: t("ledger.at"), cell: (line) => <LocalTime at={line.atMs} format="timeSeconds" /> },
    {
      key: "scenario",
      header: t("ledger.scenario"),
      cell: (line) => (
        <span className="flex flex-wrap items-center gap-1.5">
          <span className="text-sm">{t(`scenario.${line.scenario}`)}</span>
          {line.faults.map((id) => (
            <Badge key={id} tone="bad">
              {t("ledger.fault", { id })}
            </Badge>
          ))}
        </span>
      ),
    },
    {
      key: "receipts",
      header: t("ledger.receipts"),
      numeric: true,
      cell: (line) => t("ledger.told", { told: line.told, planned: line.planned }),
    },
    {
      key: "text",
      header: t("ledger.text"),
      hideBelow: "lg",
      cell: (line) => <span className="text-text-2 block max-w-56 truncate text-sm">{line.text}</span>,
    },
  ];
  return (
    <DataTable
      caption={t("ledger.title")}
      dense
      phone="stack"
      rows={lines}
      rowKey={(line) => String(line.seq)}
      rowHref={hrefOf}
      columns={columns}
    />
  );
}
