import { useTranslations } from "next-intl";
import { Card } from "@/components/ui/card";
import { DataTable } from "@/components/ui/data-table";
import { TimeAgo } from "@/components/ui/time-ago";
import type { ImportListItem } from "@/lib/schemas/audiences-imports";
import { ImportStatusBadge } from "./import-status-badge";

/** Files that somebody has begun to import: nothing is drawn when there are none. */
export function OpenImports({ imports }: { readonly imports: readonly ImportListItem[] }) {
  const t = useTranslations("imports");
  if (imports.length === 0) return null;
  return (
    <Card title={t("open.title")} sub={t("open.sub")} padding="none" className="mb-4">
      <DataTable
        caption={t("open.title")}
        rows={imports}
        rowKey={(item) => item.id}
        rowHref={(item) => `/audiences/import/${item.id}`}
        phone="stack"
        columns={[
          {
            key: "file",
            header: t("open.file"),
            cell: (item) => <span className="[overflow-wrap:anywhere]">{item.fileName}</span>,
          },
          { key: "status", header: t("open.status"), cell: (item) => <ImportStatusBadge status={item.status} /> },
          {
            key: "rows",
            header: t("open.rows"),
            numeric: true,
            cell: (item) => t("rowCount", { count: item.totalRows }),
          },
          { key: "uploaded", header: t("open.uploaded"), cell: (item) => <TimeAgo at={item.createdAt} /> },
        ]}
      />
    </Card>
  );
}
