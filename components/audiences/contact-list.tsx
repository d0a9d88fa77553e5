"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { SearchField } from "@/components/ui/search-field";
import { useAudienceContacts } from "@/lib/client/audiences";
import { QueryError } from "@/lib/client/fetch-query";
import type { ContactPage } from "@/lib/schemas/audiences";
import { useSettled } from "./use-settled";

type ContactListProps = {
  readonly audienceId: string;
  readonly firstPage: ContactPage;
  /** Names of countries and languages in the reader's language, by code. */
  readonly names: Readonly<Record<string, string>>;
};

const TYPING_MS = 250;

export function ContactList({ audienceId, firstPage, names }: ContactListProps) {
  const t = useTranslations("audiences");
  const tCommon = useTranslations("common");
  const format = useFormatter();
  const [search, setSearch] = useState("");
  const settled = useSettled(search.trim(), TYPING_MS);
  const query = useAudienceContacts(audienceId, settled, firstPage);
  const contacts = query.data?.pages.flatMap((page) => page.contacts) ?? [];
  const isOld = query.isPlaceholderData || settled !== search.trim();
  return (
    <Card title={t("people.title")} sub={t("people.sub")} padding="none">
      <div className="px-4 pb-3 sm:px-5">
        <SearchField
          label={t("people.search")}
          value={search}
          onChange={setSearch}
          maxLength={120}
          className="max-w-md"
        />
      </div>
      {query.isError ? (
        <Callout
          tone="bad"
          announce
          className="mx-4 mb-4 sm:mx-5"
          title={query.error instanceof QueryError ? query.error.error.message : tCommon("unexpected")}
          actions={<Button onClick={() => void query.refetch()}>{tCommon("tryAgain")}</Button>}
        />
      ) : null}
      {contacts.length === 0 && !query.isError && !query.isPending ? (
        <EmptyState compact title={settled === "" ? t("people.none") : t("people.notFound", { search: settled })} />
      ) : (
        <div aria-busy={isOld} className={cn("transition-opacity", isOld && "opacity-60")}>
          <DataTable
            caption={t("people.title")}
            rows={contacts}
            rowKey={(contact) => contact.id}
            rowHref={(contact) => `/audiences/contacts/${contact.id}`}
            columns={[
              {
                key: "phone",
                header: t("column.phone"),
                cell: (contact) => contact.phone,
                className: "tabular whitespace-nowrap",
              },
              {
                key: "name",
                header: t("column.person"),
                cell: (contact) => <span className="block max-w-64 truncate">{contact.name ?? ""}</span>,
              },
              {
                key: "country",
                header: t("column.country"),
                hideBelow: "sm",
                cell: (contact) => names[contact.country] ?? contact.country,
              },
              {
                key: "language",
                header: t("column.language"),
                hideBelow: "md",
                cell: (contact) => (contact.language === null ? "" : (names[contact.language] ?? contact.language)),
              },
              {
                key: "state",
                header: t("column.state"),
                headerHidden: true,
                cell: (contact) => (contact.isOptedOut ? <Badge tone="warn">{t("optedOut")}</Badge> : null),
              },
            ]}
          />
        </div>
      )}
      {query.hasNextPage && !query.isPlaceholderData ? (
        <div className="flex items-center justify-between gap-3 px-4 py-3 sm:px-5">
          <span className="text-text-3 text-xs">{t("people.shown", { count: format.number(contacts.length) })}</span>
          <Button pending={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("people.more")}
          </Button>
        </div>
      ) : null}
    </Card>
  );
}
