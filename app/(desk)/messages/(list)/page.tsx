import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { MessageFilterBar } from "@/components/messages/message-filter-bar";
import { MessageHistory } from "@/components/messages/message-history";
import { messagesHref } from "@/components/messages/messages-href";
import { PageHeader } from "@/components/ui/page-header";
import { messageFilters } from "@/lib/schemas/messages";
import { listCampaignChoices } from "@/lib/server/messages/list-campaign-choices";
import { listMessages } from "@/lib/server/messages/list-messages";
import { pageContext } from "@/lib/server/web/page-session";

type MessagesPageProps = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("messages");
  return { title: t("title") };
}

export default async function MessagesPage({ searchParams }: MessagesPageProps) {
  const { ctx } = await pageContext("messages:read");
  const filters = messageFilters.parse(await searchParams);
  const [t, page, campaigns] = await Promise.all([
    getTranslations("messages"),
    listMessages(ctx, filters),
    listCampaignChoices(ctx, filters.campaign),
  ]);
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      <MessageFilterBar filters={filters} campaigns={campaigns} />
      <MessageHistory key={messagesHref(filters)} filters={filters} initial={page} />
    </>
  );
}
