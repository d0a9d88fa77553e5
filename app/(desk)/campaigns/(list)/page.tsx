import { Megaphone, Plus } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { CampaignTable } from "@/components/campaigns/campaign-table";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";
import { can } from "@/lib/domain/permissions";
import { listCampaignsInput } from "@/lib/schemas/campaigns";
import { listCampaigns } from "@/lib/server/campaigns/list-campaigns";
import { pageContext } from "@/lib/server/web/page-session";

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("campaigns"))("title") };
}

export default async function CampaignsPage({ searchParams }: Props) {
  const [{ session, ctx }, t, query] = await Promise.all([
    pageContext("campaigns:read"),
    getTranslations("campaigns"),
    searchParams,
  ]);
  const before = listCampaignsInput.safeParse(query).data?.before ?? null;
  const page = await listCampaigns(ctx, before === null ? {} : { before });
  const newButton = can(session.role, "campaigns:write") ? (
    <LinkButton href="/campaigns/new" variant="primary" icon={<Plus aria-hidden />}>
      {t("new")}
    </LinkButton>
  ) : undefined;
  return (
    <>
      <PageHeader title={t("title")} actions={newButton} />
      <Card padding="none">
        {page.campaigns.length === 0 && before === null ? (
          <EmptyState icon={<Megaphone />} title={t("list.emptyTitle")} text={t("list.emptyText")} action={newButton} />
        ) : (
          <CampaignTable key={before ?? ""} before={before} initial={page} />
        )}
      </Card>
    </>
  );
}
