"use client";

import { useTranslations } from "next-intl";
import { Card } from "@/components/ui/card";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { DataTable } from "@/components/ui/data-table";
import { Disclosure } from "@/components/ui/disclosure";
import { CHANNELS } from "@/lib/domain/vocabulary";
import type { Laboratory } from "@/lib/schemas/laboratory";

type MagicNumber = Extract<Laboratory, { state: "open" }>["magicNumbers"][number];

export function MagicNumbers({ numbers }: { readonly numbers: readonly MagicNumber[] }) {
  const t = useTranslations("laboratory");
  const channelsOf = ({ channels }: MagicNumber): string =>
    channels.length === CHANNELS.length
      ? t("everyChannel")
      : channels.map((channel) => CHANNEL_NAME[channel]).join(", ");
  return (
    <Card title={t("magic.title")} sub={t("magic.sub")}>
      <Disclosure summary={t("magic.show", { count: numbers.length })}>
        <DataTable
          caption={t("magic.title")}
          dense
          rows={numbers}
          rowKey={(row) => row.ending}
          columns={[
            {
              key: "ending",
              header: t("magic.ending"),
              cell: (row) => <span className="font-mono">…{row.ending}</span>,
            },
            { key: "scenario", header: t("magic.scenario"), cell: (row) => t(`scenario.${row.scenario}`) },
            { key: "channels", header: t("magic.on"), cell: channelsOf, hideBelow: "sm" },
          ]}
        />
      </Disclosure>
    </Card>
  );
}
