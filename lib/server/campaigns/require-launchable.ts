import { AppError } from "@/lib/domain/app-error";
import { type CHANNEL_CODE } from "@/lib/domain/vocabulary";
import type { LaunchProblem } from "@/lib/schemas/campaigns";
import { authorise, type TenantContext } from "../tenant-context";
import { checkLaunch } from "./check-launch";
import { getCampaign } from "./get-campaign";

/**
 * Refuses a launch that the review page would not have offered: a draft changed since it was looked at, nobody to write to, a
 * channel without a connection. Launching itself is guarded by the campaign's status (launchCampaign); this comes before it and
 * takes milliseconds, because the audience is not walked again.
 *
 * @throws AppError not_found | conflict
 */
export async function requireLaunchable(
  ctx: TenantContext,
  input: { readonly campaignId: string; readonly updatedAt: string },
): Promise<void> {
  authorise(ctx, "campaigns:write");
  const campaign = await getCampaign(ctx, input.campaignId);
  if (campaign.status !== "draft") {
    throw new AppError("conflict", "This campaign has been launched already.", { messageKey: "campaign.notDraft" });
  }
  if (Date.parse(campaign.updatedAt) !== Date.parse(input.updatedAt)) {
    throw new AppError("conflict", "The draft was changed since.", { messageKey: "campaign.draftChanged" });
  }
  if (campaign.audience.people === 0) throw toError({ kind: "no_people" });
  const problem = (await checkLaunch(ctx, campaign)).problems[0];
  if (problem !== undefined) throw toError(problem);
}

const MESSAGE_KEY = {
  no_people: "campaign.noPeople",
  no_connection: "campaign.noConnection",
  connection_paused: "campaign.connectionPaused",
  template_incomplete: "campaign.templateIncomplete",
  template_archived: "template.archived",
  template_state: "campaign.templateNotApproved",
  template_differs: "campaign.templateDiffers",
} as const satisfies Record<LaunchProblem["kind"], string>;

const CHANNEL_NAME = { whatsapp: "WhatsApp", viber: "Viber", sms: "SMS" } as const satisfies Record<
  keyof typeof CHANNEL_CODE,
  string
>;

function toError(problem: LaunchProblem): AppError {
  const channel = "channel" in problem ? CHANNEL_NAME[problem.channel] : "";
  return new AppError("conflict", `This campaign cannot be launched: ${problem.kind} ${channel}`.trim(), {
    messageKey: MESSAGE_KEY[problem.kind],
    values: { channel },
  });
}
