import { useFormatter, useTranslations } from "next-intl";
import { DataTable } from "@/components/ui/data-table";
import { LocalTime } from "@/components/ui/local-time";
import { TimeAgo } from "@/components/ui/time-ago";
import type { AudienceListItem } from "@/lib/schemas/audiences";

export function AudienceTable({ audiences }: { readonly audiences: readonly AudienceListItem[] }) {
  const t = useTranslations("audiences");
  const format = useFormatter();
  return (
    <DataTable
      caption={t("title")}
      rows={audiences}
      rowKey={(audience) => audience.id}
      rowHref={(audience) => `/audiences/${audience.id}`}
      phone="stack"
      columns={[
        {
          key: "name",
          header: t("column.name"),
          cell: (audience) => <span className="[overflow-wrap:anywhere]">{audience.name}</span>,
        },
        {
          key: "people",
          header: t("column.people"),
          numeric: true,
          cell: (audience) => format.number(audience.people),
        },
        {
          key: "lastImport",
          header: t("column.lastImport"),
          cell: (audience) =>
            audience.lastImportAt === null ? (
              <span className="text-text-3">{t("neverImported")}</span>
            ) : (
              <TimeAgo at={audience.lastImportAt} />
            ),
        },
        {
          key: "created",
          header: t("column.created"),
          hideBelow: "md",
          cell: (audience) => <LocalTime at={audience.createdAt} format="day" />,
        },
      ]}
    />
  );
}
