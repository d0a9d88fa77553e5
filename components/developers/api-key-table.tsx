"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { revokeApiKeyAction } from "@/app/(desk)/developers/actions";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { DataTable, type Column } from "@/components/ui/data-table";
import { LocalTime } from "@/components/ui/local-time";
import { TimeAgo } from "@/components/ui/time-ago";
import type { ApiKeyRow } from "@/lib/schemas/api-keys";

type ApiKeyTableProps = { readonly keys: readonly ApiKeyRow[]; readonly writes: boolean };

export function ApiKeyTable({ keys, writes }: ApiKeyTableProps) {
  const t = useTranslations("developers");
  const columns: readonly Column<ApiKeyRow>[] = [
    {
      key: "name",
      header: t("column.name"),
      cell: (key) => <span className={key.revokedAt === null ? undefined : "text-text-3"}>{key.name}</span>,
    },
    {
      key: "prefix",
      header: t("column.key"),
      cell: (key) => <code className="text-text-2 font-mono text-xs">{`${key.prefix}_…`}</code>,
    },
    {
      key: "status",
      header: t("column.status"),
      cell: (key) => (key.revokedAt === null ? <Badge tone="ok">{t("inUse")}</Badge> : <Badge>{t("revoked")}</Badge>),
    },
    {
      key: "used",
      header: t("column.lastUsed"),
      cell: (key) =>
        key.lastUsedAt === null ? <span className="text-text-3">{t("never")}</span> : <TimeAgo at={key.lastUsedAt} />,
    },
    {
      key: "created",
      header: t("column.created"),
      hideBelow: "md",
      cell: (key) => (
        <span className="text-text-2">
          <LocalTime at={key.createdAt} format="day" /> · {key.createdBy}
        </span>
      ),
    },
    ...(writes
      ? [
          {
            key: "actions",
            header: t("column.actions"),
            headerHidden: true,
            numeric: true,
            cell: (key: ApiKeyRow) => (key.revokedAt === null ? <RevokeApiKey row={key} /> : null),
          },
        ]
      : []),
  ];
  return <DataTable caption={t("caption")} columns={columns} rows={keys} rowKey={(key) => key.id} phone="stack" />;
}

function RevokeApiKey({ row }: { readonly row: ApiKeyRow }) {
  const t = useTranslations("developers.revoke");
  const router = useRouter();
  return (
    <ConfirmDialog
      trigger={<Button size="sm">{t("open")}</Button>}
      title={t("title", { name: row.name })}
      description={t("text")}
      confirmLabel={t("confirm", { name: row.name })}
      tone="danger"
      onConfirm={async () => {
        const result = await revokeApiKeyAction({ keyId: row.id });
        router.refresh();
        return result.ok ? null : result.error.message;
      }}
    />
  );
}
