import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import Link from "next/link";
import { CampaignControls } from "@/components/campaigns/campaign-controls";
import { CampaignLinks, CampaignLive, CampaignStatus } from "@/components/campaigns/campaign-live";
import { Callout } from "@/components/ui/callout";
import { LocalTime } from "@/components/ui/local-time";
import { PageHeader } from "@/components/ui/page-header";
import { RouteFlow } from "@/components/ui/route-flow";
import { StatusBadge } from "@/components/ui/status-badge";
import { can } from "@/lib/domain/permissions";
import { getCampaignProgress } from "@/lib/server/campaigns/get-campaign-progress";
import { pageContext } from "@/lib/server/web/page-session";
import {
  cancelCampaignAction,
  deleteDraftAction,
  duplicateCampaignAction,
  pauseCampaignAction,
  resumeCampaignAction,
} from "../actions";
import { findCampaign } from "../find-campaign";

type Props = { readonly params: Promise<{ campaignId: string }> };

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("campaigns"))("title") };
}

export default async function CampaignPage({ params }: Props) {
  const [{ session, ctx }, t] = await Promise.all([pageContext("campaigns:read"), getTranslations("campaigns")]);
  const campaign = await findCampaign(ctx, await params);
  const mayWrite = can(session.role, "campaigns:write");
  const crumbs = [{ label: t("title"), href: "/campaigns" }, { label: campaign.name }];
  if (campaign.status === "draft") {
    if (mayWrite) redirect(`/campaigns/${campaign.id}/edit?step=${campaign.draftStep}`);
    return (
      <>
        <PageHeader
          title={campaign.name}
          crumbs={crumbs}
          meta={<StatusBadge kind="campaign" status={campaign.status} />}
        />
        <Callout tone="info">{t("live.draftNote")}</Callout>
      </>
    );
  }
  const progress = await getCampaignProgress(ctx, campaign.id);
  return (
    <>
      <PageHeader
        title={campaign.name}
        crumbs={crumbs}
        meta={<CampaignStatus campaignId={campaign.id} initial={progress} />}
        actions={
          mayWrite ? (
            <CampaignControls
              campaign={{ id: campaign.id, name: campaign.name }}
              initial={progress}
              actions={{
                pause: pauseCampaignAction,
                resume: resumeCampaignAction,
                cancel: cancelCampaignAction,
                remove: deleteDraftAction,
                duplicate: duplicateCampaignAction,
              }}
            />
          ) : undefined
        }
      />
      <div className="text-text-2 -mt-2 mb-4 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <RouteFlow route={campaign.route} />
        <span>
          {t("live.to")}{" "}
          <Link href={`/audiences/${campaign.audience.id}`} className="text-accent font-[550] hover:underline">
            {campaign.audience.name}
          </Link>
        </span>
        <span>
          {t("live.template")}{" "}
          <Link href={`/templates/${campaign.template.id}`} className="text-accent font-[550] hover:underline">
            {campaign.template.name}
          </Link>
        </span>
        {campaign.launchedAt === null ? null : (
          <span>
            {t("live.launched", { who: campaign.launchedBy ?? "–" })} <LocalTime at={campaign.launchedAt} />
          </span>
        )}
        <CampaignLinks campaignId={campaign.id} />
      </div>
      <CampaignLive campaignId={campaign.id} initial={progress} currency={campaign.account.currency} />
    </>
  );
}
