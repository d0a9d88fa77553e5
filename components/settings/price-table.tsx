"use client";

import { useTranslations } from "next-intl";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { ChannelBadge } from "@/components/ui/channel-badge";
import type { ComboboxOption } from "@/components/ui/combobox";
import { DataTable, type Column } from "@/components/ui/data-table";
import { Disclosure } from "@/components/ui/disclosure";
import { EmptyState } from "@/components/ui/empty-state";
import { LocalTime } from "@/components/ui/local-time";
import { Money } from "@/components/ui/money";
import type { PriceList, PriceRow } from "@/lib/schemas/accounts";

type PriceTableProps = { readonly list: PriceList; readonly countries: readonly ComboboxOption[] };

/** Prices that hold or will hold; those replaced are folded away, never gone. */
export function PriceTable({ list, countries }: PriceTableProps) {
  const t = useTranslations("settings.prices");
  const names = new Map(countries.map((one) => [one.value, one.label]));
  const columns: readonly Column<PriceRow>[] = [
    {
      key: "country",
      header: t("country"),
      cell: (row) => (row.country === "*" ? t("allOthers") : (names.get(row.country) ?? row.country)),
    },
    { key: "channel", header: t("channel"), cell: (row) => <ChannelBadge channel={row.channel} /> },
    {
      key: "price",
      header: t("price"),
      numeric: true,
      cell: (row) => <Money micros={row.priceMicros} currency={list.currency} precision="price" />,
    },
    {
      key: "unit",
      header: t("unit"),
      hideBelow: "sm",
      cell: (row) => t(row.channel === "sms" ? "perSegment" : "perDelivery"),
    },
    { key: "from", header: t("validFrom"), cell: (row) => <LocalTime at={row.validFrom} format="day" /> },
    {
      key: "state",
      header: t("state"),
      cell: (row) => <Badge tone={row.state === "current" ? "ok" : "neutral"}>{t(`states.${row.state}`)}</Badge>,
    },
  ];
  const replaced = list.prices.filter((row) => row.state === "replaced");
  const standing = list.prices.filter((row) => row.state !== "replaced");
  return (
    <Card padding="none">
      {standing.length === 0 ? (
        <EmptyState title={t("emptyTitle")} text={t("emptyText")} />
      ) : (
        <DataTable caption={t("title")} columns={columns} rows={standing} rowKey={(row) => row.id} />
      )}
      {replaced.length === 0 ? null : (
        <Disclosure summary={t("history", { n: replaced.length })} className="border-line border-t px-4 py-3 sm:px-5">
          <DataTable caption={t("historyCaption")} columns={columns} rows={replaced} rowKey={(row) => row.id} dense />
        </Disclosure>
      )}
    </Card>
  );
}
