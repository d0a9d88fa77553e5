"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { DataTable, type Column } from "@/components/ui/data-table";
import { PageHeader } from "@/components/ui/page-header";
import { TimeAgo } from "@/components/ui/time-ago";
import { usePeople, useRefreshPeople } from "@/lib/client/people";
import type { Person } from "@/lib/schemas/people";
import { AddPersonDialog } from "./add-person-dialog";
import { PasswordOnce, type ShownPassword } from "./password-once";
import { PersonActions } from "./person-actions";

type PeopleScreenProps = { readonly initial: readonly Person[]; readonly ownId: string };

export function PeopleScreen({ initial, ownId }: PeopleScreenProps) {
  const t = useTranslations("people");
  const { data: people, error } = usePeople(initial);
  const refresh = useRefreshPeople();
  const [shown, setShown] = useState<ShownPassword | null>(null);
  const columns = useColumns(ownId, setShown, refresh);
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={<AddPersonDialog onAdded={refresh} onPassword={setShown} />}
      />
      {error === null ? null : (
        <Callout tone="warn" announce className="mb-4">
          {error.message}
        </Callout>
      )}
      <Card padding="none">
        <DataTable caption={t("title")} columns={columns} rows={people} rowKey={(row) => row.userId} phone="stack" />
      </Card>
      <PasswordOnce shown={shown} onClose={() => setShown(null)} />
    </>
  );
}

function useColumns(
  ownId: string,
  onPassword: (shown: ShownPassword) => void,
  refresh: () => Promise<void>,
): readonly Column<Person>[] {
  const t = useTranslations("people");
  const tRole = useTranslations("common.role");
  return [
    {
      key: "name",
      header: t("name"),
      cell: (row) => (
        <span className="block min-w-0">
          {row.name}
          {row.userId === ownId ? <span className="text-text-3 ml-1.5 font-normal">{t("you")}</span> : null}
          <span className="text-text-3 block text-xs font-normal [overflow-wrap:anywhere]">{row.email}</span>
        </span>
      ),
    },
    { key: "role", header: t("role"), cell: (row) => tRole(row.role) },
    {
      key: "state",
      header: t("state"),
      cell: (row) =>
        row.disabledAt === null ? (
          <Badge tone="ok">{t("active")}</Badge>
        ) : (
          <Badge tone="neutral">{t("disabled")}</Badge>
        ),
    },
    {
      key: "last",
      header: t("lastSignIn"),
      cell: (row) => (row.lastSignInAt === null ? t("never") : <TimeAgo at={row.lastSignInAt} />),
    },
    { key: "sessions", header: t("openSessions"), numeric: true, hideBelow: "md", cell: (row) => row.openSessions },
    {
      key: "actions",
      header: t("actions"),
      headerHidden: true,
      className: "text-right",
      cell: (row) => (
        <PersonActions person={row} isSelf={row.userId === ownId} onPassword={onPassword} onChanged={refresh} />
      ),
    },
  ];
}
