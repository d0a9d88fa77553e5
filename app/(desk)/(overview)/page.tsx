import { Plus } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { SwitchCard } from "@/components/fallback/switch-card";
import { OverviewScreen } from "@/components/overview/overview-screen";
import { LinkButton } from "@/components/ui/link-button";
import { LocalTime } from "@/components/ui/local-time";
import { PageHeader } from "@/components/ui/page-header";
import { parseRange } from "@/components/ui/range";
import { RangePicker } from "@/components/ui/range-picker";
import { can } from "@/lib/domain/permissions";
import { loadFallback } from "@/lib/server/accounts/load-fallback";
import { loadOverview } from "@/lib/server/reports/load-overview";
import { pageContext } from "@/lib/server/web/page-session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("overview");
  return { title: t("title") };
}

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function OverviewPage({ searchParams }: Props) {
  const [{ session, ctx }, t, query] = await Promise.all([
    pageContext("overview:read"),
    getTranslations("overview"),
    searchParams,
  ]);
  const range = parseRange(query.range);
  const [overview, fallback] = await Promise.all([loadOverview(ctx, { range }), loadFallback(ctx)]);
  const may = (permission: Parameters<typeof can>[1]) => can(session.role, permission);
  return (
    <>
      <PageHeader
        title={t("title")}
        meta={<LocalTime at={ctx.now()} format="dayLong" />}
        actions={
          <>
            {overview.setup.launched ? <RangePicker current={range} /> : null}
            {may("campaigns:write") ? (
              <LinkButton href="/campaigns/new" variant="primary" icon={<Plus aria-hidden />}>
                {t("newCampaign")}
              </LinkButton>
            ) : null}
          </>
        }
      />
      <SwitchCard initial={fallback} canFlip={may("fallback:write")} personName={session.user.name} />
      <OverviewScreen
        key={range}
        range={range}
        initial={overview}
        may={{
          contacts: may("audiences:write"),
          connections: may("connections:write"),
          templates: may("templates:write"),
          fallbackOn: may("fallback:write"),
          launched: may("campaigns:write"),
        }}
      />
    </>
  );
}
