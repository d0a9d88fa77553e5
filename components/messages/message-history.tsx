"use client";

import { MessageSquareText, SearchX } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { PaginationKeyset } from "@/components/ui/pagination-keyset";
import { useMessages } from "@/lib/client/messages";
import type { MessageFilters, MessagePage } from "@/lib/schemas/messages";
import { MessageTable } from "./message-table";
import { isFiltered, messagesHref } from "./messages-href";

type MessageHistoryProps = { readonly filters: MessageFilters; readonly initial: MessagePage };

export function MessageHistory({ filters, initial }: MessageHistoryProps) {
  const t = useTranslations("messages");
  const format = useFormatter();
  const { data: page, isError } = useMessages(filters, initial);
  const { before: _before, after: _after, ...kept } = filters;
  const olderHref = page.older === null ? null : messagesHref({ ...kept, before: page.older });
  const newerHref = page.newer === null ? null : messagesHref({ ...kept, after: page.newer });
  const [first, last] = [page.rows[0], page.rows.at(-1)];
  return (
    <>
      {isError ? (
        <Callout tone="warn" className="mb-3" announce>
          {t("stale")}
        </Callout>
      ) : null}
      <Card padding="none">
        {page.rows.length === 0 ? (
          <NothingHere filters={filters} page={page} />
        ) : (
          <MessageTable rows={page.rows} currency={page.currency} />
        )}
        {page.stoppedAtMs === null ? null : (
          <Callout
            className="m-4"
            actions={
              olderHref === null ? null : (
                <LinkButton size="sm" href={olderHref}>
                  {t("keepLooking")}
                </LinkButton>
              )
            }
          >
            <span suppressHydrationWarning>
              {t("lookedThrough", { at: format.dateTime(page.stoppedAtMs, "minute") })}
            </span>
          </Callout>
        )}
        <PaginationKeyset
          newerHref={newerHref}
          olderHref={page.stoppedAtMs === null ? olderHref : null}
          summary={
            first === undefined || last === undefined ? null : (
              <span suppressHydrationWarning>
                {t("shown", {
                  count: page.rows.length,
                  from: format.dateTime(last.queuedAtMs, "minute"),
                  to: format.dateTime(first.queuedAtMs, "minute"),
                })}
              </span>
            )
          }
        />
      </Card>
    </>
  );
}

function NothingHere({ filters, page }: { readonly filters: MessageFilters; readonly page: MessagePage }) {
  const t = useTranslations("messages");
  const tCommon = useTranslations("common");
  if (page.stoppedAtMs !== null)
    return <EmptyState compact icon={<SearchX />} title={t("empty.notYetTitle")} text={t("empty.notYetText")} />;
  if (page.searchProblem !== null)
    return <EmptyState icon={<SearchX />} title={t("empty.noNumberTitle")} text={t("empty.noNumberText")} />;
  if (isFiltered(filters)) {
    return (
      <EmptyState
        icon={<SearchX />}
        title={t("empty.filteredTitle")}
        text={t("empty.filteredText")}
        action={<LinkButton href="/messages">{tCommon("clearFilters")}</LinkButton>}
      />
    );
  }
  return <EmptyState icon={<MessageSquareText />} title={t("empty.title")} text={t("empty.text")} />;
}
