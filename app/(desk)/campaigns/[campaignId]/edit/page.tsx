import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { AudienceStep } from "@/components/campaigns/audience-step";
import type { DraftActions } from "@/components/campaigns/campaign-actions";
import { DraftMenu } from "@/components/campaigns/draft-menu";
import { DraftStepper } from "@/components/campaigns/draft-stepper";
import { MessageStep } from "@/components/campaigns/message-step";
import { ReviewStep } from "@/components/campaigns/review-step";
import { RouteStep } from "@/components/campaigns/route-step";
import { SmsEncoding } from "@/components/templates/sms-encoding";
import { PageHeader } from "@/components/ui/page-header";
import { parseDraftStep, type CampaignDetail, type DraftStep } from "@/lib/schemas/campaigns";
import { listAudiencesForPicker } from "@/lib/server/audiences/list-audiences";
import { sampleAudience } from "@/lib/server/audiences/sample-audience";
import { getLatencyHistory } from "@/lib/server/campaigns/get-latency-history";
import { listConnectedChannels } from "@/lib/server/campaigns/list-connected-channels";
import { contactValues } from "@/lib/server/campaigns/measure-audience";
import { listTemplates } from "@/lib/server/templates/list-templates";
import type { TenantContext } from "@/lib/server/tenant-context";
import { usesSmartEncoding } from "@/lib/server/connections/uses-smart-encoding";
import { pageContext } from "@/lib/server/web/page-session";
import {
  createDraftAction,
  deleteDraftAction,
  duplicateCampaignAction,
  launchCampaignAction,
  updateDraftAction,
} from "../../actions";
import { findCampaign } from "../../find-campaign";

type Props = {
  readonly params: Promise<{ campaignId: string }>;
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
};

const actions: DraftActions = { create: createDraftAction, update: updateDraftAction, launch: launchCampaignAction };

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("campaigns"))("new") };
}

export default async function EditCampaignPage({ params, searchParams }: Props) {
  const { ctx } = await pageContext("campaigns:write");
  const campaign = await findCampaign(ctx, await params);
  if (campaign.status !== "draft") redirect(`/campaigns/${campaign.id}`);
  const step = parseDraftStep((await searchParams).step) ?? campaign.draftStep;
  return (
    <>
      <DraftStepper current={step} campaignId={campaign.id} />
      <PageHeader
        title={campaign.name}
        actions={
          <DraftMenu
            campaign={{ id: campaign.id, name: campaign.name }}
            actions={{ remove: deleteDraftAction, duplicate: duplicateCampaignAction }}
          />
        }
      />
      <SmsEncoding isSmart={await usesSmartEncoding(ctx)}>{await renderStep(ctx, campaign, step)}</SmsEncoding>
    </>
  );
}

async function renderStep(ctx: TenantContext, campaign: CampaignDetail, step: DraftStep): Promise<ReactNode> {
  switch (step) {
    case "audience":
      return <AudienceStep campaign={campaign} audiences={await listAudiencesForPicker(ctx)} actions={actions} />;
    case "message": {
      const [templates, sample] = await Promise.all([listTemplates(ctx), sampleValues(ctx, campaign)]);
      return <MessageStep campaign={campaign} templates={templates} sample={sample} actions={actions} />;
    }
    case "route": {
      const [connected, latency] = await Promise.all([listConnectedChannels(ctx), getLatencyHistory(ctx, "whatsapp")]);
      return <RouteStep campaign={campaign} connected={connected} latency={latency} actions={actions} />;
    }
    case "review": {
      const [sample, latency] = await Promise.all([sampleValues(ctx, campaign), getLatencyHistory(ctx, "whatsapp")]);
      return <ReviewStep campaign={campaign} sample={sample} latency={latency} actions={actions} />;
    }
  }
}

/** Previews show the message as someone of the audience gets it. */
async function sampleValues(ctx: TenantContext, campaign: CampaignDetail) {
  const [person] = await sampleAudience(ctx, campaign.audience.id, 1);
  return person === undefined ? {} : contactValues(person);
}
