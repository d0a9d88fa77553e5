"use server";

import {
  campaignIdInput,
  createDraftInput,
  duplicateCampaignInput,
  launchInput,
  updateDraftInput,
} from "@/lib/schemas/campaigns";
import { createDraft } from "@/lib/server/campaigns/create-draft";
import { deleteDraft } from "@/lib/server/campaigns/delete-draft";
import { duplicateCampaign } from "@/lib/server/campaigns/duplicate-campaign";
import { requireLaunchable } from "@/lib/server/campaigns/require-launchable";
import { updateDraft } from "@/lib/server/campaigns/update-draft";
import { cancelCampaign } from "@/lib/server/dispatch/campaigns/cancel-campaign";
import { launchCampaign } from "@/lib/server/dispatch/campaigns/launch-campaign";
import { pauseCampaign } from "@/lib/server/dispatch/campaigns/pause-campaign";
import { resumeCampaign } from "@/lib/server/dispatch/campaigns/resume-campaign";
import { defineAction } from "@/lib/server/web/define-action";

const permission = "campaigns:write";

export const createDraftAction = defineAction({ permission, input: createDraftInput }, createDraft);
export const updateDraftAction = defineAction({ permission, input: updateDraftInput }, updateDraft);
export const duplicateCampaignAction = defineAction({ permission, input: duplicateCampaignInput }, duplicateCampaign);

export const deleteDraftAction = defineAction({ permission, input: campaignIdInput }, (ctx, { campaignId }) =>
  deleteDraft(ctx, campaignId),
);

/** The status guard in launchCampaign makes one launch of a double click or of two tabs. */
export const launchCampaignAction = defineAction({ permission, input: launchInput }, async (ctx, input) => {
  await requireLaunchable(ctx, input);
  await launchCampaign(ctx, input.campaignId);
});

export const pauseCampaignAction = defineAction({ permission, input: campaignIdInput }, async (ctx, { campaignId }) => {
  await pauseCampaign(ctx, campaignId);
});

export const resumeCampaignAction = defineAction(
  { permission, input: campaignIdInput },
  async (ctx, { campaignId }) => {
    await resumeCampaign(ctx, campaignId);
  },
);

export const cancelCampaignAction = defineAction(
  { permission, input: campaignIdInput },
  async (ctx, { campaignId }) => {
    await cancelCampaign(ctx, campaignId);
  },
);
