import { useFormatter, useTranslations } from "next-intl";
import { Card } from "@/components/ui/card";
import { DataTable } from "@/components/ui/data-table";
import { LocalTime } from "@/components/ui/local-time";
import type { ImportListItem, ImportView } from "@/lib/schemas/audiences-imports";

type FinishedImport = ImportListItem & Pick<ImportView, "imported" | "updated" | "refused" | "finishedAt">;

/** Where the people of an audience came from; nothing is drawn when no file brought any. */
export function ImportHistory({ imports }: { readonly imports: readonly FinishedImport[] }) {
  const t = useTranslations("imports");
  const format = useFormatter();
  if (imports.length === 0) return null;
  return (
    <Card title={t("history.title")} padding="none" className="mt-4">
      <DataTable
        caption={t("history.title")}
        rows={imports}
        rowKey={(item) => item.id}
        phone="stack"
        rowHref={(item) => `/audiences/import/${item.id}`}
        columns={[
          {
            key: "file",
            header: t("open.file"),
            cell: (item) => <span className="[overflow-wrap:anywhere]">{item.fileName}</span>,
          },
          {
            key: "finished",
            header: t("history.finished"),
            cell: (item) => (item.finishedAt === null ? null : <LocalTime at={item.finishedAt} />),
          },
          {
            key: "imported",
            header: t("result.imported"),
            numeric: true,
            cell: (item) => format.number(item.imported),
          },
          { key: "updated", header: t("result.updated"), numeric: true, cell: (item) => format.number(item.updated) },
          { key: "refused", header: t("result.refused"), numeric: true, cell: (item) => format.number(item.refused) },
        ]}
      />
    </Card>
  );
}
